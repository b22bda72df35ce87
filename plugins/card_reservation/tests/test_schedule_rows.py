"""What the specifications ask of the schedule, each row from the page to what residents may book."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.places.models import CalendarDay, Place, WeeklyHours
from plugins.card_reservation import queries
from plugins.card_reservation.models import PICKUP_ID, Booking, PlaceRules, Service, Slot
from plugins.card_reservation.services import booking
from plugins.card_reservation.services.following import follow
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, RESIDENT, request_for
from plugins.card_reservation.tests.test_views_schedule import make_pattern, starts, typed
from plugins.card_reservation.tests.way import confirm, token_in_mail

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 12, 4, 10, 0, tzinfo=clock.JAPAN)


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def open_from(place: Place, *periods: tuple[int, int], days: tuple[int, ...] = (0, 1, 2, 3, 4)) -> None:
    """Give a place these hours."""
    WeeklyHours.objects.filter(place=place).delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(place=place, weekday=day, opens=time(opens), closes=time(closes))
        for day in days
        for opens, closes in periods
    )


def set_rules(place: Place, **rules: Any) -> PlaceRules:
    """Change the rules of the pick-up at a place."""
    PlaceRules.objects.filter(place=place, service_id=PICKUP_ID).update(**rules)
    return PlaceRules.objects.get(place=place, service_id=PICKUP_ID)


def window(place: Place, *, now: datetime = FRIDAY, audience: Any = "resident") -> tuple[Any, Any]:
    """Tell from which to which day somebody may book."""
    found = queries.window(place_id=place.id, audience=audience, now=now)
    return found.earliest, found.latest


@pytest.mark.req("KUR-01")
def test_the_branch_is_not_open_on_the_sunday_of_the_hall_and_no_crafted_post_books_it(
    admin: Client, hall: Place, resident: Client, people: People
) -> None:
    branch = Place.objects.exclude(pk=hall.pk).filter(is_public=True).first()
    assert branch is not None
    holiday = make_pattern(admin, "休日", opens0="9:00", closes0="12:00")
    evening = make_pattern(admin, "延長", opens0="9:00", closes0="19:00")
    for pattern, weekday in ((holiday, "6"), (evening, "2")):
        sent = {"places": [str(hall.id)], "weekdays": [weekday], "confirmed": "yes"}
        assert admin.post(f"/reservations/patterns/{pattern.id}/apply/", sent).status_code == 303
    ahead = Slot.objects.filter(is_open=True, starts_at__gt=clock.now())
    sundays = {slot.place_id for slot in ahead if slot.day.weekday() == 6}
    evenings = {slot.place_id for slot in ahead if clock.local(slot.starts_at).hour >= 17}
    assert sundays == evenings == {hall.id}
    # Somebody writes the time of a Sunday at the branch into the form: there is no such slot to name.
    sunday = next(slot for slot in ahead if slot.day.weekday() == 6)
    crafted = Slot.objects.create(
        place=branch, day=sunday.day, starts_at=sunday.starts_at, ends_at=sunday.ends_at, capacity=0,
        is_open=False,
    )  # fmt: skip
    for foreign in (crafted.id, uuid4()):
        with pytest.raises(booking.SlotClosed):
            booking.book(request=request_for(foreign, uuid4()), actor=RESIDENT, now=clock.now())


@pytest.mark.req("KUR-24")
def test_week_holidays_year_end_and_extra_days_with_a_warning_where_two_meet(
    admin: Client, hall: Place
) -> None:
    open_from(hall, (9, 12))
    assert admin.post("/places/days/holidays/", {"year": "2027", "confirmed": "yes"}).status_code == 303
    CalendarDay.objects.create(
        place=hall, day=date(2027, 1, 11), kind="extra", opens=time(10), closes=time(11), name="臨時"
    )
    set_rules(hall, latest_days=400)
    follow(place_ids=(hall.id,), now=clock.now())
    open_on = set(Slot.objects.filter(place=hall, is_open=True).values_list("day", flat=True))
    assert not any(day.weekday() >= 5 for day in open_on)
    assert date(2027, 1, 1) not in open_on
    assert date(2027, 1, 3) not in open_on
    assert date(2027, 2, 11) not in open_on  # 建国記念の日
    assert starts(hall, day=date(2027, 1, 11)) == ["10:00", "10:30"]  # 成人の日, opened by the hall itself
    # A pattern on a closed day gives way, and the year says so.
    pattern = make_pattern(admin)
    sent = {"places": [str(hall.id)], "first": "2027-02-11", "confirmed": "yes"}
    assert admin.post(f"/reservations/patterns/{pattern.id}/apply/", sent).status_code == 303
    assert starts(hall, day=date(2027, 2, 11)) == []
    page = admin.get(f"/reservations/year/?year=2027&place={hall.id}").content.decode()
    assert "2つの決まりが重なっている日があります" in page
    assert "日付のパターンより優先" in page
    assert "閉庁日 ＞ 臨時開庁" in page


@pytest.mark.req("KUR-28")
def test_five_units_cut_nine_to_five_and_another_unit_shows_the_visits_first(
    admin: Client, clerk: Client, people: People, hall: Place
) -> None:
    open_from(hall, (9, 12), (13, 17))
    for unit, count in ((60, 7), (30, 14), (20, 21), (15, 28), (10, 42)):
        rules = set_rules(hall, unit_minutes=unit)
        follow(place_ids=(hall.id,), now=clock.now())
        day = Slot.objects.filter(place=hall, is_open=True, day__gt=clock.today()).order_by("day")[0].day
        assert Slot.objects.filter(place=hall, is_open=True, day=day).count() == count
    slot = Slot.objects.filter(place=hall, is_open=True, day__gt=clock.today()).order_by("starts_at")[1]
    people.add("ABC123456", "0229")
    called = {"reference": "ABC123456", "birthday": "0229", "slot": str(slot.id), "key": str(uuid4())}
    assert clerk.post("/reservations/new/", called).status_code == 303
    number = Booking.objects.get().number
    assert admin.post(f"/reservations/rules/{rules.id}/", typed(rules, unit_minutes=25)).status_code == 422
    sent = typed(rules, unit_minutes=30)
    shown = admin.post(f"/reservations/rules/{rules.id}/", sent).content.decode()
    assert number in shown
    assert "予約が 1 件残ります" in shown
    assert PlaceRules.objects.get(place=hall).unit_minutes == 10
    assert admin.post(f"/reservations/rules/{rules.id}/", sent | {"confirmed": "yes"}).status_code == 303
    # The half hour that meets the visit waits until it is gone; no two open slots overlap it.
    slot.refresh_from_db()
    assert (slot.is_open, slot.booked) == (False, 1)
    same_day = Slot.objects.filter(place=hall, day=slot.day, is_open=True)
    assert not same_day.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).exists()
    made = Booking.objects.get()
    cancel = {"confirmed": "on", "key": str(uuid4())}
    assert clerk.post(f"/reservations/{made.id}/cancel/", cancel).status_code == 303
    follow(place_ids=(hall.id,), now=clock.now())
    assert same_day.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).exists()


@pytest.mark.req("KUR-29")
def test_friday_and_two_open_days_is_tuesday_and_a_closed_year_ends_in_words(
    hall: Place, resident: Client, people: People
) -> None:
    set_rules(hall, earliest_open_days_residents=2, earliest_open_days_staff=0)
    assert window(hall)[0] == date(2026, 12, 8)
    assert window(hall, audience="staff")[0] == date(2026, 12, 4)
    CalendarDay.objects.create(place=None, day=date(2026, 12, 7), kind="closed")
    assert window(hall)[0] == date(2026, 12, 9)
    set_rules(hall, earliest_unit="calendar")
    assert window(hall)[0] == date(2026, 12, 6)
    set_rules(hall, earliest_unit="open")
    CalendarDay.objects.exclude(day=date(2026, 12, 7)).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=clock.today() + timedelta(days=ahead), kind="closed")
        for ahead in range(90)
        if clock.today() + timedelta(days=ahead) != date(2026, 12, 7)
    )
    assert window(hall, now=clock.now())[0] is None
    month = queries.month(
        place_id=hall.id, year=2026, month=12, party_size=1, audience="resident", now=clock.now()
    )
    assert not month.has_free_days


@pytest.mark.req("KUR-30")
def test_on_the_day_itself_until_so_many_minutes_before(hall: Place) -> None:
    now = clock.now()
    soon, later = (
        Slot.objects.create(
            place=hall, day=clock.local(now + ahead).date(), starts_at=now + ahead,
            ends_at=now + ahead + timedelta(minutes=30), capacity=5,
        )
        for ahead in (timedelta(minutes=20), timedelta(minutes=50))
    )  # fmt: skip
    past = Slot.objects.create(
        place=hall,
        day=clock.local(now).date(),
        starts_at=now - timedelta(minutes=10),
        ends_at=now,
        capacity=5,
    )
    set_rules(hall, earliest_open_days_residents=2, earliest_open_days_staff=0, lead_minutes_staff=30)

    def book(slot: Slot, **more: Any) -> None:
        actor = more.pop("actor", CLERK)
        channel = "web" if actor is RESIDENT else "phone"
        booking.book(request=request_for(slot.id, uuid4(), channel=channel), actor=actor, now=now)

    book(later)
    with pytest.raises(booking.WindowClosed):
        book(soon)
    with pytest.raises(booking.SlotPast):
        book(past)
    with pytest.raises(booking.WindowClosed):
        book(later, actor=RESIDENT)
    # By setting, residents come on the same day, too.
    set_rules(hall, earliest_open_days_residents=0, lead_minutes_residents=30)
    book(later, actor=RESIDENT)
    with pytest.raises(booking.WindowClosed):
        book(soon, actor=RESIDENT)


@pytest.mark.req("KUR-32")
def test_the_last_day_is_relative_to_the_application_or_a_date(admin: Client, hall: Place) -> None:
    set_rules(hall, latest_days=10, latest_on=None)
    assert window(hall)[1] == date(2026, 12, 14)
    last = queries.window(place_id=hall.id, audience="resident", now=FRIDAY)
    assert last.has(date(2026, 12, 14))
    assert not last.has(date(2026, 12, 15))
    # Midnight in Japan brings the next day, and a city may let it come in the morning.
    night = datetime(2026, 12, 5, 0, 0, tzinfo=clock.JAPAN)
    assert window(hall, now=night - timedelta(seconds=1))[1] == date(2026, 12, 14)
    assert window(hall, now=night)[1] == date(2026, 12, 15)
    set_rules(hall, latest_opens_at=time(8, 30))
    assert window(hall, now=night)[1] == date(2026, 12, 14)
    assert window(hall, now=night.replace(hour=8, minute=30))[1] == date(2026, 12, 15)
    set_rules(hall, latest_on=date(2027, 3, 31))
    assert window(hall)[1] == date(2027, 3, 31)
    rules = set_rules(hall, latest_on=None, latest_opens_at=time(0))
    past = (clock.today() - timedelta(days=1)).isoformat()
    sent = typed(rules, latest_kind="date", latest_on=past, confirmed="yes")
    assert admin.post(f"/reservations/rules/{rules.id}/", sent).status_code == 303
    now = clock.now()
    assert queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now) == []
    assert "予約できる日がない受付があります" in admin.get("/reservations/rules/").content.decode()


@pytest.mark.req("KUR-53")
@pytest.mark.parametrize("largest", [1, 3, 5])
def test_one_to_five_come_together_and_the_city_says_how_many(
    admin: Client, hall: Place, free_slots: Any, largest: int
) -> None:
    rules = PlaceRules.objects.get(place=hall)
    for wrong in ("0", "6"):
        answer = admin.post(f"/reservations/rules/{rules.id}/", typed(rules, max_party=wrong))
        assert answer.status_code == 422
    PlaceRules.objects.exclude(pk=rules.pk).update(max_party=1)
    sent = typed(rules, max_party=largest, confirmed="yes")
    assert admin.post(f"/reservations/rules/{rules.id}/", sent).status_code == 303
    slot, people = free_slots(1)[0], [uuid4() for _person in range(largest + 1)]
    with pytest.raises(booking.PartyTooLarge):
        booking.book(request=request_for(slot.id, *people), actor=RESIDENT, now=clock.now())
    made = booking.book(request=request_for(slot.id, *people[:largest]), actor=RESIDENT, now=clock.now())
    assert made.party_size == largest


@pytest.mark.req("NAN-27")
def test_two_places_differ_in_days_times_and_period(admin: Client, hall: Place) -> None:
    branch = Place.objects.exclude(pk=hall.pk).filter(is_public=True).first()
    assert branch is not None
    open_from(hall, (9, 12))
    open_from(branch, (13, 15), days=(1,))
    set_rules(hall, earliest_open_days_residents=2, latest_days=30, unit_minutes=30)
    set_rules(branch, earliest_open_days_residents=0, latest_days=10, unit_minutes=60)
    follow(place_ids=(hall.id, branch.id), now=clock.now())
    soon = clock.today() + timedelta(days=10)
    assert set(starts(branch, day__lte=soon)) == {"13:00", "14:00"}
    ahead = Slot.objects.filter(place=branch, is_open=True, starts_at__gt=clock.now(), day__lte=soon)
    assert {slot.day.weekday() for slot in ahead} == {1}
    assert "13:00" not in starts(hall, day__lte=soon)
    assert window(hall) == (date(2026, 12, 8), date(2027, 1, 3))
    assert window(branch) == (date(2026, 12, 4), date(2026, 12, 14))


@pytest.mark.req("KUR-70", "FUJ-34")
def test_another_service_is_added_and_booked_with_its_own_length_identity_and_cautions(
    admin: Client, hall: Place, resident: Client
) -> None:
    sent = {
        "name": "カードの申請（写真つき）", "duration_minutes": "20", "identity": "none",
        "for_residents": "on", "for_staff": "on", "is_offered": "on", "name_en": "Apply for a card",
    }  # fmt: skip
    assert admin.post("/reservations/services/add/", sent).status_code == 303
    service = Service.objects.get(code="apply-for-a-card")
    texts = {"items_ja": "写真を撮ります\n帽子は取ってください", "documents_ja": "通知カード"}
    assert admin.post(f"/reservations/services/{service.id}/terms/", texts).status_code == 303
    opened = {"service": str(service.id), "places": [str(hall.id)]}
    assert admin.post("/reservations/rules/open/", opened).status_code == 303
    assert {text[3:] for text in starts(hall, service=service)} == {"00", "20", "40"}
    # The resident is asked what for, then for an address: nobody looks for a notice.
    chosen = {"service": service.code, "people": "1"}
    assert resident.post("/booking/service/", chosen).url == "/booking/mail/"  # type: ignore[attr-defined]
    resident.post("/booking/mail/", {"email": "hanako@example.jp"})
    link = f"/booking/start/{token_in_mail('start')}/"
    assert resident.post(link, {"place": str(hall.id), "agreed": "on"}).status_code == 303
    now = clock.now()
    asking = queries.Asking("resident", service.id)
    slot = queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now, audience=asking)[0]
    resident.post("/booking/time/", {"slot": str(slot.id)})
    page = resident.get("/booking/check/").content.decode()
    assert "写真を撮ります" in page
    terms = queries.cautions(service.id)
    assert confirm(resident, page).status_code == 303
    made = Booking.objects.get()
    assert (made.slot.service_id, made.cautions_version) == (service.id, terms.version)


def test_a_card_that_must_be_brought_comes_later(hall: Place) -> None:
    set_rules(hall, earliest_open_days_residents=1, transport_days=3)
    found = queries.windows.taking_bookings(audience="resident", now=FRIDAY)[hall.id]
    assert found.window.earliest == date(2026, 12, 7)
    assert found.with_transport.earliest == date(2026, 12, 9)
    assert isinstance(found.with_transport.place_id, UUID)
