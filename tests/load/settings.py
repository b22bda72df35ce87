"""The settings of a laptop, without a manifest of files: nothing is collected for a benchmark."""

from deploy.settings.local import *  # noqa: F403
from deploy.settings.local import MADOGUCHI

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MADOGUCHI["URLCONFS"] = {**MADOGUCHI["URLCONFS"], "resident": "tests.load.urls"}
