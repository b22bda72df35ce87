"""A message on its way: written once, sent by SMTP, settled for good or tried again."""

import smtplib
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import services
from madoguchi.notifications.channels import mail
from madoguchi.notifications.errors import UnknownMessageKind
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.masking import masked
from madoguchi.notifications.messages import Attachment, Enclosed
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.tests.sink import Sink
from madoguchi.preferences import services as preferences
from madoguchi.residents import services as residents
from madoguchi.residents.models import Contact
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db

VALUES = {"number": "4827-3916", "link": "https://midori.example/booking/manage/abc/"}
ENTRY = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
ICS = Attachment(name="yoyaku.ics", content_type="text/calendar; method=CANCEL", text=ENTRY)


def notify(kind: MessageKind, contact: UUID, **changed: Any) -> Delivery:
    given: dict[str, Any] = {
        "kind": kind.name,
        "contact": contact,
        "values": VALUES,
        "key": "booked:1",
    } | changed
    services.notify(**given, now=clock.now())
    return Delivery.objects.get(key=given["key"])


def body_of(arrived: EmailMessage, kind: str) -> str:
    """Read the plain or the HTML part of a mail."""
    part = arrived.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def send(delivery: Delivery) -> Delivery:
    event = DeliveryQueued(delivery_id=delivery.id)
    send_delivery(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    delivery.refresh_from_db()
    return delivery


def test_a_message_arrives_complete_as_text_and_as_html(
    kind: MessageKind, contact: UUID, sink: Sink, home: City
) -> None:
    delivery = send(notify(kind, contact))
    assert delivery.state == DeliveryState.SENT
    [arrived] = sink.mails
    assert sink.recipients == ["taro@example.jp"]
    assert arrived["Subject"] == "予約を受け付けました"
    assert arrived["From"].addresses[0].display_name == home.name
    assert arrived["Message-ID"] == f"<{delivery.id.hex}@midori.localhost>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    text = body_of(arrived, "plain")
    assert VALUES["link"] in text.splitlines()
    assert "予約番号は 4827-3916 です。" in text
    html = body_of(arrived, "html")
    assert f'<a href="{VALUES["link"]}"' in html


def test_what_was_queued_before_a_name_was_known_shows_no_braces(
    kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    send(notify(kind, contact, values={"link": VALUES["link"]}))
    [arrived] = sink.mails
    text = body_of(arrived, "plain")
    assert "{" not in text
    assert VALUES["link"] in text


def test_a_calendar_entry_travels_with_the_message(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    send(notify(kind, contact, enclosed=Enclosed(attachments=(ICS,))))
    [attached] = sink.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("yoyaku.ics", "text/calendar")
    assert (attached.get_param("method"), attached.get_content_charset()) == ("CANCEL", "utf-8")
    assert "BEGIN:VCALENDAR" in attached.get_content()


def test_the_message_is_in_the_language_of_its_reader(kind: MessageKind, sink: Sink) -> None:
    reader = residents.contact_for(email="anna@example.com", language="en", now=clock.now())
    send(notify(kind, reader))
    assert sink.mails[0]["Subject"] == "Your visit is booked"
    assert "This is Midori City." in body_of(sink.mails[0], "plain")


def test_the_same_key_makes_one_delivery_and_one_event(kind: MessageKind, contact: UUID) -> None:
    before = OutboxEvent.objects.count()
    first = notify(kind, contact)
    second = notify(kind, contact, values={**VALUES, "number": "other"})
    assert first.id == second.id
    assert OutboxEvent.objects.count() == before + 1


def test_a_repeated_event_sends_nothing_again(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    delivery = send(notify(kind, contact))
    send(delivery)
    assert len(sink.mails) == 1


def test_the_values_are_sealed_and_gone_once_sent(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    delivery = notify(kind, contact)
    assert b"4827" not in bytes(delivery.sealed)
    assert bytes(send(delivery).sealed) == b""
    assert delivery.masked_address == "t***@example.jp"


def test_a_reply_address_that_is_none_costs_nobody_a_mail(
    kind: MessageKind, contact: UUID, sink: Sink, home: City
) -> None:
    odd = {"reply_to": f"yoyaku@{'い' * 63}.jp"}
    preferences.change(plugin="madoguchi.notifications", values=odd, actor=SYSTEM, now=clock.now())
    assert send(notify(kind, contact)).state == DeliveryState.SENT


def test_an_address_refused_for_good_is_shown_as_bounced(
    kind: MessageKind, contact: UUID, sink: Sink
) -> None:
    sink.answers["taro@example.jp"] = "550 no such user taro@example.jp"
    delivery = send(notify(kind, contact))
    assert delivery.state == DeliveryState.BOUNCED
    assert delivery.error == "550 no such user ***"


def test_an_address_refused_for_now_is_tried_again(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    sink.answers["taro@example.jp"] = "450 come back later"
    delivery = notify(kind, contact)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(delivery)
    sink.answers.clear()
    assert send(delivery).state == DeliveryState.SENT


def test_a_mail_server_that_is_away_means_later(
    kind: MessageKind, contact: UUID, sink: Sink, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    delivery = notify(kind, contact)
    with pytest.raises(ConnectionError):
        send(delivery)
    settings.EMAIL_PORT = sink.port
    assert send(delivery).state == DeliveryState.SENT


def test_a_second_mail_server_takes_over(kind: MessageKind, contact: UUID, sink: Sink, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    settings.MADOGUCHI = {**settings.MADOGUCHI, "SECOND_MAIL_SERVER": f"127.0.0.1:{sink.port}"}
    assert send(notify(kind, contact, key="one")).state == DeliveryState.SENT
    mail.close()
    assert mail.routes()[0] == ("127.0.0.1", sink.port)
    assert send(notify(kind, contact, key="two")).state == DeliveryState.SENT
    assert len(sink.mails) == 2


def test_one_connection_carries_many_messages(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    send(notify(kind, contact, key="one"))
    first = mail.connection()
    send(notify(kind, contact, key="two"))
    assert mail.connection() is first
    assert len(sink.mails) == 2


def test_an_erased_contact_ends_the_delivery(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    delivery = notify(kind, contact)
    Contact.objects.filter(id=contact).delete()
    assert send(delivery).state == DeliveryState.FAILED
    assert sink.mails == []


def test_a_kind_that_nobody_declares_is_a_mistake(contact: UUID) -> None:
    with pytest.raises(UnknownMessageKind):
        services.notify(kind="testing.nothing", contact=contact, values={}, key="x", now=clock.now())
    with pytest.raises(ObjectDoesNotExist):
        Delivery.objects.get(key="x")


def test_a_line_break_in_a_value_cannot_add_a_header(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    subject_kind = kind.name
    delivery = notify(kind, contact, values={**VALUES, "number": "1\r\nBcc: x@example.com"})
    assert subject_kind == delivery.kind
    send(delivery)
    assert sink.mails[0]["Bcc"] is None


def test_what_people_typed_is_escaped_in_html(kind: MessageKind, contact: UUID, sink: Sink) -> None:
    send(notify(kind, contact, values={**VALUES, "number": "<script>alert(1)</script>"}))
    html = body_of(sink.mails[0], "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_masked_address_shows_its_host_only() -> None:
    assert masked("hanako.yamada@example.jp") == "h***@example.jp"
    assert masked("broken") == "***"


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("taro..yamada.@docomo.example", "taro..yamada.@docomo.example"),
        ("hana@日本語.example", "hana@xn--wgv71a119e.example"),
    ],
)
def test_addresses_of_old_phones_and_japanese_hosts_are_reached(
    kind: MessageKind, sink: Sink, typed: str, sent_to: str
) -> None:
    reader = residents.contact_for(email=typed, language="ja", now=clock.now())
    assert send(notify(kind, reader)).state == DeliveryState.SENT
    assert sink.recipients == [sent_to]


@pytest.mark.parametrize(
    "typed", ["nobody", "@example.jp", "花子@example.jp", "a b@example.jp", "a@", "a@b@c..d"]
)
def test_what_is_no_address_bounces_at_once(kind: MessageKind, sink: Sink, typed: str) -> None:
    reader = residents.contact_for(email=typed, language="ja", now=clock.now())
    delivery = send(notify(kind, reader))
    assert delivery.state == DeliveryState.BOUNCED
    assert sink.mails == []
