"""The settings of a benchmark with one view and nothing around it."""

from tests.load.settings import *  # noqa: F403
from tests.load.settings import MADOGUCHI

MIDDLEWARE = []
ROOT_URLCONF = "tests.load.bare_urls"
MADOGUCHI["URLCONFS"] = dict.fromkeys(MADOGUCHI["URLCONFS"], ROOT_URLCONF)
