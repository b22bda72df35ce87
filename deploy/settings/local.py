"""One laptop: everything on loopback, demo cities, a mail sink. Never for a real city."""

import json
import os
from pathlib import Path

# While bin/up runs, manage.py finds its servers by what it has noted; a given environment wins.
_VAR = Path(os.environ.get("MADOGUCHI_VAR") or Path(__file__).resolve().parents[2] / "var")
_NOTED = _VAR / "run" / "environment.json"
if "MADOGUCHI_DATABASE_URL" not in os.environ and _NOTED.exists():
    for _name, _value in json.loads(_NOTED.read_text(encoding="utf-8")).items():
        os.environ.setdefault(_name, _value)

from deploy.settings.base import *  # noqa: E402, F403
from deploy.settings.base import INSTALLED_APPS, MADOGUCHI, SECRET_KEY  # noqa: E402

SECRET_KEY = SECRET_KEY or "local-only-and-never-for-a-real-city"
DEBUG = False
INSTALLED_APPS = [*INSTALLED_APPS, "madoguchi.testing"]  # manage.py requirements, manage.py reference
MADOGUCHI["IS_DEMO"] = True
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
