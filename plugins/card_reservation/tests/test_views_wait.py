"""Waiting for a place as a resident does it: join, read the mail, take the time or leave it."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.residents import services as residents
from madoguchi.residents.models import Link
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot, WaitingEntry, WaitingOffer
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.way import open_link, token_in_mail

pytestmark = pytest.mark.django_db
NUMBERS = re.compile(r"(?:あと|残り|満員まで|待ち人数)\s*\d|\d+\s*(?:人待ち|番目)")


@pytest.fixture
def now() -> Any:
    """Noon of today: whoever is asked at night has time until the morning."""
    return clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch, now: Any) -> None:
    """Every page thinks it is noon."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def day(free_slots: Any) -> Any:
    """A day far enough away on which one party has the only open time."""
    by_day = {clock.local(slot.starts_at).date(): slot for slot in reversed(free_slots(200))}
    return by_day[sorted(by_day)[4]]


@pytest.fixture
def full(day: Any, now: Any) -> booking.Receipt:
    """Whoever has the last places of that day."""
    made = booking.book(request=request_for(day.id, uuid4(), uuid4()), actor=RESIDENT, now=now)
    Slot.objects.filter(place_id=day.place_id).exclude(pk=day.id).update(is_open=False)
    Slot.objects.filter(pk=day.id).update(capacity=2)
    return made


@pytest.fixture
def waiting(resident: Client, people: People, day: Any, full: Any) -> Client:
    """A browser in which somebody joined the line for that day."""
    token = open_link(resident, people)
    resident.get(f"/booking/start/{token}/")
    resident.post(f"/booking/start/{token}/", {"agreed": "on"})
    resident.post("/booking/place/", {"place": str(day.place_id)})
    said = clock.local(day.starts_at).date().isoformat()
    calendar = resident.get(f"/booking/time/?day={said}").content.decode()
    assert f"/booking/wait/?day={said}" in calendar
    page = resident.get(f"/booking/wait/?day={said}").content.decode()
    assert 'value="day"' in page
    answer = resident.post(f"/booking/wait/?day={said}", {"period": "day", "part": ""})
    assert answer.status_code == 303
    page = resident.get(answer["Location"]).content.decode()
    assert "空きを待っています" in page
    assert not NUMBERS.search(page)
    return resident


def give_back(full: Any, now: Any) -> str:
    moving.cancel(booking_id=full.booking_id, actor=RESIDENT, now=now)
    return f"/booking/offer/{token_in_mail('offer')}/"


def sent() -> dict[str, Any]:
    in_force = queries.cautions()
    return {"version": in_force.version, "ticks": list(in_force.codes), "accept": "1"}


def test_the_mail_holds_a_time_that_one_press_books(waiting: Client, full: Any, day: Any, now: Any) -> None:
    link = give_back(full, now)
    page = waiting.get(link).content.decode()
    assert "空きが出ました" in page
    assert WaitingOffer.objects.get().state == "open"
    own = f"/booking/waiting/{token_in_mail('waiting')}/"
    assert "お取りしています" in waiting.get(own).content.decode()
    assert waiting.post(link, {"accept": "1"}).status_code == 422
    assert waiting.post(link, sent())["Location"] == link
    assert "予約が完了しました" in waiting.get(link).content.decode()
    ended = waiting.get(own).content.decode()
    assert "空いた時間に予約できました" in ended
    assert "新しく予約する" not in ended, "whoever has a booking needs no other"
    assert Booking.objects.get(state="active").slot_id == day.id
    assert waiting.post(link, sent()).status_code == 303
    assert Booking.objects.filter(state="active").count() == 1


def test_a_declined_time_is_free_for_others_at_once(waiting: Client, full: Any, day: Any, now: Any) -> None:
    link = give_back(full, now)
    assert Slot.objects.get(pk=day.id).booked == 1
    waiting.post(link, {"decline": "1"})
    assert "見送りました" in waiting.get(link).content.decode()
    assert Slot.objects.get(pk=day.id).booked == 0
    assert "見送りました" in waiting.post(link, sent()).content.decode()
    assert not Booking.objects.filter(state="active").exists()


def test_after_its_time_an_offer_says_that_it_is_over(waiting: Client, full: Any, now: Any) -> None:
    link = give_back(full, now)
    WaitingOffer.objects.update(held_until=now - timedelta(minutes=1))
    late = waiting.get(link)
    assert (late.status_code, "期限が過ぎました" in late.content.decode()) == (410, True)
    assert waiting.post(link, sent()).status_code == 410
    assert not Booking.objects.filter(state="active").exists()


