"""A schedule is tried out: nothing changes before it is published, and all of it comes back."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place, WeeklyHours
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.trials import TRY
from plugins.card_reservation.models import (
    PICKUP_ID,
    Booking,
    LoadedBooking,
    Pattern,
    PatternPeriod,
    PatternUse,
    PlaceRules,
    ScheduleDraft,
    Slot,
)
from plugins.card_reservation.queries import demand
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.views import outlook

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


@pytest.fixture
def draft(admin: Client, hall: Place) -> str:
    """The address of a fresh draft."""
    answer = admin.post("/reservations/what-if/new/", {"name": "夏の試算", "place": str(hall.id)})
    assert answer.status_code == 302
    return answer["Location"].removesuffix("edit/")


def typed(admin: Client, address: str, **changes: str) -> dict[str, str]:
    """Fill the form in as it stands."""
    page = admin.get(f"{address}edit/").content.decode()
    sent = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    sent |= {
        name: value for value, name in re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="([^"]+)"', page)
    }
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen.group(1) if chosen else ""
    sent.pop("csrfmiddlewaretoken", None)
    return {name: value for name, value in sent.items() if name != "copy"} | changes


def booked(slot: queries.SlotView, now: datetime, *, days_ago: int = 10) -> Booking:
    """Book as somebody did some days ago."""
    receipt = booking.book(request=request_for(slot.id, uuid4()), actor=RESIDENT, now=now)
    Booking.objects.filter(pk=receipt.booking_id).update(created_at=now - timedelta(days=days_ago))
    return Booking.objects.get(pk=receipt.booking_id)


def rules_of(hall: Place) -> PlaceRules:
    return PlaceRules.objects.get(place=hall, service_id=PICKUP_ID)


def test_a_draft_changes_nothing_and_says_what_it_would_change(
    admin: Client, draft: str, hall: Place, free_slots: Any, now: datetime
) -> None:
    for slot in free_slots(5):
        booked(slot, now)
    before = rules_of(hall).capacity
    slots = list(Slot.objects.order_by("pk").values_list("pk", "capacity", "is_open", "booked"))
    answer = admin.post(f"{draft}edit/", typed(admin, draft, capacity=str(before + 2)))
    assert answer.status_code == 302
    page = admin.get(draft).content.decode()
    assert "この8週間に入った予約 5 件" in page
    assert f"<b>{before + 2}</b>" in page
    assert "受け付けられる人数" in page
    assert "よくなる" in page
    assert "この内容を公開する" in page
    assert rules_of(hall).capacity == before
    assert list(Slot.objects.order_by("pk").values_list("pk", "capacity", "is_open", "booked")) == slots
    made = ScheduleDraft.objects.get()
    assert made.wanted == {"rules": {"capacity": before + 2}}
    assert made.weighed["after"]["seats"] > made.weighed["before"]["seats"]
    assert made.weighed["before"]["turned_away"] == 0


def test_no_free_time_at_all_is_worse_than_any_wait() -> None:
    some = {
        "mean_wait": 1.0,
        "worst_wait": 1,
        "full_days": 0,
        "turned_away": 0,
        "on_wished_day": 4,
        "seats": 9,
    }
    none = {**some, "mean_wait": None, "worst_wait": None}
    waits = [figure.verdict for figure in outlook.figures({"before": some, "after": none})][:2]
    assert waits == ["worse", "worse"]
    assert [one.verdict for one in outlook.figures({"before": none, "after": some})][:2] == ["better"] * 2
    assert {one.verdict for one in outlook.figures({"before": none, "after": none})} == {"same"}


def test_whoever_would_lose_a_time_is_listed_with_a_way_to_move(
    admin: Client, draft: str, hall: Place, free_slots: Any, now: datetime
) -> None:
    slot = free_slots(1)[0]
    mine = booked(slot, now)
    start = clock.local(slot.starts_at)
    closed = {f"d{start.weekday()}_{part}": "" for part in ("opens", "rest_from", "rest_to", "closes")}
    admin.post(f"{draft}edit/", typed(admin, draft, **closed))
    page = admin.get(draft).content.decode()
    assert "1 件の時間がなくなります" in page
    assert mine.number in page
    assert f"/reservations/{mine.id}/move/" in page
    assert WeeklyHours.objects.filter(place=hall, weekday=start.weekday()).exists()
    weighed = ScheduleDraft.objects.get().weighed
    assert weighed["after"]["served"] == weighed["before"]["served"] + 1, "who loses a time asks again"


def test_the_demand_of_the_last_weeks_comes_again_on_the_same_weekday(
    hall: Place, free_slots: Any, now: datetime
) -> None:
    where = demand.Place(place_id=hall.id, service_id=PICKUP_ID)
    kept, given_back, loaded, old = (booked(slot, now) for slot in free_slots(4))
    moving.cancel(booking_id=given_back.id, actor=RESIDENT, now=now)
    LoadedBooking.objects.create(booking=loaded, import_job=uuid4())
    Booking.objects.filter(pk=old.pk).update(created_at=now - timedelta(weeks=9))
    asked = demand.asks(where, now=now)
    assert [ask.wished_at for ask in asked] == sorted(
        clock.local(one.slot.starts_at + timedelta(weeks=8)) for one in (kept, given_back)
    )
    assert asked[0].wished_at.weekday() in {
        clock.local(one.slot.starts_at).weekday() for one in (kept, given_back)
    }
    assert {ask.gives_back_at for ask in asked} == {None, now + timedelta(weeks=8)}
    assert set(demand.taken(where, now=now)) == {one.slot.starts_at for one in (kept, loaded, old)}


def test_publishing_asks_puts_in_force_and_comes_back_by_one_button(
    admin: Client, draft: str, hall: Place, free_slots: Any, now: datetime
) -> None:
    day = clock.local(free_slots(1)[0].starts_at).weekday()
    kept = list(
        WeeklyHours.objects.filter(place=hall).order_by("weekday", "opens").values_list("weekday", "opens")
    )
    before = rules_of(hall)
    closed = {f"d{day}_{part}": "" for part in ("opens", "rest_from", "rest_to", "closes")}
    admin.post(f"{draft}edit/", typed(admin, draft, capacity="9", **closed))
    asked = admin.post(f"{draft}publish/")
    assert asked.status_code == 200
    assert "まだ保存されていません" in asked.content.decode()
    assert rules_of(hall).capacity == before.capacity
    answer = admin.post(f"{draft}publish/", {"confirmed": "yes"})
    assert answer.status_code == 303
    assert rules_of(hall).capacity == 9
    assert not WeeklyHours.objects.filter(place=hall, weekday=day).exists()
    ahead = Slot.objects.filter(place=hall, starts_at__gt=clock.now(), is_open=True)
    assert not [slot for slot in ahead if slot.day.weekday() == day]
    assert set(ahead.values_list("capacity", flat=True)) == {9}
    entry = AuditEntry.objects.get(action="card_reservation.draft_published")
    assert entry.details["to"]["capacity"] == "9"
    page = admin.get(answer["Location"]).content.decode()
    assert "この試算は公開されています" in page
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo
    admin.post(undo.group(1))
    assert rules_of(hall).capacity == before.capacity
    now_kept = WeeklyHours.objects.filter(place=hall).order_by("weekday", "opens")
    assert list(now_kept.values_list("weekday", "opens")) == kept
    assert ScheduleDraft.objects.get().state == "open"


def test_what_others_changed_since_is_not_taken_back(admin: Client, draft: str, hall: Place) -> None:
    admin.post(f"{draft}edit/", typed(admin, draft, capacity="9"))
    answer = admin.post(f"{draft}publish/", {"confirmed": "yes"})
    page = admin.get(answer["Location"]).content.decode()
    PlaceRules.objects.filter(place=hall).update(capacity=7)
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo
    admin.post(undo.group(1))
    assert rules_of(hall).capacity == 7
    assert ScheduleDraft.objects.get().state == "published"


def test_a_published_draft_leads_back_by_a_draft_of_its_own(admin: Client, draft: str, hall: Place) -> None:
    before = rules_of(hall).capacity
    admin.post(f"{draft}edit/", typed(admin, draft, capacity="9"))
    admin.post(f"{draft}publish/", {"confirmed": "yes"})
    assert admin.post(f"{draft}edit/", typed(admin, draft, capacity="8")).status_code in (404, 409)
    answer = admin.post(f"{draft}repeat/")
    back = answer["Location"].removesuffix("edit/")
    assert typed(admin, back)["capacity"] == str(before)


def test_a_pattern_on_a_weekday_and_on_the_second_saturday(admin: Client, draft: str, hall: Place) -> None:
    late = Pattern.objects.create(name="夜間", order=90)
    PatternPeriod.objects.create(pattern=late, opens="17:00", closes="19:00", capacity=3)
    sent = {"p2": str(late.id), "n0_week": "2", "n0_weekday": "5", "n0_pattern": str(late.id)}
    assert admin.post(f"{draft}edit/", typed(admin, draft, **sent)).status_code == 302
    page = admin.get(draft).content.decode()
    assert "第2土曜日" in page
    assert not PatternUse.objects.filter(pattern=late).exists()
    assert admin.post(f"{draft}publish/", {"confirmed": "yes"}).status_code == 303
    assert set(PatternUse.objects.filter(pattern=late).values_list("weekday", "week")) == {(2, None), (5, 2)}
    evenings = Slot.objects.filter(place=hall, is_open=True, starts_at__gt=clock.now())
    wednesdays = [slot for slot in evenings if slot.day.weekday() == 2]
    assert {clock.local(slot.starts_at).hour for slot in wednesdays} == {17, 18}
    assert {slot.capacity for slot in wednesdays} == {3}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("capacity", "501", "500"),
        ("capacity", "x", "半角の数字"),
        ("latest_days", "-1", "0"),
        ("name", "", "試算の名前"),
        ("d0_opens", "25:00", "9:00"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    admin: Client, draft: str, field: str, value: str, said: str
) -> None:
    answer = admin.post(f"{draft}edit/", typed(admin, draft, **{field: value}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ScheduleDraft.objects.get().wanted == {}


def test_a_discarded_draft_is_gone_and_comes_back(admin: Client, draft: str) -> None:
    answer = admin.post(f"{draft}discard/")
    page = admin.get(answer["Location"]).content.decode()
    assert "破棄" in page
    assert admin.post(f"{draft}publish/", {"confirmed": "yes"}).status_code >= 400
    undo = re.search(r'action="(/undo/[^"]+)"', page)
    assert undo
    admin.post(undo.group(1))
    assert ScheduleDraft.objects.get().state == "open"


def test_nothing_is_published_unseen(admin: Client, draft: str, hall: Place) -> None:
    before = rules_of(hall).capacity
    assert admin.post(f"{draft}publish/", {"confirmed": "yes"}).status_code >= 400
    assert rules_of(hall).capacity == before


def test_clerks_neither_see_nor_make_drafts(clerk: Client, draft: str) -> None:
    for address in ("/reservations/what-if/", draft, f"{draft}edit/"):
        assert clerk.get(address).status_code == 403
    assert clerk.post(f"{draft}publish/", {"confirmed": "yes"}).status_code == 403


def test_a_draft_nobody_knows_is_not_there(admin: Client, hall: Place) -> None:
    assert admin.get(f"/reservations/what-if/{UUID(int=7)}/").status_code == 404


def test_a_place_that_stopped_taking_bookings_is_explained(admin: Client, draft: str, hall: Place) -> None:
    PlaceRules.objects.filter(place=hall).delete()
    assert admin.get(draft).status_code == 200
    answer = admin.get(f"{draft}edit/")
    assert answer.status_code in (404, 409)
    assert "受け付けていません" in answer.content.decode()


def test_whoever_only_tries_publishes_nothing(admin: Client, draft: str, hall: Place) -> None:
    admin.post(f"{draft}edit/", typed(admin, draft, capacity="9"))
    trier = StaffFactory.create(roles=[RoleFactory.create(permissions=[TRY])])
    browser = sign_in(Client(headers={"host": "staff.midori.localhost"}), trier)
    page = browser.get(draft).content.decode()
    assert "公開できません" in page
    assert f"{draft}publish/" not in page
    assert browser.post(f"{draft}publish/").status_code == 403
    assert rules_of(hall).capacity != 9
    assert ScheduleDraft.objects.get().state == "open"
