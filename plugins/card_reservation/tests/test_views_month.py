"""The month alone: for whoever has come that far, and without a count."""

import re

import pytest
from django.test import Client

from madoguchi.places.models import Place
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import open_link

pytestmark = pytest.mark.django_db


def test_without_an_opened_link_there_is_no_calendar(resident: Client, hall: Place) -> None:
    assert resident.get("/booking/time/month/").status_code == 410


def test_the_month_of_the_chosen_place_shows_words_and_no_counts(
    resident: Client, people: People, hall: Place
) -> None:
    token = open_link(resident, people)
    resident.get(f"/booking/start/{token}/")
    resident.post(f"/booking/start/{token}/")
    assert resident.get("/booking/time/month/").status_code == 303
    resident.post("/booking/place/", {"place": str(hall.id)})
    answer = resident.get("/booking/time/month/?month=2026-12")
    page = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<table>" in page
    assert "12月" in page
    assert not re.search(r"capacity|booked|remaining|定員|残り\d", page)
    assert resident.get("/booking/time/month/?month=nonsense").status_code == 200
