"""The queue of the day: who is next, who was called where, and every step taken back."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation.models import Booking, PlaceRules, Service, Slot, Turn
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.rules import queue as rules
from plugins.card_reservation.rules.queue import Step
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services import queue as line
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_booking_races import all_at_once

NINE = datetime(2026, 12, 9, 0, 0, tzinfo=UTC)
pages = pytest.mark.django_db


def test_whoever_is_in_time_stands_by_the_booked_time_and_whoever_is_late_by_the_arrival() -> None:
    early = rules.due(starts_at=NINE, arrived_at=NINE - timedelta(minutes=20))
    late = rules.due(starts_at=NINE, arrived_at=NINE + timedelta(minutes=11))
    chance = rules.due(starts_at=None, arrived_at=NINE)
    assert (early.at, early.is_late) == (NINE, False)
    assert (late.at, late.is_late) == (NINE + timedelta(minutes=11), True)
    assert (chance.at, chance.is_late) == (NINE, False)


def test_a_number_makes_only_the_steps_of_where_it_stands() -> None:
    assert rules.state_after(step=Step.CALL, state="waiting") == "called"
    assert rules.state_after(step=Step.MISS, state="waiting") is None
    assert rules.steps_from(state="done") == ()


@pytest.fixture
def slot(free_slots: Any) -> SlotView:
    """The next time of the hall."""
    found: SlotView = free_slots(1)[0]
    return found


@pytest.fixture
def booked(people: People, slot: SlotView, now: datetime) -> Booking:
    """A booking at that time."""
    pickup = people.add("ABC123456", "0229")
    made = booking.book(request=request_for(slot.id, pickup), actor=RESIDENT, now=now)
    found: Booking = Booking.objects.get(pk=made.booking_id)
    return found


@pytest.fixture
def counter(slot: SlotView, people: People) -> Iterator[Client]:
    """A clerk on that day, five minutes before the time."""
    with clock.frozen_at(slot.starts_at - timedelta(minutes=5)):
        clerk = StaffFactory.create(roles=["counter_clerk"])
        yield sign_in(Client(headers={"host": "staff.midori.localhost"}), clerk)


def queue_of(browser: Client, place: Place) -> Any:
    return browser.get(f"/reservations/queue/?place={place.pk}").context["queue"]


def act(browser: Client, path: str, **sent: str) -> str:
    answer = browser.post(f"/reservations/queue/{path}", sent, follow=True)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def refused(browser: Client, path: str, **sent: str) -> str:
    """Send what cannot be done, and return the page that asks again."""
    answer = browser.post(f"/reservations/queue/{path}", sent)
    assert answer.status_code == 422
    text: str = answer.content.decode()
    assert "<title>エラー：" in text
    return text


def beside(page: str, name: str) -> str:
    """Read what a page says beside a field."""
    found = re.search(rf'id="id_{name}_error".*?</p>', page, re.S)
    assert found
    assert re.search(rf'<input[^>]+id="id_{name}"[^>]*aria-invalid="true"', page) or re.search(
        rf'<input[^>]+aria-invalid="true"[^>]*id="id_{name}"', page
    )
    return found.group()


def undo(browser: Client, page: str) -> str:
    way = re.search(r'action="(/undo/[^"]+)"', page)
    assert way
    text: str = browser.post(way.group(1), follow=True).content.decode()
    return text


@pages
def test_a_scanned_slip_gives_a_number_that_is_called_served_and_done(
    counter: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    assert "受付番号は 1 です" in act(counter, "check-in/", code=booked.number, place=place)
    booked.refresh_from_db()
    assert booked.visit == "arrived"
    assert "受付番号は 2 です" in act(counter, "walk-in/", party_size="2", place=place)
    assert [row.number for row in queue_of(counter, hall).waiting] == [2, 1]
    page = refused(counter, "next/", place=place, counter="")
    assert "窓口の番号を入れて" in beside(page, "counter")
    assert "2番を、窓口3に呼び出しました" in act(counter, "next/", place=place, counter="3")
    turn = Turn.objects.get(number=2)
    for step, state in (("serve", "serving"), ("finish", "done")):
        act(counter, f"{turn.pk}/step/", step=step, place=place)
        turn.refresh_from_db()
        assert (turn.state, turn.counter) == (state, "3")
    assert "1番を、窓口3に呼び出しました" in act(counter, "next/", place=place, counter="")
    page = refused(counter, "next/", place=place, counter="4")
    assert "待っている方はいません" in beside(page, "counter")
    assert 'value="4"' in page
    assert AuditEntry.objects.filter(action="card_reservation.turn").count() == 6


@pages
def test_every_step_can_be_taken_back_until_somebody_goes_on(
    counter: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    given = act(counter, "check-in/", code=booked.number, place=place)
    undo(counter, given)
    booked.refresh_from_db()
    assert booked.visit == ""
    assert not Turn.objects.exists()
    given = act(counter, "check-in/", code=booked.number, place=place)
    called = act(counter, "next/", place=place, counter="3")
    assert "別の変更があったため" in undo(counter, given)
    undo(counter, called)
    turn = Turn.objects.get()
    assert (turn.state, turn.counter, turn.calls, turn.called_at) == ("waiting", "", 0, None)
    called = act(counter, f"{turn.pk}/step/", step="call", place=place)
    missed = act(counter, f"{turn.pk}/step/", step="miss", place=place)
    assert "別の変更があったため" in undo(counter, called)
    undo(counter, missed)
    turn.refresh_from_db()
    assert turn.state == "called"


@pages
def test_a_second_scan_tells_the_number_and_takes_nothing_back(
    counter: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    act(counter, "check-in/", code=booked.number, place=place)
    again = act(counter, "check-in/", code=booked.number, place=place)
    assert "すでに受付しています。受付番号は 1 です。" in again
    assert "/undo/" not in again
    assert Turn.objects.get().number == 1


@pages
def test_a_notice_can_be_scanned_and_what_nobody_booked_is_said(
    counter: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    for wrong in ("", "0000-0000", "NOBODY", "<script>"):
        page = refused(counter, "check-in/", code=wrong, place=place)
        assert "番号" in beside(page, "code")
        assert f'value="{escape(wrong)}"' in page or not wrong
    assert not Turn.objects.exists()
    act(counter, "check-in/", code="abc-123456", place=place)
    again = act(counter, "check-in/", code=booked.number, place=place)
    assert "受付番号は 1 です" in again
    assert Turn.objects.count() == 1
    for wrong in ("0", "21", "x", ""):
        page = refused(counter, "walk-in/", party_size=wrong, place=place)
        assert "1から20まで" in beside(page, "party_size")
        assert f'value="{wrong}"' in page or not wrong
    assert Turn.objects.count() == 1


@pages
def test_a_step_that_a_colleague_was_quicker_with_is_refused_beside_the_number(
    counter: Client, hall: Place
) -> None:
    place = str(hall.pk)
    act(counter, "walk-in/", party_size="1", place=place)
    turn = Turn.objects.get()
    for way in ("call", "serve"):
        page = refused(counter, f"{turn.pk}/step/", step=way, place=place)
        assert "窓口の番号を入れてから" in beside(page, "counter")
    act(counter, "next/", place=place, counter="3")
    act(counter, f"{turn.pk}/step/", step="miss", place=place)
    for way in ("miss", "dance"):
        page = refused(counter, f"{turn.pk}/step/", step=way, place=place)
        assert page.count(f'id="wrong-{turn.pk}"') == 1
        assert 'role="alert"' in page
    turn.refresh_from_db()
    assert turn.state == "missed"


@pages
def test_a_service_that_is_not_offered_is_refused_beside_the_list(counter: Client, hall: Place) -> None:
    renewal = Service.objects.create(code="renewal", name="電子証明書の更新", identity="none")
    PlaceRules.objects.create(place=hall, service=renewal)
    page = refused(counter, "walk-in/", party_size="2", service=str(uuid4()), place=str(hall.pk))
    assert "用件を選びなおしてください" in page
    assert 'value="2"' in page
    assert not Turn.objects.exists()


@pages
def test_a_counter_that_cannot_be_read_calls_nobody_to_the_counter_of_before(
    counter: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    act(counter, "check-in/", code=booked.number, place=place)
    assert "窓口3に呼び出しました" in act(counter, "next/", place=place, counter="3")
    act(counter, "walk-in/", party_size="1", place=place)
    for wrong in ("あ" * 11, "\u200b"):
        assert "呼び出しました" not in refused(counter, "next/", place=place, counter=wrong)
    assert [row.number for row in queue_of(counter, hall).waiting] == [2]


@pages
def test_a_reading_of_a_hundred_thousand_signs_is_a_number_of_nobody(counter: Client, hall: Place) -> None:
    page = refused(counter, "check-in/", code="9" * 100_000, place=str(hall.pk))
    assert "この番号の今日の予約が見つかりません" in beside(page, "code")


@pages
def test_whoever_is_late_joins_behind_and_whoever_is_not_booked_today_does_not(
    people: People, hall: Place, booked: Booking, slot: SlotView
) -> None:
    with clock.frozen_at(slot.starts_at - timedelta(days=1)), pytest.raises(line.WrongDay):
        line.check_in(booking_id=booked.pk, actor=CLERK, now=clock.now(), eyes=EVERYTHING)
    late = slot.starts_at + timedelta(minutes=30)
    turn, _before = line.check_in(booking_id=booked.pk, actor=CLERK, now=late, eyes=EVERYTHING)
    assert turn.is_late
    assert turn.due_at == late


@pytest.mark.parametrize("moment", ["on another day", "at another place"])
@pages
def test_whoever_missed_the_call_and_was_given_another_time_gets_a_number_there(
    hall: Place, booked: Booking, slot: SlotView, free_slots: Any, moment: str
) -> None:
    missed, _before = line.check_in(booking_id=booked.pk, actor=CLERK, now=slot.starts_at, eyes=EVERYTHING)
    other = Slot.objects.filter(is_open=True, starts_at__gt=slot.starts_at)
    if moment == "on another day":
        other = other.filter(place=hall, day__gt=missed.day)
    else:
        other = other.exclude(place=hall).filter(day=missed.day)
    later = other.earliest("starts_at")
    with clock.frozen_at(slot.starts_at):
        moving.move(booking_id=booked.pk, slot_id=later.pk, key=uuid4(), actor=CLERK, now=slot.starts_at)
    given, _before = line.check_in(booking_id=booked.pk, actor=CLERK, now=later.starts_at, eyes=EVERYTHING)
    assert (given.day, given.place_id) == (later.day, later.place_id)
    again, _before = line.check_in(booking_id=booked.pk, actor=CLERK, now=later.starts_at, eyes=EVERYTHING)
    assert again == given
    # The number of before calls nobody any more.
    missed.refresh_from_db()
    assert (missed.state, missed.booking_id) == ("left", None)


@pages
def test_the_wall_shows_numbers_and_nobody(
    counter: Client, resident: Client, hall: Place, booked: Booking
) -> None:
    place = str(hall.pk)
    page = act(counter, "wall/", open="1", place=place)
    address = re.search(r'href="([^"]+/booking/wall/[^"]+)"', page)
    assert address
    path = urlsplit(address.group(1)).path
    assert "いま呼び出している番号はありません" in resident.get(path).content.decode()
    act(counter, "check-in/", code=booked.number, place=place)
    act(counter, "next/", place=place, counter="3")
    shown = resident.get(path)
    text = shown.content.decode()
    assert re.search(r'class="wall__no">1<.*窓口 3', text)
    assert shown["Refresh"] == "10"
    assert "<script" not in text.partition("<main")[2]
    for hidden in (booked.number, "見本 花子", "ミホン ハナコ", "ABC123456"):
        assert hidden not in text
    turn = Turn.objects.get()
    act(counter, f"{turn.pk}/step/", step="miss", place=place)
    assert "いらっしゃらなかった番号" in resident.get(path).content.decode()
    act(counter, "wall/", renew="1", place=place)
    assert resident.get(path).status_code == 404
    assert resident.get(f"{path[:-3]}xx/").status_code == 404


@pages
def test_a_quiet_refresh_says_nothing_new_and_whoever_may_look_has_no_buttons(
    counter: Client, viewer: Client, hall: Place, booked: Booking, slot: SlotView
) -> None:
    page = counter.get(f"/reservations/queue/?place={hall.pk}").content.decode()
    assert booked.number in page
    way = re.search(r'hx-get="([^"]+)"', page)
    assert way
    quiet = way.group(1).replace("&amp;", "&")
    assert counter.get(quiet, headers={"X-Background": "1"}).status_code == 204
    act(counter, "walk-in/", party_size="1", place=str(hall.pk))
    assert counter.get(quiet, headers={"X-Background": "1"}).status_code == 200
    shown = viewer.get(f"/reservations/queue/?place={hall.pk}").content.decode()
    assert 'action="/reservations/queue/' not in shown
    for path in ("check-in/", "walk-in/", "next/", "wall/", f"{uuid4()}/step/"):
        assert viewer.post(f"/reservations/queue/{path}").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_never_call_the_same_number_and_two_who_come_get_two(home: City) -> None:
    now = clock.now()
    with in_city(home):
        hall = Place.objects.get(code="main")

    def come() -> object:
        return line.walk_in(place_id=hall.pk, service_id=None, party_size=1, actor=CLERK, now=now)

    def call(counter: str) -> Callable[[], object]:
        return lambda: line.call_next(place_id=hall.pk, counter=counter, actor=CLERK, now=now)

    assert all_at_once(home, come, come, come) == {"done": 3}
    assert all_at_once(home, call("1"), call("2")) == {"done": 2}
    with in_city(home):
        assert sorted(Turn.objects.values_list("number", flat=True)) == [1, 2, 3]
        called = Turn.objects.filter(state="called")
        assert sorted(called.values_list("counter", flat=True)) == ["1", "2"]


@pages
def test_a_number_is_printed_for_whoever_waits(counter: Client, hall: Place) -> None:
    page = act(counter, "walk-in/", party_size="2", place=str(hall.pk))
    turn = Turn.objects.get()
    address = f"/reservations/queue/{turn.pk}/ticket/"
    assert f'href="{address}"' in page
    assert f"{address}pdf/" in counter.get(address).content.decode()
    pdf = counter.get(f"{address}pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(pdf.content)).pages) == 1
    assert counter.get(f"/reservations/queue/{uuid4()}/ticket/pdf/").status_code == 404
