"""The test suite: fast hashing, no manifest, failures of contributed parts raised."""

import os

# The suite's own servers are chosen by the pytest plugin, which sets these before Django starts.
os.environ.setdefault("MADOGUCHI_DATABASE_URL", "postgresql://madoguchi_test_app@127.0.0.1:5432/unset")
os.environ.setdefault(
    "MADOGUCHI_OWNER_DATABASE_URL", "postgresql://madoguchi_test_owner@127.0.0.1:5432/unset"
)

from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import DATABASES, INSTALLED_APPS, MADOGUCHI, STATIC_ROOT, VAR

SECRET_KEY = "tests-only"  # noqa: S105
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "madoguchi.testing"]
MADOGUCHI["RAISES_CONTRIBUTIONS"] = True
# A directory on this very machine may be tried, over plain HTTP.
MADOGUCHI["PROVIDER_NETWORKS"] = ["127.0.0.0/8"]
MADOGUCHI["FILE_NETWORKS"] = ["127.0.0.0/8"]
MADOGUCHI["PLATFORM_HOSTS"] = {"": "index", "mail": "mail"}
MADOGUCHI["ZONES"] = (*MADOGUCHI["ZONES"], "index", "mail")
MADOGUCHI["URLCONFS"] = {
    **MADOGUCHI["URLCONFS"],
    "index": "deploy.local.index_urls",
    "mail": "deploy.local.mail_urls",
}
# Where the contract of plugins finds what lies above the platform.
MADOGUCHI["CONTRACT"] = {"celery": "deploy.celery.app", "widgets": "cms.widgets"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "madoguchi.web.media.CityStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "scans": {"BACKEND": "madoguchi.web.media.CityStorage"},
}
# Every worker has a database of its own, and the files of its cities lie apart like their rows.
MEDIA_ROOT = VAR / "media" / str(DATABASES["default"]["NAME"])
CALENDAR_MICRO_CACHE_SECONDS = 0
# All visitors of the suite come from one address at once.
HAS_WAITING_ROOM = False
# What the broker counts would outlive the test that guessed.
COUNTS_GUESSES_IN_BROKER = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
