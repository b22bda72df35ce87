"""A city writes in its own name once the DNS shows that it may, and its mails are signed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import dkim
import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications import senders, services, tasks
from madoguchi.notifications.channels import names
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, SenderDomain
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.sink import Sink

pytestmark = pytest.mark.django_db
PAGE = "/messages/sender/"
ADDRESS = "yoyaku@city.midori.lg.jp"
Zone = dict[str, list[str]]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Zone:
    """What the name servers of the city answer."""
    texts: Zone = {}
    monkeypatch.setattr(names, "texts_of", lambda name: texts.get(name, []))
    return texts


@pytest.fixture
def prepared(zone: Zone) -> SenderDomain:
    """An address of the city's own whose records are set."""
    row = senders.set_up(address=ADDRESS, actor=SYSTEM, now=clock.now())
    for record in senders.records(row):
        zone[record.name] = [record.value]
    return row


def checked(row: SenderDomain) -> tuple[str, str, str]:
    senders.check(sender_id=row.pk, now=clock.now())
    row.refresh_from_db()
    return row.spf, row.dkim, row.dmarc


def send(kind: MessageKind, contact: UUID) -> None:
    values = {"number": "1", "link": "https://x.example/"}
    services.notify(kind=kind.name, contact=contact, values=values, key=str(uuid4()), now=clock.now())
    for delivery in Delivery.objects.filter(state="queued"):
        event = DeliveryQueued(delivery_id=delivery.id)
        send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())


def test_mails_are_signed_so_that_others_can_check(
    prepared: SenderDomain, zone: Zone, kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    assert checked(prepared) == ("found", "found", "found")
    senders.take_into_use(actor=SYSTEM, now=clock.now())
    send(kind, contact)
    [raw] = sink.raw
    assert sink.mails[0]["From"].addresses[0].addr_spec == ADDRESS

    def answer(name: bytes, timeout: int = 5) -> bytes:
        return zone[name.decode().rstrip(".")][0].encode()

    assert dkim.verify(raw, dnsfunc=answer)
    assert not dkim.verify(raw.replace(b"Subject: ", b"Subject: x"), dnsfunc=answer)


def test_nothing_changes_before_the_dns_shows_it(
    zone: Zone, kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    row = senders.set_up(address=ADDRESS, actor=SYSTEM, now=clock.now())
    assert checked(row) == ("missing", "missing", "missing")
    with pytest.raises(senders.NotProven):
        senders.take_into_use(actor=SYSTEM, now=clock.now())
    send(kind, contact)
    assert sink.mails[0]["From"].addresses[0].addr_spec == "no-reply@midori.localhost"
    assert b"DKIM-Signature" not in sink.raw[0]


def test_wrong_records_are_told_from_missing_ones(prepared: SenderDomain, zone: Zone) -> None:
    zone[prepared.domain] = ["something=else", "v=spf1 include:other.example -all"]
    zone[f"{prepared.selector}._domainkey.{prepared.domain}"] = ["v=DKIM1; k=rsa; p=AAAA"]
    zone.pop(f"_dmarc.{prepared.domain}")
    assert checked(prepared) == ("wrong", "wrong", "missing")


def test_a_silent_name_server_changes_nothing_that_works(
    prepared: SenderDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(prepared)
    senders.take_into_use(actor=SYSTEM, now=clock.now())

    def silent(name: str) -> list[str]:
        raise names.Unanswered(name)

    monkeypatch.setattr(names, "texts_of", silent)
    assert checked(prepared) == ("failed", "failed", "failed")
    assert senders.current().address == ADDRESS


def test_a_key_taken_out_of_the_dns_ends_the_use(prepared: SenderDomain, zone: Zone) -> None:
    checked(prepared)
    senders.take_into_use(actor=SYSTEM, now=clock.now())
    zone.clear()
    tasks.check_senders.run()
    assert senders.current().signer is None
    assert senders.current_address() == "no-reply@midori.localhost"


def test_the_secret_half_is_sealed(prepared: SenderDomain) -> None:
    assert b"PRIVATE" not in bytes(prepared.sealed)


def test_an_administrator_sets_up_an_address_on_a_page(
    signed_in: Callable[[Any], Client], city_admin: Any, counter_clerk: Any, zone: Zone
) -> None:
    browser = signed_in(city_admin)
    assert "no-reply@midori.localhost" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, {"address": "none"}).status_code == 422
    page = browser.post(PAGE, {"address": ADDRESS}, follow=True).content.decode()
    row = SenderDomain.objects.get()
    assert row.public_key in page
    assert f"{row.selector}._domainkey.city.midori.lg.jp" in page
    assert "このアドレスから送る" not in page
    refused = browser.post(f"{PAGE}use/", follow=True).content.decode()
    assert "確認できるまで" in refused
    for record in senders.records(row):
        zone[record.name] = [record.value]
    assert browser.post(f"{PAGE}check/").status_code == 302
    senders.check(sender_id=row.pk, now=clock.now())
    assert "このアドレスから送る" in browser.get(PAGE).content.decode()
    browser.post(f"{PAGE}use/")
    assert f"いまの差出人：{ADDRESS}" in browser.get(PAGE).content.decode()
    browser.post(f"{PAGE}give-up/")
    assert "いまの差出人：no-reply@midori.localhost" in browser.get(PAGE).content.decode()
    assert signed_in(counter_clerk).get(PAGE).status_code == 403
