"""The settings of a laptop, without a manifest of files: nothing is collected for a benchmark."""

import os

from deploy.settings.local import *  # noqa: F403
from deploy.settings.local import MADOGUCHI

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "scans": {"BACKEND": "madoguchi.web.media.CityStorage"},
}
MADOGUCHI["URLCONFS"] = {**MADOGUCHI["URLCONFS"], "resident": "tests.load.urls"}
# What the waiting room costs is measured against a site without one.
HAS_WAITING_ROOM = "MADOGUCHI_LOAD_WITHOUT_ROOM" not in os.environ
