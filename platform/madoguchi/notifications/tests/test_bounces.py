"""A mail that comes back is bound to its delivery, and its address is left alone until somebody mends it."""

import asyncio
import smtplib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications import bounces, return_paths, services, suppressions, trouble
from madoguchi.notifications.bounces import Verdict
from madoguchi.notifications.channels.inbox import Inbox
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import Delivery, DeliveryState, Suppression
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests import reports
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents import services as residents
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
HOST = "bounces.example.jp"


@pytest.fixture(autouse=True)
def bounce_host(settings: Any) -> None:
    """Mails of this installation come back to a host of its own."""
    settings.MADOGUCHI = {**settings.MADOGUCHI, "BOUNCE_HOST": HOST}


@pytest.fixture
def sent(kind: MessageKind, contact: UUID, sink: Sink, home: City) -> Delivery:
    """A message that a mail server accepted."""
    return send(queue(kind, contact))


def queue(kind: MessageKind, contact: UUID, key: str = "booked:1") -> Delivery:
    values = {"number": "1", "link": "https://x.example/"}
    services.notify(kind=kind.name, contact=contact, values=values, key=key, now=clock.now())
    return Delivery.objects.get(key=key)


def send(delivery: Delivery) -> Delivery:
    event = DeliveryQueued(delivery_id=delivery.id)
    send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    delivery.refresh_from_db()
    return delivery


def take_in(raw: bytes, recipient: str) -> Verdict:
    return bounces.take_in(raw=raw, recipient=recipient, now=clock.now())


def test_every_mail_names_the_place_to_which_it_comes_back(sent: Delivery, sink: Sink) -> None:
    [path] = sink.senders
    assert path == return_paths.write(delivery_id=sent.id)
    assert len(path.partition("@")[0]) <= 64
    found = return_paths.read(path.upper())
    assert found is not None
    assert (found.delivery_id, found.is_ours()) == (sent.id, True)


def test_a_mail_that_comes_back_marks_the_delivery_and_the_address(sent: Delivery, contact: UUID) -> None:
    path = return_paths.write(delivery_id=sent.id)
    assert take_in(reports.bounce(path), path) == Verdict.BOUNCED
    sent.refresh_from_db()
    assert sent.state == DeliveryState.BOUNCED
    assert sent.error.startswith("550 5.1.1")
    assert "taro" not in sent.error
    assert suppressions.reasons_of(contact_id=contact) == {Suppression.Reason.BOUNCED}
    assert AuditEntry.objects.filter(action="notifications.came_back").count() == 1


