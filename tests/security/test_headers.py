"""What every answer carries before the site opens: headers, cookies, robots, and no version of anything."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from deploy.settings.tests.environments import full_environment, start
from madoguchi.testing.factories import PASSWORD, StaffFactory
from tests.security.conftest import Seen

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
VERSIONED = re.compile(
    r"(django|wagtail|python|granian|gunicorn|caddy|nginx|postgresql)[/ ]?v?\d", re.IGNORECASE
)
ASK = """
import json
from django.conf import settings
names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
         "SESSION_COOKIE_SECURE",
         "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME",
         "LANGUAGE_COOKIE_NAME", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "USE_X_FORWARDED_HOST", "DEBUG")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def lacks(seen: Seen) -> list[str]:
    """Name the headers that an answer lacks, and what it tells of our programs."""
    # A page reached by a secret link may tell even less than the others.
    missing = [name for name, value in WANTED.items() if seen.headers.get(name) not in (value, "no-referrer")]
    told = "".join(f"{name}: {value}\n" for name, value in seen.headers.items())
    is_page = seen.headers.get("Content-Type", "").startswith("text/html")
    leaked = VERSIONED.search(told) or (VERSIONED.search(seen.text) if is_page else None)
    powered = [name for name in ("Server", "X-Powered-By", "Via") if name in seen.headers]
    return [*missing, *powered, *([leaked[0]] if leaked else [])]


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("FUJ-25")
def test_every_page_carries_its_headers_and_names_no_version(walked: dict[str, Seen], tmp_path: Path) -> None:
    assert {door: found for door, seen in walked.items() if (found := lacks(seen))} == {}
    # The same look finds a page that lacks them and tells too much.
    told = Seen(status=200, text="", headers={"Server": "nginx/1.18"})
    assert set(lacks(told)) == {*WANTED, "Server", "nginx/1"}
    settings = _production(tmp_path)
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert all(settings[name].startswith("__Host-") for name in settings if name.endswith("_COOKIE_NAME"))
    assert all(settings[name] for name in settings if name.endswith(("_COOKIE_SECURE", "_COOKIE_HTTPONLY")))
    assert not settings["DEBUG"]
    assert not settings["USE_X_FORWARDED_HOST"]
    plain = full_environment(tmp_path) | {"MADOGUCHI_SCHEME": "http"}
    assert "MADOGUCHI_SCHEME" in start(plain, "-c", ASK).stderr


def _production(folder: Path) -> dict[str, Any]:
    done: subprocess.CompletedProcess[str] = start(full_environment(folder), "-c", ASK)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts(settings: Settings) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    StaffFactory.create(staff_code="C0001", roles=["counter_clerk"])
    browser.get("/sign-in/")
    browser.post("/sign-in/", {"staff_code": "C0001", "username": "C0001", "password": PASSWORD})
    assert {"sessionid", "csrftoken"} <= browser.cookies.keys()
    for cookie in browser.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key


@pytest.mark.django_db
def test_search_engines_are_told_what_to_leave_alone() -> None:
    resident = Client(headers={"host": "midori.localhost"}).get("/robots.txt").content.decode()
    assert "Disallow:" in resident
    staff = Client(headers={"host": "staff.midori.localhost"}).get("/robots.txt")
    assert staff.status_code in (302, 404)
