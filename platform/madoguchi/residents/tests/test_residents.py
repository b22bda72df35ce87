"""Contacts and links belong to one city, one purpose and, once used, to the past."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.residents import queries, services, tokens
from madoguchi.residents.models import Contact, Link

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


def link_for(now: datetime, purpose: str = "one") -> str:
    contact = services.contact_for(email="hanako@example.jp", language="ja", now=now)
    return services.issue(
        purpose=purpose, contact_id=contact, expires_at=now + timedelta(hours=1), now=now, payload={"a": "b"}
    )


def test_one_address_in_one_language_is_one_contact(now: datetime) -> None:
    first = services.contact_for(email="Hanako@example.jp", language="ja", now=now)
    assert services.contact_for(email=" hanako@EXAMPLE.jp ", language="ja", now=now) == first
    assert services.contact_for(email="hanako@example.jp", language="en", now=now) != first
    assert queries.address_of(first).email == "Hanako@example.jp"
    assert queries.language_of(first) == "ja"


def test_an_erased_contact_is_not_found() -> None:
    for read in (queries.address_of, queries.language_of):
        with pytest.raises(queries.ContactNotFound):
            read(uuid4())


def test_a_token_means_nothing_in_another_city_or_for_another_purpose() -> None:
    token, here, there = tokens.new_token(), uuid4(), uuid4()
    hashes = {
        tokens.hash_of(token, city=city, purpose=purpose) for city in (here, there) for purpose in ("a", "b")
    }
    assert len(hashes) == 4
    assert len(token) >= 43


def test_a_link_keeps_what_it_was_mailed_for_sealed(now: datetime) -> None:
    token = link_for(now)
    assert services.peek(token=token, purpose="one", now=now).payload == {"a": "b"}
    with pytest.raises(services.LinkUnknown):
        services.peek(token=token, purpose="another", now=now)


def test_a_link_that_was_used_stays_used_and_an_old_one_goes(now: datetime) -> None:
    token = link_for(now)
    services.consume(token=token, purpose="one", visit="", now=now)
    with pytest.raises(services.LinkUsed):
        services.consume(token=token, purpose="one", visit="", now=now)
    assert services.purge_links(before=now) == 0
    assert services.purge_links(before=now + timedelta(hours=2)) == 1
    assert not Link.objects.exists()
    assert Contact.objects.count() == 1
