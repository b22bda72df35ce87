"""Production starts with a full environment, and with nothing less."""

import json
from pathlib import Path

import pytest

from deploy.settings.tests.environments import ROOT, full_environment, start

# One process tries them all: each reads the settings anew in a child that starts in milliseconds.
TRIES = """
import importlib, json, os
from django.core.exceptions import ImproperlyConfigured
from deploy.settings import plugins, refusing, releases
import madoguchi.web.languages
found = {}
for name, changed in json.loads(os.environ['TRIES']).items():
    read, write = os.pipe()
    child = os.fork()
    if not child:
        for variable, value in changed.items():
            os.environ.pop(variable, None) if value is None else os.environ.__setitem__(variable, value)
        try:
            importlib.import_module("deploy.settings.production")
            said = "started"
        except ImproperlyConfigured as refusal:
            said = str(refusal)
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    found[name] = os.read(read, 65536).decode()
print(json.dumps(found))
"""

Changed = dict[str, str | None]
# What is changed, and the words of the refusal; each names the variable at fault.
REFUSALS: dict[str, tuple[Changed, str]] = {
    "no secret": ({"MADOGUCHI_SECRET_KEY": None}, "MADOGUCHI_SECRET_KEY is not set"),
    "short secret": ({"MADOGUCHI_SECRET_KEY": "short"}, "MADOGUCHI_SECRET_KEY is too weak"),
    "dull secret": ({"MADOGUCHI_SECRET_KEY": "ab" * 40}, "MADOGUCHI_SECRET_KEY is too weak"),
    "published secret": (
        {"MADOGUCHI_SECRET_KEY": "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz"},
        "MADOGUCHI_SECRET_KEY is a published one",
    ),
    "two secrets": (
        {"MADOGUCHI_SECRET_KEY_FILE": "/dev/null"},
        "MADOGUCHI_SECRET_KEY and MADOGUCHI_SECRET_KEY_FILE are both set",
    ),
    "secret file away": (
        {"MADOGUCHI_SECRET_KEY": None, "MADOGUCHI_SECRET_KEY_FILE": "/nowhere/secret"},
        "MADOGUCHI_SECRET_KEY_FILE: /nowhere/secret cannot be read",
    ),
    "debug": ({"MADOGUCHI_DEBUG": "1"}, "MADOGUCHI_DEBUG is on"),
    "Django's debug": ({"DJANGO_DEBUG": "true"}, "DJANGO_DEBUG is on"),
    "no release": ({"MADOGUCHI_RELEASE": None}, "MADOGUCHI_RELEASE is not set"),
    "unknown release": ({"MADOGUCHI_RELEASE": "cloud"}, "MADOGUCHI_RELEASE is 'cloud'"),
    "http": ({"MADOGUCHI_SCHEME": "http"}, "MADOGUCHI_SCHEME is 'http'"),
    "no domain": ({"MADOGUCHI_BASE_HOST": None}, "MADOGUCHI_BASE_HOST is not set"),
    "this machine": ({"MADOGUCHI_BASE_HOST": "localhost"}, "MADOGUCHI_BASE_HOST is 'localhost'"),
    "an address": ({"MADOGUCHI_BASE_HOST": "203.0.113.7"}, "MADOGUCHI_BASE_HOST is '203.0.113.7'"),
    "wildcard domain": ({"MADOGUCHI_BASE_HOST": "*"}, "MADOGUCHI_BASE_HOST is '*': a wildcard"),
    "wildcard staff": ({"MADOGUCHI_STAFF_BASE_HOST": "*.jp"}, "MADOGUCHI_STAFF_BASE_HOST is '*.jp'"),
    "wildcard host": ({"MADOGUCHI_HOSTS": "a.example.jp,*"}, "MADOGUCHI_HOSTS is '*': a wildcard"),
    "no database": ({"MADOGUCHI_DATABASE_URL": None}, "MADOGUCHI_DATABASE_URL is not set"),
    "database without TLS": (
        {"MADOGUCHI_DATABASE_URL": "postgresql://app:word@db/madoguchi"},
        "MADOGUCHI_DATABASE_URL has no sslmode=verify-full",
    ),
    "TLS that checks nothing": (
        {"MADOGUCHI_DATABASE_URL": "postgresql://app:word@db/madoguchi?sslmode=require"},
        "MADOGUCHI_DATABASE_URL has no sslmode=verify-full",
    ),
    "database of nobody": (
        {"MADOGUCHI_DATABASE_URL": "postgresql:///madoguchi?sslmode=verify-full"},
        "MADOGUCHI_DATABASE_URL needs a user and a host",
    ),
    "owner's rights": (
        {"MADOGUCHI_OWNER_DATABASE_URL": "postgresql://owner:word@db/madoguchi"},
        "MADOGUCHI_OWNER_DATABASE_URL is set",
    ),
    "administrator's rights": (
        {"MADOGUCHI_ADMIN_DATABASE_URL": "postgresql://postgres:word@db/postgres"},
        "MADOGUCHI_ADMIN_DATABASE_URL is set",
    ),
    "owner without an address": (
        {"MADOGUCHI_DATABASE_MODE": "owner"},
        "MADOGUCHI_OWNER_DATABASE_URL is not set",
    ),
    "owner without a template's place": (
        {
            "MADOGUCHI_DATABASE_MODE": "owner",
            "MADOGUCHI_OWNER_DATABASE_URL": "postgresql://owner:word@db/madoguchi?sslmode=verify-ca",
        },
        "MADOGUCHI_TEMPLATES is not set",
    ),
    "no broker": ({"MADOGUCHI_VALKEY_URL": None}, "MADOGUCHI_VALKEY_URL is not set"),
    "open broker": (
        {"MADOGUCHI_VALKEY_URL": "redis://valkey:6379/0"},
        "MADOGUCHI_VALKEY_URL has neither a password nor TLS",
    ),
    "no mail server": ({"MADOGUCHI_SMTP_HOST": None}, "MADOGUCHI_SMTP_HOST is not set"),
    "mail to itself": ({"MADOGUCHI_SMTP_HOST": "127.0.0.1"}, "MADOGUCHI_SMTP_HOST is this machine"),
    "no key store": ({"MADOGUCHI_KEY_STORE": None}, "MADOGUCHI_KEY_STORE is not set"),
    "relative key store": ({"MADOGUCHI_KEY_STORE": "var/keys"}, "MADOGUCHI_KEY_STORE is 'var/keys'"),
    "no wrapping key": ({"MADOGUCHI_KEY_FILE": None}, "MADOGUCHI_KEY_FILE is not set"),
    "no journal": ({"MADOGUCHI_JOURNAL": None}, "MADOGUCHI_JOURNAL is not set"),
    "no folder of its own": ({"MADOGUCHI_VAR": None}, "MADOGUCHI_VAR is not set"),
    "no proxies": ({"MADOGUCHI_TRUSTED_PROXIES": None}, "MADOGUCHI_TRUSTED_PROXIES is not"),
    "everybody a proxy": (
        {"MADOGUCHI_TRUSTED_PROXIES": "0.0.0.0/0"},
        "MADOGUCHI_TRUSTED_PROXIES: '0.0.0.0/0' is everybody",
    ),
    "operators from anywhere": (
        {"MADOGUCHI_OPERATORS_NETWORKS": None, "MADOGUCHI_RELEASE": "lgwan"},
        "MADOGUCHI_OPERATORS_NETWORKS is not",
    ),
    "operators from everywhere": (
        {"MADOGUCHI_OPERATORS_NETWORKS": "::/0"},
        "MADOGUCHI_OPERATORS_NETWORKS: '::/0' is everybody",
    ),
    "proxy by name": ({"MADOGUCHI_TRUSTED_PROXIES": "ingress"}, "MADOGUCHI_TRUSTED_PROXIES: 'ingress'"),
    "odd header": ({"MADOGUCHI_TLS_HEADER": "Host"}, "MADOGUCHI_TLS_HEADER is 'Host'"),
    "no HSTS": ({"MADOGUCHI_HSTS_SECONDS": "0"}, "MADOGUCHI_HSTS_SECONDS is 0"),
    "unknown plugin left out": (
        {"MADOGUCHI_LEFT_OUT_PLUGINS": "card_managment"},
        "MADOGUCHI_LEFT_OUT_PLUGINS: not installed: card_managment",
    ),
    "plugin left out everywhere": (
        {"MADOGUCHI_LEFT_OUT_PLUGINS": "card_management", "MADOGUCHI_RELEASE": "all"},
        "MADOGUCHI_LEFT_OUT_PLUGINS is set in the release `all`",
    ),
}
ALLOWED: dict[str, Changed] = {
    "as it is": {},
    "plugin left out": {"MADOGUCHI_LEFT_OUT_PLUGINS": "card_management"},
    "no TLS, and said so": {
        "MADOGUCHI_DATABASE_URL": "postgresql://app:word@db/madoguchi",
        "MADOGUCHI_DATABASE_WITHOUT_TLS": "yes",
        "MADOGUCHI_VALKEY_URL": "redis://valkey:6379/0",
        "MADOGUCHI_VALKEY_UNPROTECTED": "yes",
        "MADOGUCHI_SMTP_HOST": "127.0.0.1",
        "MADOGUCHI_SMTP_WITHOUT_TLS": "yes",
    },
    "owner": {
        "MADOGUCHI_DATABASE_MODE": "owner",
        "MADOGUCHI_OWNER_DATABASE_URL": "postgresql://owner:word@db/madoguchi?sslmode=verify-ca",
        "MADOGUCHI_TEMPLATES": "/srv/templates",
    },
    "debug said off": {"DEBUG": "0"},
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What production says to every one of these environments."""
    folder = tmp_path_factory.mktemp("production")
    cases = {name: changed for name, (changed, _) in REFUSALS.items()} | ALLOWED | _of_places(folder)
    done = start(full_environment(folder) | {"TRIES": json.dumps(cases)}, "-c", TRIES)
    assert done.returncode == 0, done.stderr
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def _of_places(folder: Path) -> dict[str, Changed]:
    cluster = folder / "postgres"
    (cluster / "keys").mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("18\n")
    store = str(folder / "keys")
    return {
        "keys in var": {"MADOGUCHI_KEY_STORE": str(folder / "var" / "keys")},
        "template in var": {
            "MADOGUCHI_DATABASE_MODE": "owner",
            "MADOGUCHI_OWNER_DATABASE_URL": "postgresql://owner:word@db/madoguchi?sslmode=verify-ca",
            "MADOGUCHI_TEMPLATES": str(folder / "var" / "templates"),
        },
        "keys in the database": {"MADOGUCHI_KEY_STORE": str(cluster / "keys")},
        "wrapping key in the database": {"MADOGUCHI_KEY_FILE": str(cluster / "wrapping.key")},
        "keys in PGDATA": {"MADOGUCHI_KEY_STORE": store, "PGDATA": str(folder)},
        "wrapping key beside the keys": {"MADOGUCHI_KEY_FILE": f"{store}/wrapping.key"},
        "journal in the keys": {"MADOGUCHI_JOURNAL": f"{store}/journal"},
    }


PLACES = {
    "keys in var": "MADOGUCHI_KEY_STORE lies inside MADOGUCHI_VAR",
    "template in var": "MADOGUCHI_TEMPLATES lies inside MADOGUCHI_VAR",
    "keys in the database": "MADOGUCHI_KEY_STORE lies in the database's own volume",
    "wrapping key in the database": "MADOGUCHI_KEY_FILE lies in the database's own volume",
    "keys in PGDATA": "MADOGUCHI_KEY_STORE lies in the database's own volume",
    "wrapping key beside the keys": "MADOGUCHI_KEY_FILE lies inside MADOGUCHI_KEY_STORE",
    "journal in the keys": "MADOGUCHI_JOURNAL lies inside MADOGUCHI_KEY_STORE",
}


@pytest.mark.parametrize("case", [*REFUSALS, *PLACES])
def test_what_must_not_serve_a_city_does_not_start(case: str, said: dict[str, str]) -> None:
    words = REFUSALS[case][1] if case in REFUSALS else PLACES[case]
    assert words in said[case]


@pytest.mark.parametrize("case", ALLOWED)
def test_what_is_complete_starts(case: str, said: dict[str, str]) -> None:
    assert said[case] == "started"


@pytest.mark.parametrize("release", ["internet", "lgwan", "all"])
def test_the_check_before_a_deployment_is_clean(tmp_path: Path, release: str) -> None:
    environment = full_environment(tmp_path) | {"MADOGUCHI_RELEASE": release}
    done = start(environment, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    environment = full_environment(tmp_path)
    for name in ("MADOGUCHI_SECRET_KEY", "MADOGUCHI_DATABASE_URL", "MADOGUCHI_VALKEY_URL"):
        file = tmp_path / name.lower()
        file.write_text(environment.pop(name) + "\n")
        environment[f"{name}_FILE"] = str(file)
    program = "from deploy.settings import production as p; print(p.APP_URL, len(p.SECRET_KEY))"
    done = start(environment, "-c", program)
    assert done.stdout.split() == ["postgresql://app:word@db.example.jp/madoguchi?sslmode=verify-full", "52"]


def test_a_process_that_may_not_start_says_so_in_one_line(tmp_path: Path) -> None:
    environment = full_environment(tmp_path)
    assert start(environment, "-m", "deploy.settings").returncode == 0
    done = start(environment | {"MADOGUCHI_SCHEME": "http"}, "-m", "deploy.settings")
    assert done.returncode == 78
    assert done.stderr.splitlines() == [
        "madoguchi: MADOGUCHI_SCHEME is 'http': residents and staff are served over https only"
    ]
