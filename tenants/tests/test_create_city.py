"""A city is made whole or not at all."""

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from madoguchi.accounts.models import Role
from madoguchi.ledger import vault
from madoguchi.tenancy import directory, find_city, in_city
from madoguchi.testing.database import CITIES
from madoguchi.testing.sources import ROOT

# Roles belong to the whole server: two workers must not make or drop the same one at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]
GOOD = (CITIES / "home.toml").read_text(encoding="utf-8")


def a_third_city(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the profile of a city that does not exist yet."""
    text = GOOD.replace("999997", "999971").replace('"midori"', '"hikari"').replace("みどり", "ひかり")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "hikari.toml"
    path.write_text(text, encoding="utf-8")
    return path


def create_city(*profiles: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "create_city", *map(str, profiles)],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "owner"},
        capture_output=True,
        text=True,
    )


def traces() -> dict[str, Any]:
    """Look for anything of the third city, as the owner sees it."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        found = {
            "schema": owner.execute(
                "SELECT count(*) FROM pg_namespace WHERE nspname = 'c_999971'"
            ).fetchone(),
            "city": owner.execute("SELECT count(*) FROM tenants_city WHERE code = '999971'").fetchone(),
            "domains": owner.execute(
                "SELECT count(*) FROM tenants_domain WHERE domain LIKE '%hikari%'"
            ).fetchone(),
        }
    return {name: row[0] for name, row in found.items() if row is not None}


def keys() -> set[str]:
    """List the files of the key store."""
    return {path.name for path in Path(settings.MADOGUCHI["KEY_STORE"]).rglob("*") if path.is_file()}


@pytest.mark.req("DES-01")
def test_a_profile_makes_a_usable_city_once_and_a_failure_leaves_nothing(tmp_path: Path) -> None:
    keys_before = keys()

    broken = create_city(a_third_city(tmp_path, ('opens = "09:00"', 'opens = "noon"')))
    assert broken.returncode != 0
    assert traces() == {"schema": 0, "city": 0, "domains": 0}
    assert keys() == keys_before

    made = create_city(a_third_city(tmp_path))
    assert made.returncode == 0, made.stderr
    directory().forget()  # type: ignore[attr-defined]
    city = find_city(code="999971")
    assert city.active_plugins == {"card_reservation", "card_management"}
    with in_city(city):
        assert Role.objects.exists()
        row = uuid.uuid4()
        sealed = vault.seal(fields={"name": "試験"}, place="test.sealed", row=row)
        assert vault.open_sealed(sealed=sealed, place="test.sealed", row=row) == {"name": "試験"}
    home_page = Client().get("/", headers={"host": "hikari.localhost"})
    assert home_page.status_code == 200
    assert "ひかり市" in home_page.content.decode()

    again = create_city(a_third_city(tmp_path))
    assert again.returncode != 0
    assert "999971 exists already: nothing was changed" in again.stderr
    assert traces() == {"schema": 1, "city": 1, "domains": 2}


def test_an_unknown_plugin_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = create_city(a_third_city(tmp_path, ('"card_reservation"', '"card_reserwation"')))
    assert refused.returncode != 0
    assert "not installed: card_reserwation" in refused.stderr
    assert traces() == {"schema": 0, "city": 0, "domains": 0}


def test_the_command_needs_the_owner(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "create_city", str(a_third_city(tmp_path))],
        env={**os.environ, "MADOGUCHI_DATABASE_MODE": "app"},
        capture_output=True,
        text=True,
    )
    assert refused.returncode != 0
    assert "MADOGUCHI_DATABASE_MODE=owner" in refused.stderr
