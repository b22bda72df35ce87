"""Advice on capacities: from counts alone, given where it helps, taken by a person and taken back."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.places.models import Place
from plugins.card_reservation.declarations.trials import TRY
from plugins.card_reservation.models import PICKUP_ID, Booking, Slot

pytestmark = pytest.mark.django_db
PAGE = "/reservations/capacities/advice/"


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def mondays(hall: Place, now: datetime, *, weeks: int, missed: int, full: bool = True) -> None:
    """Let five people come to each of eight times on the Mondays of some weeks, or stay away."""
    today = clock.local(now).date()
    monday = today - timedelta(days=today.weekday() or 7)
    for week in range(weeks):
        for hour in range(8):
            day = monday - timedelta(weeks=week)
            starts_at = datetime.combine(day, time(8 + hour // 2, 30 * (hour % 2)), tzinfo=clock.JAPAN)
            slot = Slot.objects.create(
                place=hall,
                day=day,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=30),
                capacity=5 if full else 20,
                booked=5,
            )
            Booking.objects.bulk_create(
                Booking(
                    number=f"{week:02}{hour}{number}-{len(str(day)):04}",
                    slot=slot,
                    party_size=1,
                    channel="web",
                    key=uuid4(),
                    request_hash=b"",
                    visit="absent" if number < missed else "arrived",
                    created_at=now,
                    changed_at=now,
                )
                for number in range(5)
            )


def test_where_many_stay_away_and_times_fill_up_one_more_is_suggested(
    admin: Client, hall: Place, now: datetime
) -> None:
    mondays(hall, now, weeks=10, missed=2)
    page = admin.get(PAGE).content.decode()
    assert "40%" in page
    assert "6人にできます" in page
    assert re.search(r"\d+回に1回ほど、待つ人が出ます", page)
    leads = re.search(r'href="(/reservations/capacities/advice/[^"]+)"', page)
    assert leads
    address = leads.group(1).replace("&amp;", "&")
    assert 'value="6"' in admin.get(address).content.decode()
    before = set(Slot.objects.filter(place=hall, starts_at__gt=now).values_list("pk", "capacity"))
    sent = {"weekday": "0", "band": "0", "capacity": "6"}
    answer = admin.post(address.partition("?")[0], sent)
    assert answer.status_code == 303
    changed = Slot.objects.filter(place=hall, starts_at__gt=now, capacity=6)
    assert changed.exists()
    assert {(slot.day.weekday(), clock.local(slot.starts_at).hour < 12) for slot in changed} == {(0, True)}
    after = admin.get(answer["Location"]).content.decode()
    assert "すでに定員を増やしています" in after
    assert "人にできます" not in after, "advice that was taken does not grow"
    undo = re.search(r'action="(/undo/[^"]+)"', after)
    assert undo
    admin.post(undo.group(1))
    assert set(Slot.objects.filter(place=hall, starts_at__gt=now).values_list("pk", "capacity")) == before


def test_few_records_and_free_times_lead_to_no_suggestion(admin: Client, hall: Place, now: datetime) -> None:
    mondays(hall, now, weeks=1, missed=2)
    assert "記録が足りません（あと10人分）" in admin.get(PAGE).content.decode()
    Booking.objects.all().delete()
    Slot.objects.filter(starts_at__lt=now).delete()
    mondays(hall, now, weeks=10, missed=2, full=False)
    page = admin.get(PAGE).content.decode()
    assert "空きがあるので、増やす必要はありません" in page
    assert "人にできます" not in page


def test_the_page_names_nobody(admin: Client, hall: Place, now: datetime) -> None:
    mondays(hall, now, weeks=10, missed=2)
    page = admin.get(PAGE).content.decode()
    assert not any(number in page for number in Booking.objects.values_list("number", flat=True))


@pytest.mark.parametrize(
    "sent",
    [
        {"weekday": "7", "band": "0", "capacity": "6"},
        {"weekday": "0", "band": "3", "capacity": "6"},
        {"weekday": "0", "band": "0", "capacity": "501"},
        {"weekday": "0", "band": "0", "capacity": ""},
    ],
)
def test_what_cannot_be_is_refused(admin: Client, hall: Place, sent: dict[str, str]) -> None:
    before = set(Slot.objects.values_list("pk", "capacity"))
    assert admin.post(f"{PAGE}{hall.id}/{PICKUP_ID}/", sent).status_code == 422
    assert set(Slot.objects.values_list("pk", "capacity")) == before


def test_unknown_places_and_services_are_not_there(admin: Client, hall: Place) -> None:
    assert admin.get(f"{PAGE}{uuid4()}/{PICKUP_ID}/").status_code == 404
    assert admin.get(f"{PAGE}{hall.id}/{uuid4()}/").status_code == 404


def test_clerks_take_no_advice(clerk: Client, hall: Place) -> None:
    assert clerk.get(PAGE).status_code == 403


def test_advice_is_read_by_whoever_tries_and_taken_by_whoever_changes_times(
    admin: Client, hall: Place, now: datetime
) -> None:
    mondays(hall, now, weeks=10, missed=2)
    before = set(Slot.objects.values_list("pk", "capacity"))
    reader = StaffFactory.create(roles=[RoleFactory.create(permissions=[TRY])])
    browser = sign_in(Client(headers={"host": "staff.midori.localhost"}), reader)
    page = browser.get(PAGE).content.decode()
    assert "6人にできます" in page
    assert f"{PAGE}{hall.id}" not in page
    sent = {"weekday": "0", "band": "0", "capacity": "6"}
    assert browser.post(f"{PAGE}{hall.id}/{PICKUP_ID}/", sent).status_code == 403
    assert set(Slot.objects.values_list("pk", "capacity")) == before
