"""What a browser is told by production itself, on the suite's cities."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from deploy.settings.tests.environments import full_environment, start
from madoguchi.tenancy import City
from madoguchi.testing.people import host

OUR_PROXY, STRANGER = "10.20.30.40", "203.0.113.9"

# Production as it is, but for the names of the suite's cities and the files that only an image collects.
ASKS = """
import json, os
import django
from django.conf import settings
settings.ALLOWED_HOSTS = [".localhost"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client
found = []
for question in json.loads(os.environ["QUESTIONS"]):
    client = Client(raise_request_exception=False, REMOTE_ADDR=question["peer"])
    answer = client.get(question["path"], headers={"host": question["host"], **question["headers"]})
    found.append({
        "status": answer.status_code,
        "headers": {name.lower(): value for name, value in answer.headers.items()},
        "cookies": {name: dict(morsel) for name, morsel in answer.cookies.items()},
    })
print(json.dumps(found))
"""
HTTPS = {"x-forwarded-proto": "https"}


@pytest.fixture
def answers(django_db_setup: None, tmp_path: Path, home: City) -> list[dict[str, Any]]:
    """What production answers to the questions below, in their order."""
    staff, residents = host(home.staff_url), host(home.resident_url)
    questions = [
        {"peer": OUR_PROXY, "host": staff, "path": "/sign-in/", "headers": HTTPS},
        {"peer": OUR_PROXY, "host": residents, "path": "/booking/", "headers": HTTPS},
        {"peer": STRANGER, "host": residents, "path": "/booking/", "headers": HTTPS},
        {"peer": OUR_PROXY, "host": residents, "path": "/booking/", "headers": {}},
        {"peer": STRANGER, "host": "10.1.2.3:8000", "path": "/livez", "headers": {}},
        {"peer": OUR_PROXY, "host": "evil.example", "path": "/booking/", "headers": HTTPS},
    ]
    environment = full_environment(tmp_path) | {
        "MADOGUCHI_RELEASE": "all",
        "MADOGUCHI_DATABASE_URL": os.environ["MADOGUCHI_DATABASE_URL"],
        "MADOGUCHI_DATABASE_WITHOUT_TLS": "yes",
        "MADOGUCHI_ROLE_PREFIX": os.environ["MADOGUCHI_ROLE_PREFIX"],
        "MADOGUCHI_VALKEY_URL": os.environ["MADOGUCHI_VALKEY_URL"],
        "MADOGUCHI_VALKEY_UNPROTECTED": "yes",
        # The booking page asks the city's key who has guessed too often.
        "MADOGUCHI_KEY_STORE": settings.MADOGUCHI["KEY_STORE"],
        "MADOGUCHI_KEY_FILE": settings.MADOGUCHI["KEY_FILE"],
        "QUESTIONS": json.dumps(questions),
    }
    done = start(environment, "-c", ASKS)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.django_db(transaction=True)
def test_production_tells_browsers_to_be_careful(answers: list[dict[str, Any]]) -> None:
    sign_in, booking, forged, plain, alive, evil = answers
    for page in (sign_in, booking):
        assert page["status"] == 200
        said = page["headers"]
        assert said["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
        assert said["x-frame-options"] == "DENY"
        assert said["x-content-type-options"] == "nosniff"
        assert said["referrer-policy"] == "same-origin"
        assert said["cross-origin-opener-policy"] == "same-origin"
        assert "default-src 'none'" in said["content-security-policy"]
        assert "unsafe" not in said["content-security-policy"]
        for name, cookie in page["cookies"].items():
            assert name.startswith("__Host-")
            assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
            assert (cookie["domain"], cookie["samesite"]) == ("", "Lax")
    assert set(sign_in["cookies"]) == {"__Host-csrf"}
    # A stranger who says https is not believed, and plain http is sent to https.
    for answer in (forged, plain):
        assert answer["status"] == 301
        assert answer["headers"]["location"].startswith("https://")
    assert alive["status"] == 200
    assert evil["status"] in (400, 404)
