"""A signed token is worth something only whole, in its city, for its purpose and in its time."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from madoguchi.tenancy import City, in_city
from madoguchi.web import signing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
VALUE = {"name": "久留米", "n": [1, None]}


def read(token: str, *, purpose: str = "a", later: int = 0) -> object:
    """Read a token that lasts for a minute."""
    now = NOW + timedelta(seconds=later)
    return signing.read(token, purpose=purpose, max_age=timedelta(minutes=1), now=now)


def test_a_token_gives_back_what_was_signed(home: City) -> None:
    with in_city(home):
        assert read(signing.sign(VALUE, purpose="a", now=NOW), later=60) == VALUE


def test_every_changed_character_is_noticed(home: City) -> None:
    with in_city(home):
        token = signing.sign(VALUE, purpose="a", now=NOW)
        for place, letter in enumerate(token):
            changed = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
            with pytest.raises(signing.BadToken):
                read(changed)


@pytest.mark.parametrize("token", ["", ".", "..", "e30", "e30.", "é.é", "e30.AAAA", "\0.\0", "=." + "A" * 43])
def test_what_was_never_signed_is_refused(home: City, token: str) -> None:
    with in_city(home), pytest.raises(signing.BadToken):
        read(token)


def test_a_token_holds_for_its_city_purpose_and_time_only(home: City, stranger: City) -> None:
    with in_city(home):
        token = signing.sign(VALUE, purpose="a", now=NOW)
        with pytest.raises(signing.BadToken):
            read(token, purpose="b")
        with pytest.raises(signing.BadToken):
            read(token, later=61)
    with in_city(stranger), pytest.raises(signing.BadToken):
        read(token)


def test_a_replaced_secret_still_reads_while_it_is_kept(home: City, settings: Settings) -> None:
    with in_city(home):
        token = signing.sign(VALUE, purpose="a", now=NOW)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another secret"
        assert read(token) == VALUE
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(signing.BadToken):
            read(token)