def test_nothing_more_is_sent_there_until_it_is_lifted(
    sent: Delivery, kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    path = return_paths.write(delivery_id=sent.id)
    take_in(reports.bounce(path), path)
    later = send(queue(kind, contact, "booked:2"))
    assert later.state == DeliveryState.SUPPRESSED
    assert len(sink.mails) == 1
    [entry] = suppressions.standing_of(contact_id=contact)
    suppressions.lift(suppression_id=entry.pk, actor=SYSTEM, now=clock.now())
    assert send(queue(kind, contact, "booked:3")).state == DeliveryState.SENT


@pytest.mark.parametrize(
    ("said", "status", "action", "verdict", "is_suppressed"),
    [
        ("452 4.2.2 Mailbox full", "4.2.2", "delayed", Verdict.LATER, False),
        ("552 5.2.2 Mailbox full", "5.2.2", "failed", Verdict.BOUNCED, False),
        ("550 5.7.1 Blocked by the reader's settings", "5.7.1", "failed", Verdict.BOUNCED, True),
        ("connect to mx.example.jp: Connection timed out", "4.4.1", "failed", Verdict.BOUNCED, False),
    ],
)
def test_only_what_the_reader_alone_can_mend_stops_an_address(
    sent: Delivery, contact: UUID, said: str, status: str, action: str, verdict: Verdict, is_suppressed: bool
) -> None:
    path = return_paths.write(delivery_id=sent.id)
    assert take_in(reports.bounce(path, said=said, status=status, action=action), path) == verdict
    assert bool(suppressions.reasons_of(contact_id=contact)) == is_suppressed


def test_a_complaint_marks_the_address_wherever_it_was_sent(sent: Delivery, contact: UUID) -> None:
    path, desk = return_paths.write(delivery_id=sent.id), f"complaints@{HOST}"
    assert take_in(reports.complaint(desk, path=path, kind="not-spam"), desk) == Verdict.NOTHING
    assert take_in(reports.complaint(desk, path=path), desk) == Verdict.COMPLAINED
    assert suppressions.reasons_of(contact_id=contact) == {Suppression.Reason.COMPLAINED}
    sent.refresh_from_db()
    assert sent.state == DeliveryState.SENT


def test_an_answer_of_somebody_on_holiday_means_nothing(sent: Delivery, contact: UUID) -> None:
    path = return_paths.write(delivery_id=sent.id)
    assert take_in(reports.holiday(path), path) == Verdict.NOTHING
    assert not suppressions.reasons_of(contact_id=contact)


def test_a_forged_return_path_changes_nothing(sent: Delivery, contact: UUID, stranger: City) -> None:
    path = return_paths.write(delivery_id=sent.id)
    name, _, host = path.partition("@")
    forged = [
        f"{name[:-1]}{'a' if name[-1] != 'a' else 'b'}@{host}",  # another signature
        f"{name}@elsewhere.example",
        path.replace(f"b-{name.split('-')[1]}-", f"b-{stranger.code}-"),  # another city
        f"b-000000-{name.split('-', 2)[2]}@{host}",
        "",
        f"b-1-{'a' * 26}-{'8' * 16}@{host}",
    ]
    for address in forged:
        assert take_in(reports.bounce(address), address) == Verdict.NOTHING
    sent.refresh_from_db()
    assert sent.state == DeliveryState.SENT
    assert not suppressions.reasons_of(contact_id=contact)


def test_what_a_server_refuses_at_once_marks_the_address_too(
    kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    sink.answers["taro@example.jp"] = "550 5.1.1 no such user"
    assert send(queue(kind, contact)).state == DeliveryState.BOUNCED
    assert suppressions.reasons_of(contact_id=contact) == {Suppression.Reason.BOUNCED}


def test_the_owner_is_told_with_the_settings_of_the_telephone(
    kind: MessageKind, sink: Sink, home: City
) -> None:
    reader = residents.contact_for(email="hana@docomo.ne.jp", language="ja", now=clock.now())
    assert trouble.of_contact(contact_id=reader) is None
    sink.answers["hana@docomo.ne.jp"] = "550 5.7.1 refused by the reader's settings"
    send(queue(kind, reader))
    told = trouble.of_contact(contact_id=reader)
    assert told is not None
    assert told.sender == "no-reply@midori.localhost"
    assert ["My docomo" in str(one.where) for one in told.carriers] == [True]


def test_a_mail_that_was_asked_for_is_tried_and_its_link_proves_the_address(
    kind: MessageKind, contact: UUID, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.answers["taro@example.jp"] = "550 5.7.1 blocked"
    send(queue(kind, contact))
    sink.answers.clear()
    asked = replace(kind, is_asked_for=True)
    declared = {**plugins._declared, "message_kinds": (("madoguchi.notifications", asked),)}
    monkeypatch.setattr(plugins, "_declared", declared)
    assert send(queue(asked, contact, "asked")).state == DeliveryState.SENT
    suppressions.lift_proven(contact_id=contact, now=clock.now())
    assert not suppressions.reasons_of(contact_id=contact)


def test_staff_see_why_and_lift_it(
    sent: Delivery, contact: UUID, signed_in: Callable[[Any], Client], counter_clerk: Any
) -> None:
    path = return_paths.write(delivery_id=sent.id)
    take_in(reports.bounce(path), path)
    [entry] = suppressions.standing_of(contact_id=contact)
    browser = signed_in(counter_clerk)
    assert "t***@example.jp" in browser.get("/messages/suppressed/").content.decode()
    page = browser.get(f"/messages/suppressed/{entry.pk}/").content.decode()
    assert "このメールアドレスは使われていません" in page
    assert "受信リスト設定" in page
    shown = browser.get(f"/messages/deliveries/{sent.pk}/").content.decode()
    assert "中身は残していないため、送り直せません" in shown
    lifted = browser.post(f"/messages/suppressed/{entry.pk}/lift/", follow=True).content.decode()
    assert "解除しました" in lifted
    again = browser.post(f"/messages/suppressed/{entry.pk}/lift/", follow=True).content.decode()
    assert "すでに解除されています" in again
    assert browser.get(f"/messages/suppressed/{uuid4()}/").status_code == 404


def test_a_call_centre_reads_but_does_not_lift(
    sent: Delivery, contact: UUID, signed_in: Callable[[Any], Client], home: City
) -> None:
    path = return_paths.write(delivery_id=sent.id)
    take_in(reports.bounce(path), path)
    [entry] = suppressions.standing_of(contact_id=contact)
    browser = signed_in(StaffFactory.create(roles=["call_centre"]))
    page = browser.get(f"/messages/suppressed/{entry.pk}/").content.decode()
    assert "送信の停止を解除する" not in page
    assert browser.post(f"/messages/suppressed/{entry.pk}/lift/").status_code == 403


@pytest.fixture
def door() -> Iterator[tuple[int, list[tuple[bytes, str]]]]:
    """The server for mails that come back, on a free port."""
    taken: list[tuple[bytes, str]] = []
    inbox = Inbox(lambda raw, recipient: taken.append((raw, recipient)))

    class Listening(Controller):
        ready = threading.Event()

        def _trigger_server(self) -> None:
            assert isinstance(self.server, asyncio.Server)
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    controller = Listening(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller.port, taken
    controller.stop()


def test_the_server_takes_in_our_own_addresses_and_relays_nothing(
    sent: Delivery, door: tuple[int, list[tuple[bytes, str]]]
) -> None:
    port, taken = door
    path = return_paths.write(delivery_id=sent.id)
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.sendmail("", [path], reports.bounce(path))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail("", ["somebody@example.jp"], b"x")
    [(raw, recipient)] = taken
    assert recipient == path
    assert take_in(raw, recipient) == Verdict.BOUNCED
