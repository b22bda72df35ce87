"""What did not arrive is sent again, or dealt with in another way, by a person who answers for it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications import queries, resending, services
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.sink import Sink

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Any], Client]


def send(delivery: Delivery) -> Delivery:
    event = DeliveryQueued(delivery_id=delivery.id)
    send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def failed(kind: MessageKind, contact: UUID, sink: Sink) -> Delivery:
    """A message that a full mailbox refused."""
    sink.answers["taro@example.jp"] = "552 5.2.2 mailbox full"
    values = {"number": "1", "link": "https://x.example/"}
    services.notify(kind=kind.name, contact=contact, values=values, key="a", now=clock.now())
    return send(Delivery.objects.get(key="a"))


def test_a_clerk_sends_again_what_did_not_arrive(
    failed: Delivery, sink: Sink, signed_in: SignedIn, counter_clerk: Any
) -> None:
    browser, page = signed_in(counter_clerk), f"/messages/deliveries/{failed.pk}/"
    shown = browser.get(page).content.decode()
    assert "受信箱がいっぱいです" in shown
    assert "空けてもらってから、「送り直す」を押してください。" in shown
    sink.answers.clear()
    assert "もう一度送信します" in browser.post(f"{page}resend/", follow=True).content.decode()
    failed.refresh_from_db()
    assert send(failed).state == DeliveryState.SENT
    assert sink.recipients == ["taro@example.jp"]
    assert "送り直せません" in browser.post(f"{page}resend/", follow=True).content.decode()
    assert AuditEntry.objects.filter(action="notifications.resent").count() == 1
    assert browser.post(f"/messages/deliveries/{uuid4()}/resend/").status_code == 404


def test_what_was_told_by_telephone_no_longer_waits_on_the_home(
    failed: Delivery, signed_in: SignedIn, counter_clerk: Any
) -> None:
    browser, page = signed_in(counter_clerk), f"/messages/deliveries/{failed.pk}/"
    assert queries.failures() == 1
    assert (
        f"{counter_clerk.name} が対応しました"
        in browser.post(f"{page}handled/", follow=True).content.decode()
    )
    assert queries.failures() == 0
    assert (
        "宛先に届きません（対応済み）" in browser.get("/messages/deliveries/?state=handled").content.decode()
    )
    assert str(failed.pk) not in browser.get("/messages/deliveries/?state=undelivered").content.decode()
    again = browser.post(f"{page}handled/", follow=True).content.decode()
    assert "印を付けたり外したりできません" in again
    browser.post(f"{page}handled/", {"do": "undo"})
    assert queries.failures() == 1


def test_what_arrived_is_neither_sent_again_nor_dealt_with(failed: Delivery, sink: Sink) -> None:
    Delivery.objects.update(state=DeliveryState.SENT, sealed=b"")
    with pytest.raises(resending.NothingToResend):
        resending.resend(delivery_id=failed.pk, actor=SYSTEM, now=clock.now())
    with pytest.raises(resending.NothingToHandle):
        resending.mark_handled(delivery_id=failed.pk, is_handled=True, actor=SYSTEM, now=clock.now())


def test_many_are_sent_again_after_a_confirmation(
    failed: Delivery, sink: Sink, signed_in: SignedIn, counter_clerk: Any
) -> None:
    browser = signed_in(counter_clerk)
    page = browser.get("/messages/deliveries/?state=undelivered").content.decode()
    ticket = page.partition('name="ticket" value="')[2].partition('"')[0]
    sent = {"ticket": ticket, "row": str(failed.pk), "action": "notifications.resend"}
    asked = browser.post("/jobs/bulk/", sent, follow=True)
    assert "もう一度送ります" in asked.content.decode()


def test_an_auditor_sees_no_buttons_and_a_post_is_refused(
    failed: Delivery, signed_in: SignedIn, home: Any
) -> None:
    browser = signed_in(StaffFactory.create(roles=["auditor"]))
    for what in ("resend", "handled"):
        assert browser.post(f"/messages/deliveries/{failed.pk}/{what}/").status_code == 403
