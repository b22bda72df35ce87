"""From the change to the mail, through the outbox and the relay, with real commits."""

from datetime import timedelta
from typing import Any

import pytest

from madoguchi import clock
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.outbox.delivery import deliver_next
from madoguchi.notifications import services
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = {"number": "1", "link": "https://midori.example/x/"}


class Undone(Exception):
    """The change that the message tells of fails after all."""


def notify(kind: MessageKind, *, email: str) -> None:
    contact = residents.contact_for(email=email, language="ja", now=clock.now())
    services.notify(kind=kind.name, contact=contact, values=VALUES, key=f"booked:{email}", now=clock.now())


def notify_in_vain(kind: MessageKind, city: City) -> None:
    with in_city(city):
        notify(kind, email="undone@example.jp")
        raise Undone


def state_of(city: City, email: str) -> str:
    with in_city(city):
        return Delivery.objects.get(key=f"booked:{email}").state


def test_a_committed_message_is_sent_and_an_undone_one_is_not(
    kind: MessageKind, sink: Sink, home: City
) -> None:
    with in_city(home):
        notify(kind, email="kept@example.jp")
    with pytest.raises(Undone):
        notify_in_vain(kind, home)
    while deliver_next(city=home):
        pass
    assert sink.recipients == ["kept@example.jp"]
    assert state_of(home, "kept@example.jp") == DeliveryState.SENT


def test_a_mail_server_that_comes_back_gets_the_mail_once(
    kind: MessageKind, sink: Sink, home: City, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    with in_city(home):
        notify(kind, email="later@example.jp")
    assert deliver_next(city=home)
    assert state_of(home, "later@example.jp") == DeliveryState.QUEUED
    settings.EMAIL_PORT = sink.port
    assert not deliver_next(city=home)
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        assert deliver_next(city=home)
        assert not deliver_next(city=home)
    assert sink.recipients == ["later@example.jp"]


def test_a_message_of_one_city_is_never_sent_by_another(
    kind: MessageKind, sink: Sink, home: City, stranger: City
) -> None:
    with in_city(home):
        notify(kind, email="taro@example.jp")
    while deliver_next(city=stranger):
        pass
    assert sink.mails == []
    assert deliver_next(city=home)
    assert sink.mails[0]["From"].addresses[0].display_name == home.name
