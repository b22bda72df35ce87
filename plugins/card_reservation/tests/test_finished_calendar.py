"""The calendar's page as finished bytes: nobody can tell it from one that was drawn for them alone."""

import re
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import Slot
from plugins.card_reservation.queries import fresh
from plugins.card_reservation.queries.fresh import Fresh
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import fields, open_link
from plugins.card_reservation.views import finished

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
Moment = list[float]


@pytest.fixture
def moment(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Moment:
    """keep answers for a second as a city does, on a clock of the test."""
    settings.CALENDAR_MICRO_CACHE_SECONDS = 1.0
    told = [0.0]
    for module, name in ((fresh, "ANSWERS"), (finished, "PAGES")):
        monkeypatch.setattr(module, name, Fresh(largest=50, monotonic=lambda: told[0]))
    return told


@pytest.fixture
def visitor(people: People, hall: Place) -> Client:
    """a browser that has chosen the hall and no time."""
    return _at_the_calendar(people, hall)


@pytest.fixture
def day(hall: Place) -> date:
    """a day on which every slot is free."""
    free = queries.nearest_free(place_id=hall.id, after=clock.now(), party_size=1, now=clock.now())
    return clock.local(free[0].starts_at).date()


def _at_the_calendar(people: People, hall: Place, email: str = "hanako@example.jp") -> Client:
    browser = Client(headers={"host": "midori.localhost"}, enforce_csrf_checks=False)
    token = open_link(browser, people, email=email)
    browser.get(f"/booking/start/{token}/")
    browser.post(f"/booking/start/{token}/", {"agreed": "on"})
    browser.post("/booking/place/", {"place": str(hall.id)})
    return browser


def _page(browser: Client, address: str) -> str:
    return TOKEN.sub("", browser.get(address).content.decode())


def _was_drawn(answer: Any) -> bool:
    return bool(answer.templates)


@pytest.mark.parametrize("prefix", ["", "/en", "/ja-easy"])
def test_the_finished_page_is_the_page(
    visitor: Client, day: date, hall: Place, settings: Any, moment: Moment, prefix: str
) -> None:
    Slot.objects.filter(place=hall, day=day).update(booked=3)
    for query in ("", f"?month={day:%Y-%m}", f"?day={day}", f"?view=list&month={day:%Y-%m}"):
        address = f"{prefix}/booking/time/{query}"
        first, second = visitor.get(address), visitor.get(address)
        assert _was_drawn(first), address
        assert not _was_drawn(second), address
        settings.CALENDAR_MICRO_CACHE_SECONDS = 0
        drawn = visitor.get(address)
        settings.CALENDAR_MICRO_CACHE_SECONDS = 1.0
        assert _was_drawn(drawn)
        for answer in (second, drawn):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Language"] == first.headers["Content-Language"]
            assert TOKEN.sub("", answer.content.decode()) == TOKEN.sub("", first.content.decode())


def test_every_visitor_gets_a_token_of_their_own_that_works(
    people: People, visitor: Client, day: date, hall: Place, moment: Moment
) -> None:
    other = _at_the_calendar(people, hall, email="taro@example.jp")
    pages = [browser.get(f"/booking/time/?day={day}") for browser in (visitor, other)]
    assert not _was_drawn(pages[1])
    tokens = [fields(page.content.decode())["csrfmiddlewaretoken"] for page in pages]
    assert tokens[0] != tokens[1]
    assert finished.TOKEN not in "".join(page.content.decode() for page in pages)
    slot = Slot.objects.filter(place=hall, day=day).earliest("starts_at")
    for browser, token in ((visitor, tokens[0]), (other, tokens[1])):
        browser.handler.enforce_csrf_checks = True
        sent = {"slot": str(slot.id), "csrfmiddlewaretoken": token}
        assert browser.post(f"/booking/time/?day={day}", sent).status_code == 303
    stolen = {"slot": str(slot.id), "csrfmiddlewaretoken": tokens[0]}
    assert other.post(f"/booking/time/?day={day}", stolen).status_code == 403


def test_a_page_is_drawn_anew_for_a_new_colour_and_only_then(
    visitor: Client, day: date, hall: Place, moment: Moment
) -> None:
    address = f"/booking/time/?month={day:%Y-%m}"
    before = _page(visitor, address)
    slots = Slot.objects.filter(place=hall, day=day)
    slots.update(booked=1)
    moment[0] = 1.5
    unchanged = visitor.get(address)
    assert not _was_drawn(unchanged)
    assert TOKEN.sub("", unchanged.content.decode()) == before
    slots.update(booked=5)
    moment[0] = 3.0
    changed = visitor.get(address)
    assert _was_drawn(changed)
    assert re.search(rf'day--full"><span class="d">{day.day}<', changed.content.decode())
    assert not _was_drawn(visitor.get(address))


def test_a_page_is_at_most_a_second_older_than_its_colours(
    visitor: Client, day: date, hall: Place, moment: Moment
) -> None:
    address = f"/booking/time/?day={day}"
    assert "i-full" not in visitor.get(address).content.decode().split('<form method="post"', 1)[1]
    Slot.objects.filter(place=hall, day=day).update(booked=5)
    moment[0] = 1.01
    assert "i-full" in visitor.get(address).content.decode().split('<form method="post"', 1)[1]


def test_a_place_that_was_hidden_meanwhile_leads_back_to_the_choice(
    visitor: Client, hall: Place, moment: Moment
) -> None:
    assert visitor.get("/booking/time/").status_code == 200
    Place.objects.filter(pk=hall.pk).update(is_public=False)
    moment[0] = 6.0
    assert visitor.get("/booking/time/")["Location"] == "/booking/place/"


def test_what_one_visitor_chose_is_shown_to_nobody_else(
    people: People, visitor: Client, day: date, hall: Place, moment: Moment
) -> None:
    slot = Slot.objects.filter(place=hall, day=day).earliest("starts_at")
    address = f"/booking/time/?day={day}"
    visitor.post(address, {"slot": str(slot.id)})
    assert f'value="{slot.id}" checked' in visitor.get(address).content.decode()
    other = _at_the_calendar(people, hall, email="taro@example.jp")
    assert " checked" not in other.get(address).content.decode()
    assert f'value="{slot.id}" checked' in visitor.get(address).content.decode()


def test_two_places_share_no_page(visitor: Client, day: date, hall: Place, moment: Moment) -> None:
    address = f"/booking/time/?month={day:%Y-%m}"
    halls = _page(visitor, address)
    visitor.post("/booking/place/", {"place": str(Place.objects.get(code="annex").id)})
    annexes = visitor.get(address)
    assert _was_drawn(annexes)
    assert TOKEN.sub("", annexes.content.decode()) != halls


@pytest.mark.parametrize("query", ["x=1", "month=2026-13", "day=x", "month=2026-12&x=", "view=list"])
def test_an_address_that_is_not_ours_takes_no_room(visitor: Client, moment: Moment, query: str) -> None:
    for _turn in range(2):
        answer = visitor.get(f"/booking/time/?{query}")
        assert answer.status_code == 200
        assert _was_drawn(answer)
    assert not finished.PAGES._answers


def test_however_many_ask_at_once_one_of_them_looks() -> None:
    kept, asked, begun = Fresh(largest=5), [], threading.Barrier(8)

    def compute() -> int:
        asked.append(1)
        return len(asked)

    def ask(answers: list[int]) -> None:
        begun.wait()
        answers.append(kept.get("key", seconds=60, compute=compute))

    answers: list[int] = []
    threads = [threading.Thread(target=ask, args=(answers,)) for _turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 8
    assert len(asked) == 1


def test_a_rush_over_many_keys_never_takes_more_room_than_was_given() -> None:
    told = [0.0]
    kept = Fresh(largest=10, monotonic=lambda: told[0])
    compute: Callable[[], str] = str
    for turn in range(100):
        told[0] = turn / 50
        kept.get(turn, seconds=1.0, compute=compute)
        assert len(kept._answers) <= 10
        assert len(kept._locks) <= 10
