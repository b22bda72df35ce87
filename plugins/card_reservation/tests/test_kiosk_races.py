"""Services at terminals, at once and in two cities: one last seat, and nothing of the neighbour."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from madoguchi import clock
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.web.api.tests.machines import program, token_for
from plugins.card_reservation.declarations.permissions import SERVE_AT_KIOSK
from plugins.card_reservation.models import Booking, Service, Slot
from plugins.card_reservation.services.slots import open_slots, reconcile
from plugins.card_reservation.tests.stand_ins import People, people_who_are_known
from plugins.card_reservation.tests.test_kiosk import Person, send, wish
from plugins.card_reservation.tests.test_kiosk_services import free, offer_sunday, read, said, wish_for

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def ready(city: City) -> Iterator[tuple[Place, Service, str]]:
    with in_city(city):
        open_slots(now=clock.now())
        hall = Place.objects.order_by("order")[0]
        yield hall, offer_sunday(hall), token_for(SERVE_AT_KIOSK).text


def test_a_service_and_a_time_of_another_city_are_nobodys_here(home: City, stranger: City) -> None:
    with people_who_are_known() as people:
        people.add("SAM000001", "0229")
        hanako = {"reference": "SAM000001", "birthday": "0229"}
        with ready(stranger) as (hall, service, _token):
            Service.objects.filter(pk=service.pk).update(code="theirs")
            slot = free(hall, service)[0]
        with in_city(home):
            open_slots(now=clock.now())
            here = program(token_for(SERVE_AT_KIOSK).text)
        assert "theirs" not in {row["code"] for row in read(here, "services").json()["results"]}
        assert said(read(here, "terms", service="theirs")) == (404, "service_not_offered")
        wanted = wish(here, slot, hanako)
        assert said(send(here, "kiosk/bookings/", wanted)) == (404, "slot_not_found")
        foreign = {**wanted, "service": "theirs"}
        assert said(send(here, "kiosk/bookings/", foreign)) == (404, "service_not_offered")
        for city in (home, stranger):
            with in_city(city):
                assert not Booking.objects.exists()


def test_two_terminals_want_the_last_seat_of_another_service_and_one_has_it(home: City) -> None:
    with ready(home) as (hall, service, token):
        slots = free(hall, service, limit=4)
        Slot.objects.filter(pk__in=[slot.id for slot in slots]).update(capacity=1)
    terminals = [program(token), program(token)]
    with people_who_are_known() as people:
        for slot in slots:
            wishes = [wish_for(each, "sunday", slot, _newcomer(people)) for each in terminals]
            assert _at_once(terminals, wishes) == [(201, ""), (409, "slot_full")]
    with in_city(home):
        assert reconcile(now=clock.now()) == ()
        taken = Slot.objects.filter(service=service, booked__gt=0)
        assert sorted(taken.values_list("booked", flat=True)) == [1, 1, 1, 1]
        assert Booking.objects.count() == len(slots)


def _newcomer(people: People) -> Person:
    person = {"reference": f"SAM{len(people.known):06}", "birthday": "0229"}
    people.add(**person)
    return person


def _at_once(terminals: list[Client], wishes: list[dict[str, Any]]) -> list[tuple[int, str]]:
    start = Barrier(len(terminals))

    def press(terminal: Client, wanted: dict[str, Any]) -> tuple[int, str]:
        start.wait()
        try:
            answer = send(terminal, "kiosk/bookings/", wanted, key=uuid4())
            return answer.status_code, answer.json().get("code", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(terminals)) as threads:
        return sorted(threads.map(press, terminals, wishes))
