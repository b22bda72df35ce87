"""The search for words of the wrong city finds what is put there, or its silence would prove nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from madoguchi.accounts.models import Role
from madoguchi.tenancy import City, in_city
from tests.fuzz.search import leftovers
from tests.fuzz.site import Site
from tests.isolation.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worlds(home: City, stranger: City) -> tuple[World, World]:
    """Two cities with nothing in them but their marks."""
    return World(city=home, mark="ZZ-HOME"), World(city=stranger, mark="ZZ-STRANGER")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """What a run would leave behind, with nothing in it."""
    (tmp_path / "mail").mkdir()
    return Site(
        port=0,
        folder=tmp_path,
        database_url=settings.MADOGUCHI["DATABASE_URL"],
        owner_url=settings.MADOGUCHI["OWNER_DATABASE_URL"],
        valkey_url=settings.CACHES["default"]["LOCATION"],
    )


def test_a_row_a_cached_value_a_file_a_mail_and_a_line_are_found(
    site: Site, worlds: tuple[World, World], home: City, stranger: City
) -> None:
    cache.clear()
    assert leftovers(site, worlds) == []
    with in_city(stranger):
        Role.objects.create(key="leaked", name="of ZZ-HOME")
        cache.set("leaked", "of ZZ-HOME", 60)
        file = default_storage.save("leaked.txt", ContentFile(b"of ZZ-HOME"))
    (site.mail / "1.eml").write_text(
        f"Subject: x\n\n{worlds[1].host('resident')} of ZZ-HOME", encoding="utf-8"
    )
    (site.folder / "web.log").write_text("Traceback (most recent call last):\n  File x\nKeyError: ZZ-HOME")
    found: list[Any] = leftovers(site, worlds)
    with in_city(stranger):
        default_storage.delete(file)
    for what in ("traceback", "in the log", "accounts_role", "in the cache", "a mail of", "in a file of"):
        assert any(what in line for line in found), (what, found)
