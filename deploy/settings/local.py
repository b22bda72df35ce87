"""One laptop: everything on loopback, demo cities, a mail sink. Never for a real city."""

from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import INSTALLED_APPS, MADOGUCHI, SECRET_KEY

SECRET_KEY = SECRET_KEY or "local-only-and-never-for-a-real-city"
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "madoguchi.testing"]  # manage.py requirements, manage.py reference
MADOGUCHI["PLATFORM_HOSTS"] = {"": "index", "mail": "mail"}
MADOGUCHI["URLCONFS"] = {
    **MADOGUCHI["URLCONFS"],
    "index": "deploy.local.index_urls",
    "mail": "deploy.local.mail_urls",
}