def test_whoever_waits_leaves_by_the_link_of_the_mail(waiting: Client, now: Any) -> None:
    link = f"/booking/waiting/{token_in_mail('waiting')}/"
    assert WaitingEntry.objects.get().state == "waiting"
    page = waiting.get(link).content.decode()
    # One press too many costs nobody their turn: the page asks first.
    assert 'href="?leave=1"' in page
    assert '<form method="post"' not in page
    asked = waiting.get(f"{link}?leave=1").content.decode()
    assert "キャンセル待ちをやめますか" in asked
    assert '<form method="post"' in asked
    assert WaitingEntry.objects.get().state == "waiting"
    assert waiting.post(link).status_code == 303
    assert WaitingEntry.objects.get().state == "left"
    assert "終わりました" in waiting.get(link).content.decode()
    Link.objects.update(expires_at=now - timedelta(minutes=1))
    late = waiting.get(link)
    assert late.status_code == 410
    assert "キャンセル待ちは終わりました" in late.content.decode()
    assert "この予約は終わりました" not in late.content.decode(), "there was none"


def test_an_earlier_time_is_waited_for_with_a_booking_in_hand(
    resident: Client, day: Any, full: Any, now: Any
) -> None:
    later = Slot.objects.filter(place_id=day.place_id, day__gt=clock.local(day.starts_at).date())
    own = later.order_by("starts_at").last()
    assert own is not None
    Slot.objects.filter(pk=own.pk).update(is_open=True)
    contact = residents.contact_for(email="a@example.jp", language="ja", now=now)
    window = queries.window(place_id=day.place_id, audience="resident", now=now)
    assert window.has(own.day) or later.filter(day__lte=window.latest).exists()
    own = later.filter(day__lte=window.latest).order_by("starts_at").last()
    assert own is not None
    Slot.objects.filter(pk=own.pk).update(is_open=True)
    made = booking.book(request=request_for(own.pk, uuid4(), contact_id=contact), actor=RESIDENT, now=now)
    token = new_manage_token(booking_id=made.booking_id, contact_id=contact, until=own.ends_at, now=now)
    page = resident.get(f"/booking/manage/{token}/earlier/").content.decode()
    assert "いまの予約は、そのまま残ります" in page
    resident.post(f"/booking/manage/{token}/earlier/", {"period": "all", "part": ""})
    link = give_back(full, now)
    assert "いまの予約からこの時間に変わります" in resident.get(link).content.decode()
    assert resident.post(link, {"accept": "1"}).status_code == 303
    assert Booking.objects.get(pk=made.booking_id).slot_id == day.id
    assert Slot.objects.get(pk=own.pk).booked == 0


def test_staff_see_the_line_and_take_somebody_out(
    waiting: Client, clerk: Client, viewer: Client, full: Any, now: Any
) -> None:
    page = clerk.get("/reservations/line/").content.decode()
    assert "見本 花子" in page
    entry = WaitingEntry.objects.get()
    assert f"/reservations/line/{entry.pk}/" not in viewer.get("/reservations/line/").content.decode()
    assert viewer.post(f"/reservations/line/{entry.pk}/").status_code == 403
    assert clerk.post(f"/reservations/line/{uuid4()}/").status_code == 404
    assert clerk.post(f"/reservations/line/{entry.pk}/").status_code == 303
    assert WaitingEntry.objects.get().state == "left"


def way_back(clerk: Client, entry: WaitingEntry) -> str:
    """Take a party out of the line, and return the address of the button that puts it back."""
    page = clerk.post(f"/reservations/line/{entry.pk}/", follow=True).content.decode()
    assert "キャンセル待ちから外しました" in page
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found
    return found.group(1)


def test_whoever_was_taken_out_by_mistake_stands_where_they_stood(
    waiting: Client, clerk: Client, full: Any, now: Any
) -> None:
    entry = WaitingEntry.objects.get()
    clerk.post(way_back(clerk, entry))
    again = WaitingEntry.objects.get()
    assert (again.state, again.joined_at) == ("waiting", entry.joined_at)
    assert again.people.filter(active=True).count() == entry.party_size
    # They are asked again when a place is given back.
    assert give_back(full, now)


def test_nobody_comes_back_into_the_line_who_waits_anew(
    waiting: Client, clerk: Client, full: Any, now: Any
) -> None:
    entry = WaitingEntry.objects.get()
    back = way_back(clerk, entry)
    waiting.post("/booking/wait/", {"period": "fortnight", "part": ""})
    assert WaitingEntry.objects.filter(state="waiting").exclude(pk=entry.pk).exists()
    page = clerk.post(back, follow=True).content.decode()
    assert "別の変更があったため" in page
    entry.refresh_from_db()
    assert entry.state == "left"


def test_a_second_press_says_that_nobody_waits_there(waiting: Client, clerk: Client, full: Any) -> None:
    entry = WaitingEntry.objects.get()
    way_back(clerk, entry)
    page = clerk.post(f"/reservations/line/{entry.pk}/", follow=True).content.decode()
    assert "このキャンセル待ちは、もうありません" in page
    assert "/undo/" not in page


def test_a_link_of_another_city_and_one_never_mailed_open_nothing(
    waiting: Client, full: Any, now: Any
) -> None:
    link = give_back(full, now)
    stranger = Client(headers={"host": "kasumi.localhost"})
    assert stranger.get(link).status_code == 404
    assert waiting.get("/booking/offer/nothing/").status_code == 404
    assert waiting.get("/booking/waiting/nothing/").status_code == 404
