"""The variables by which the parts of one run find each other."""

import os
import sys
from collections.abc import Mapping

from deploy.local.layout import ROOT, Layout
from deploy.local.secrets_store import load_secrets
from deploy.local.servers import Broker, Database

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH")
SETTINGS = "deploy.settings.local"


def make_environment(
    *, layout: Layout, database: Database, broker: Broker, port: int, smtp_port: int
) -> dict[str, str]:
    """return what every program of the run is started with."""
    secrets = load_secrets(layout.var / "secrets.json")
    kept = {name: value for name, value in os.environ.items() if _is_kept(name)}
    return kept | {
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        "PORT": str(port),
        "MADOGUCHI_BASE_HOST": "localhost",
        "MADOGUCHI_VAR": str(layout.var),
        "MADOGUCHI_KEY_STORE": str(layout.var / "keys"),
        "MADOGUCHI_SECRET_KEY": secrets["secret_key"],
        "MADOGUCHI_ADMIN_DATABASE_URL": database.admin_url,
        "MADOGUCHI_OWNER_DATABASE_URL": database.url(
            user="madoguchi_owner", password=secrets["owner_password"]
        ),
        "MADOGUCHI_DATABASE_URL": database.url(user="madoguchi_app", password=secrets["app_password"]),
        "MADOGUCHI_PG_BIN": str(database.programs),
        "MADOGUCHI_VALKEY_URL": broker.url,
        "MADOGUCHI_SMTP_HOST": "127.0.0.1",
        "MADOGUCHI_SMTP_PORT": str(smtp_port),
    }


def for_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """return the variables of a program that prepares the database or makes cities in it."""
    return {**environment, "MADOGUCHI_DATABASE_MODE": "owner"}


def for_app(environment: Mapping[str, str]) -> dict[str, str]:
    """return the variables of a program that serves: no administrator's address among them."""
    hidden = ("MADOGUCHI_ADMIN_DATABASE_URL", "MADOGUCHI_OWNER_DATABASE_URL")
    shown = {name: value for name, value in environment.items() if name not in hidden}
    return {**shown, "MADOGUCHI_DATABASE_MODE": "app"}


def python(*arguments: str) -> tuple[str, ...]:
    """return a command that runs this environment's Python."""
    return (sys.executable, *arguments)


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(("MADOGUCHI_", "SENTRY_", "SSL_"))
