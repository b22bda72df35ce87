"""A city in trial writes to whom it allowed, and to nobody else; what it holds is seen, never lost."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import allowed, services
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import AllowedAddress, Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.sink import Sink
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
PAGE = "/messages/trial/"


@pytest.fixture
def trial(home_as: Callable[[str], City]) -> City:
    """The home city while it tries the service out."""
    return home_as("test")


def queued(kind: MessageKind, contact: UUID, key: str = "booked:1") -> Delivery:
    """Queue a message to the contact."""
    services.notify(
        kind=kind.name, contact=contact, values={"number": "1", "link": "https://x"}, key=key, now=clock.now()
    )
    return Delivery.objects.get(key=key)


def send(delivery: Delivery) -> Delivery:
    """Do what the relay does with it."""
    event = DeliveryQueued(delivery_id=delivery.id)
    send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    delivery.refresh_from_db()
    return delivery


def test_a_mail_to_somebody_else_is_held_and_kept(
    kind: MessageKind, contact: UUID, sink: Sink, trial: City
) -> None:
    held = send(queued(kind, contact))
    assert held.state == DeliveryState.HELD
    assert held.masked_address == "t***@example.jp"
    assert bytes(held.sealed)
    assert sink.mails == []


@pytest.mark.parametrize("entry", ["taro@example.jp", " Taro@Example.JP ", "@example.jp"])
def test_a_mail_to_somebody_on_the_list_is_sent(
    entry: str, kind: MessageKind, contact: UUID, sink: Sink, trial: City
) -> None:
    allowed.allow(entry=entry, actor=SYSTEM, now=clock.now())
    assert send(queued(kind, contact)).state == DeliveryState.SENT
    assert sink.recipients == ["taro@example.jp"]


@pytest.mark.parametrize("entry", ["aro@example.jp", "@ample.jp", "@sub.example.jp", "taro@example.jp.evil"])
def test_only_the_whole_address_or_the_whole_domain_counts(entry: str, trial: City) -> None:
    allowed.allow(entry=entry, actor=SYSTEM, now=clock.now())
    assert not allowed.is_listed(email="taro@example.jp")


def test_the_list_means_nothing_once_the_city_is_active(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    assert send(queued(kind, contact)).state == DeliveryState.SENT


def test_what_was_held_goes_out_once_somebody_allows_its_address(
    kind: MessageKind, contact: UUID, sink: Sink, trial: City
) -> None:
    held = send(queued(kind, contact))
    assert allowed.release_held(actor=SYSTEM, now=clock.now()) == 0
    allowed.allow(entry="taro@example.jp", actor=SYSTEM, now=clock.now())
    before = OutboxEvent.objects.filter(kind=DeliveryQueued.kind).count()
    assert allowed.release_held(actor=SYSTEM, now=clock.now()) == 1
    assert OutboxEvent.objects.filter(kind=DeliveryQueued.kind).count() == before + 1
    held.refresh_from_db()
    assert send(held).state == DeliveryState.SENT
    assert allowed.release_held(actor=SYSTEM, now=clock.now()) == 0


def test_the_list_is_sealed_and_its_changes_are_written_down(trial: City) -> None:
    allowed.allow(entry="tester@example.jp", actor=SYSTEM, now=clock.now())
    allowed.allow(entry="tester@example.jp", actor=SYSTEM, now=clock.now())
    [row] = AllowedAddress.objects.all()
    assert b"tester" not in bytes(row.sealed)
    allowed.remove(address_id=row.id, actor=SYSTEM, now=clock.now())
    allowed.remove(address_id=row.id, actor=SYSTEM, now=clock.now())
    assert [
        AuditEntry.objects.filter(action=f"notifications.{action}").count()
        for action in ("address_allowed", "address_removed")
    ] == [1, 1]


def test_an_administrator_edits_the_list_on_a_page(
    signed_in: Callable[[Any], Client], city_admin: Any, trial: City, kind: MessageKind, contact: UUID
) -> None:
    browser = signed_in(city_admin)
    assert "送信先はまだありません" in browser.get(PAGE).content.decode()
    refused = browser.post(PAGE, {"entry": "no address"})
    assert refused.status_code == 422
    assert "形が正しくありません" in refused.content.decode()
    added = browser.post(PAGE, {"entry": "@city.example.lg.jp"}, follow=True).content.decode()
    assert "@city.example.lg.jp" in added
    assert city_admin.name in added
    send(queued(kind, contact))
    assert "保留中の通知 1件" in browser.get(PAGE).content.decode()
    listed = browser.get("/messages/deliveries/?state=held").content.decode()
    assert "保留（試行中）" in listed
    assert "試行中の送信先にありません" in listed
    assert browser.post(PAGE, {"entry": "＠ｃｉｔｙ.example.lg.jp"}).status_code == 302
    [row] = AllowedAddress.objects.all()  # written with wide letters it is the same domain
    removed = browser.post(f"{PAGE}{row.id}/remove/", follow=True).content.decode()
    assert "送信先はまだありません" in removed


def test_nobody_else_edits_the_list(
    signed_in: Callable[[Any], Client], counter_clerk: Any, trial: City
) -> None:
    assert signed_in(counter_clerk).get(PAGE).status_code == 403
