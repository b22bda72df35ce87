"""The settings of the suite, served by a real web server, with a few views that go wrong on purpose."""

from deploy.settings.testing import *  # noqa: F403
from deploy.settings.testing import MADOGUCHI

MADOGUCHI["RAISES_CONTRIBUTIONS"] = False
MADOGUCHI["URLCONFS"] = {
    **MADOGUCHI["URLCONFS"],
    "resident": "tests.fuzz.resident_urls",
    "staff": "tests.fuzz.staff_urls",
}
CALENDAR_MICRO_CACHE_SECONDS = 1
