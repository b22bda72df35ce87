"""The mailed links: one starts a booking once, one manages it until the visit."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from madoguchi.ledger import vault
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.residents.models import Contact, Link
from madoguchi.residents.queries import address_of
from plugins.card_reservation.services import links
from plugins.card_reservation.services.links import LinkExpired, LinkUnknown, LinkUsed
from plugins.card_reservation.services.verification import VerifiedPickup

pytestmark = pytest.mark.django_db

PICKUP = VerifiedPickup(pickup=uuid4(), reference="ABC123456")


def mailed() -> list[str]:
    found = []
    for delivery in Delivery.objects.filter(kind="card_reservation.start_link").order_by("created_at"):
        sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
        found.append(str(sealed["values"]["link"]))
    return found


def send(now: datetime, *, email: str = "hanako@example.jp", language: str = "ja") -> str:
    links.send_start_link(pickup=PICKUP, email=email, language=language, now=now)
    return urlsplit(mailed()[-1]).path.rstrip("/").rpartition("/")[2]


def test_a_start_link_opens_often_and_starts_once(now: datetime) -> None:
    token = send(now)
    for _ in range(2):
        assert links.open_start_link(token=token, now=now).pickups == (PICKUP,)
    started = links.use_start_link(token=token, now=now)
    assert address_of(started.contact_id).email == "hanako@example.jp"
    for act in (links.open_start_link, links.use_start_link):
        with pytest.raises(LinkUsed):
            act(token=token, now=now)


def test_a_double_press_in_one_visit_counts_once_and_another_visit_not_at_all(now: datetime) -> None:
    token = send(now)
    first = links.use_start_link(token=token, visit="mine", now=now)
    assert links.use_start_link(token=token, visit="mine", now=now + timedelta(minutes=5)) == first
    with pytest.raises(LinkUsed):
        links.use_start_link(token=token, visit="another", now=now)
    with pytest.raises(LinkUsed):
        links.use_start_link(token=token, visit="mine", now=now + timedelta(minutes=31))


def test_a_link_ends_after_a_day(now: datetime) -> None:
    token = send(now)
    later = now + timedelta(hours=24, seconds=1)
    for act in (links.open_start_link, links.use_start_link):
        with pytest.raises(LinkExpired):
            act(token=token, now=later)


def test_a_link_that_was_tampered_with_or_meant_for_something_else_is_unknown(now: datetime) -> None:
    token = send(now)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "", "x" * 43):
        with pytest.raises(LinkUnknown):
            links.open_start_link(token=wrong, now=now)
    with pytest.raises(LinkUnknown):
        links.open_manage_link(token=token, now=now)


def test_neither_token_nor_address_is_stored_in_clear(now: datetime) -> None:
    token = send(now)
    link, contact = Link.objects.get(), Contact.objects.get()
    stored = b"".join(
        bytes(part) for part in (link.token_hash, link.sealed or b"", contact.email, contact.email_index)
    )
    delivery = Delivery.objects.get()
    for secret in (token, "hanako", "ABC123456"):
        assert secret.encode() not in stored
        assert secret.encode() not in bytes(delivery.sealed)


def test_the_sixth_link_within_an_hour_is_not_sent_and_looks_the_same(now: datetime) -> None:
    for _ in range(7):
        links.send_start_link(pickup=PICKUP, email=" Hanako@example.jp", language="ja", now=now)
    links.send_start_link(pickup=PICKUP, email="hanako@example.jp", language="en", now=now)
    assert len(mailed()) == 5
    links.send_start_link(pickup=PICKUP, email="taro@example.jp", language="ja", now=now)
    links.send_start_link(
        pickup=PICKUP, email="hanako@example.jp", language="ja", now=now + timedelta(hours=2)
    )
    assert len(mailed()) == 7


def test_a_mail_links_to_pages_in_its_own_language(now: datetime) -> None:
    send(now)
    send(now, language="en", email="jane@example.com")
    japanese, english = sorted(urlsplit(link).path for link in mailed())
    assert japanese.startswith("/booking/start/")
    assert english.startswith("/en/booking/start/")


def test_one_notice_cannot_flood_many_addresses(now: datetime) -> None:
    for number in range(15):
        links.send_start_link(pickup=PICKUP, email=f"stranger{number}@example.jp", language="ja", now=now)
    assert len(mailed()) == 10
    assert Contact.objects.count() == 10
    links.send_start_link(
        pickup=PICKUP, email="later@example.jp", language="ja", now=now + timedelta(minutes=61)
    )
    assert len(mailed()) == 11
