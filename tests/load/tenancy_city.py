"""The product's settings for the comparison of requests: static files without a manifest, quiet logs."""

from deploy.settings.testing import *  # noqa: F403
from deploy.settings.testing import LOGGING, MADOGUCHI, MIDDLEWARE

MADOGUCHI["URLCONFS"] = {**MADOGUCHI["URLCONFS"], "resident": "tests.load.tenancy_urls"}
MADOGUCHI["RAISES_CONTRIBUTIONS"] = False
LOGGING["root"]["level"] = "ERROR"  # type: ignore[index]
OURS = ("madoguchi.web.middleware.CityMiddleware", "madoguchi.web.middleware.CommitPointMiddleware")
SLIM = False
FULL = tuple(MIDDLEWARE)
