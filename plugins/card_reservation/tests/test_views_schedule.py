"""The settings pages of the schedule: services, rules, patterns, counters, stops, the year."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Counter, Place
from plugins.card_reservation import queries
from plugins.card_reservation.models import PICKUP_ID, Pattern, PatternUse, PlaceRules, Service, Slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    staff = StaffFactory.create(city_admin=True)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def typed(rules: PlaceRules, **more: Any) -> dict[str, Any]:
    """Fill the form of rules in as it stands."""
    names = (
        "unit_minutes", "capacity", "max_party", "few_threshold", "earliest_open_days_residents",
        "earliest_open_days_staff", "earliest_unit", "lead_minutes_residents", "lead_minutes_staff",
        "latest_days", "transport_days", "cutoff_minutes",
    )  # fmt: skip
    sent = {name: getattr(rules, name) for name in names}
    return sent | {"is_offered": "on", "latest_kind": "days", "latest_opens_at": "0:00"} | more


def make_pattern(admin: Client, name: str = "短縮", **bands: Any) -> Pattern:
    """Make a pattern by its form."""
    sent = {"name": name, "colour": "3", "opens0": "10:00", "closes0": "12:00"} | bands
    assert admin.post("/reservations/patterns/add/", sent).status_code == 303
    return Pattern.objects.get(name=name)


def starts(hall: Place, **where: Any) -> list[str]:
    """List the times of the open slots of a place that lie ahead."""
    found = Slot.objects.filter(place=hall, is_open=True, starts_at__gt=clock.now(), **where)
    return [f"{clock.local(slot.starts_at):%H:%M}" for slot in found.order_by("starts_at")]


def test_every_page_of_the_schedule_opens_for_administrators_alone(
    admin: Client, clerk: Client, hall: Place
) -> None:
    rules = PlaceRules.objects.get(place=hall)
    pattern = make_pattern(admin)
    pages = (
        "rules/", f"rules/{rules.id}/", f"rules/counters/{hall.id}/", "services/", "services/add/",
        f"services/{PICKUP_ID}/", f"services/{PICKUP_ID}/terms/", "patterns/", "patterns/add/",
        f"patterns/{pattern.id}/", f"patterns/{pattern.id}/apply/", f"patterns/{pattern.id}/delete/",
        "stops/", "year/",
    )  # fmt: skip
    for page in pages:
        assert admin.get(f"/reservations/{page}").status_code == 200, page
        assert clerk.get(f"/reservations/{page}").status_code == 403, page


@pytest.mark.parametrize("people", ["0", "6", "x", ""])
def test_a_party_of_none_or_six_is_refused(admin: Client, hall: Place, people: str) -> None:
    rules = PlaceRules.objects.get(place=hall)
    answer = admin.post(f"/reservations/rules/{rules.id}/", typed(rules, max_party=people))
    assert answer.status_code == 422
    assert "1から5までの数" in answer.content.decode()


def test_another_unit_shows_first_what_falls_away_and_then_cuts_anew(admin: Client, hall: Place) -> None:
    rules = PlaceRules.objects.get(place=hall)
    sent = typed(rules, unit_minutes=20)
    shown = admin.post(f"/reservations/rules/{rules.id}/", sent).content.decode()
    assert "まだ保存されていません" in shown
    assert PlaceRules.objects.get(place=hall).unit_minutes == 30
    assert admin.post(f"/reservations/rules/{rules.id}/", sent | {"confirmed": "yes"}).status_code == 303
    assert {text[3:] for text in starts(hall)} == {"00", "20", "40"}
    entry = AuditEntry.objects.get(action="card_reservation.rules_changed")
    assert entry.details["to"] == {"unit_minutes": 20}
    assert "受付の決まりを変更した" in admin.get("/reservations/rules/").content.decode()


def test_a_unit_that_no_counter_uses_is_refused(admin: Client, hall: Place) -> None:
    rules = PlaceRules.objects.get(place=hall)
    assert admin.post(f"/reservations/rules/{rules.id}/", typed(rules, unit_minutes=25)).status_code == 422


def test_less_capacity_than_booked_lists_the_visits_and_keeps_them_beyond(
    admin: Client, clerk: Client, hall: Place, free_slots: Any
) -> None:
    slot = Slot.objects.get(pk=free_slots(1)[0].id)
    Slot.objects.filter(pk=slot.pk).update(booked=3)
    rules = PlaceRules.objects.get(place=hall)
    sent = typed(rules, capacity=2) | {"confirmed": "yes"}
    assert admin.post(f"/reservations/rules/{rules.id}/", sent).status_code == 303
    slot.refresh_from_db()
    assert (slot.capacity, slot.booked, slot.allowance) == (2, 3, 1)
    assert set(Slot.objects.filter(place=hall, day__gt=clock.today()).values_list("capacity", flat=True)) == {
        2
    }


def test_a_last_day_in_the_past_leaves_residents_no_day_and_warns_the_administrator(
    admin: Client, hall: Place
) -> None:
    rules = PlaceRules.objects.get(place=hall)
    past = clock.today() - timedelta(days=1)
    sent = typed(rules, latest_kind="date", latest_on=past.isoformat()) | {"confirmed": "yes"}
    assert admin.post(f"/reservations/rules/{rules.id}/", sent).status_code == 303
    now = clock.now()
    window = queries.window(place_id=hall.id, audience="resident", now=now)
    assert not any(window.has(clock.today() + timedelta(days=ahead)) for ahead in range(90))
    assert queries.nearest_free(place_id=hall.id, after=now, party_size=1, now=now) == []
    assert "予約できる日がない受付があります" in admin.get("/reservations/rules/").content.decode()


def test_a_service_is_added_opened_at_a_place_and_booked_without_code(admin: Client, hall: Place) -> None:
    sent = {"name": "電子証明書の発行", "duration_minutes": "15", "identity": "none", "is_offered": "on"}
    sent |= {"for_residents": "on", "for_staff": "on", "name_en": "Issue certificates"}
    assert admin.post("/reservations/services/add/", sent).status_code == 303
    service = Service.objects.get(code="issue-certificates")
    opened = {"service": str(service.id), "places": [str(hall.id)]}
    assert admin.post("/reservations/rules/open/", opened).status_code == 303
    assert PlaceRules.objects.get(place=hall, service=service).unit_minutes == 15
    assert {text[3:] for text in starts(hall, service=service)} == {"00", "15", "30", "45"}
    now = clock.now()
    found = queries.nearest_free(
        place_id=hall.id, after=now, party_size=1, now=now, audience=queries.Asking("resident", service.id)
    )
    assert {slot.service_id for slot in found} == {service.id}
    assert queries.services_for(audience="resident")[-1].name == "電子証明書の発行"


def test_the_web_cannot_ask_for_what_only_a_clerk_hears(admin: Client) -> None:
    sent = {"name": "相談", "duration_minutes": "15", "identity": "phone", "for_residents": "on"}
    assert admin.post("/reservations/services/add/", sent).status_code == 422
    assert admin.post("/reservations/services/add/", {"name": "", "identity": "none"}).status_code == 422


def test_terms_are_written_anew_and_earlier_ones_stay(admin: Client) -> None:
    sent = {
        "items_ja": "本人が来てください\n代理はお電話で。\n\n時間を守ってください",
        "documents_ja": "・はがき\n免許証",
    }
    sent |= {"items_en": "Come in person\n\nBe on time"}
    address = f"/reservations/services/{PICKUP_ID}/terms/"
    assert admin.post(address, sent).status_code == 303
    first = queries.cautions()
    assert [item.title for item in first.items] == ["本人が来てください", "時間を守ってください"]
    assert first.documents == ("はがき", "免許証")
    assert admin.post(address, sent).status_code == 303
    assert queries.cautions().version != first.version
    assert first.version in admin.get(address).content.decode()


def test_as_many_cautions_in_every_language(admin: Client) -> None:
    sent = {"items_ja": "1\n\n2", "items_en": "one"}
    answer = admin.post(f"/reservations/services/{PICKUP_ID}/terms/", sent)
    assert answer.status_code == 422
    assert "数をそろえてください" in answer.content.decode()


@pytest.mark.req("KUR-26")
def test_four_patterns_are_laid_on_dates_at_once_and_colour_the_year(admin: Client, hall: Place) -> None:
    names = ("通常", "短縮", "延長", "休日")
    made = [make_pattern(admin, name, colour=str(number + 1)) for number, name in enumerate(names)]
    year = clock.today().year + 1
    for number, pattern in enumerate(made):
        first, last = f"{year}-0{number + 1}-05", f"{year}-0{number + 1}-09"
        sent = {"places": [str(hall.id)], "first": first, "last": last, "confirmed": "yes"}
        assert admin.post(f"/reservations/patterns/{pattern.id}/apply/", sent).status_code == 303
    assert PatternUse.objects.count() == 20
    page = admin.get(f"/reservations/year/?year={year}&place={hall.id}").content.decode()
    for number, name in enumerate(names):
        assert page.count(f'swatch--{number + 1}"') >= 1
        assert name in page


def test_a_pattern_is_laid_on_no_day_that_is_over(admin: Client, hall: Place) -> None:
    pattern = make_pattern(admin)
    yesterday, tomorrow = (clock.today() + timedelta(days=days) for days in (-1, 1))
    for last in ("", yesterday.isoformat(), tomorrow.isoformat()):
        sent = {"places": [str(hall.id)], "first": yesterday.isoformat(), "last": last, "confirmed": "yes"}
        answer = admin.post(f"/reservations/patterns/{pattern.id}/apply/", sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "今日より前の日は選べません" in page.partition('id="id_first_error"')[2].partition("</p>")[0]
        assert f'value="{yesterday.isoformat()}"' in page
    assert not PatternUse.objects.exists()
    today = {"places": [str(hall.id)], "first": clock.today().isoformat(), "confirmed": "yes"}
    assert admin.post(f"/reservations/patterns/{pattern.id}/apply/", today).status_code == 303


@pytest.mark.parametrize(
    ("closes", "unit", "status"), [("9:20", "60", 422), ("9:20", "20", 303), ("9:05", "", 303)]
)
def test_a_band_shorter_than_its_slots_is_refused_beside_it(
    admin: Client, closes: str, unit: str, status: int
) -> None:
    sent = {"name": "朝だけ", "colour": "1", "opens0": "9:00", "closes0": closes, "unit0": unit}
    answer = admin.post("/reservations/patterns/add/", sent)
    assert answer.status_code == status
    assert ('id="id_unit0_error"' in answer.content.decode()) == (status == 422)


@pytest.mark.req("KUR-27")
def test_a_pattern_in_use_is_deleted_only_for_another(admin: Client, hall: Place) -> None:
    short, other = make_pattern(admin), make_pattern(admin, "通常", closes0="17:00")
    sent = {"places": [str(hall.id)], "weekdays": ["6"], "weeks": ["2", "4"], "confirmed": "yes"}
    assert admin.post(f"/reservations/patterns/{short.id}/apply/", sent).status_code == 303
    page = admin.get(f"/reservations/patterns/{short.id}/delete/").content.decode()
    assert "毎月 第2日" in page
    assert "毎月 第4日" in page
    answer = admin.post(f"/reservations/patterns/{short.id}/delete/", {"replacement": ""})
    assert answer.status_code == 422
    assert Pattern.objects.filter(pk=short.pk).exists()
    done = {"replacement": str(other.id), "confirmed": "yes"}
    assert admin.post(f"/reservations/patterns/{short.id}/delete/", done).status_code == 303
    assert not Pattern.objects.filter(pk=short.pk).exists()
    assert set(PatternUse.objects.values_list("pattern_id", flat=True)) == {other.id}


def test_the_second_and_fourth_sunday_open_by_a_pattern(admin: Client, hall: Place) -> None:
    pattern = make_pattern(admin, "休日", capacity0="2", unit0="60")
    sent = {"places": [str(hall.id)], "weekdays": ["6"], "weeks": ["2", "4"], "confirmed": "yes"}
    assert admin.post(f"/reservations/patterns/{pattern.id}/apply/", sent).status_code == 303
    sundays = [slot for slot in Slot.objects.filter(place=hall, is_open=True) if slot.day.weekday() == 6]
    assert {(slot.day.day - 1) // 7 + 1 for slot in sundays} <= {2, 4}
    assert {(slot.capacity, f"{clock.local(slot.starts_at):%H:%M}") for slot in sundays} == {
        (2, "10:00"),
        (2, "11:00"),
    }
    use = PatternUse.objects.first()
    assert use is not None
    assert (
        "まだ保存されていません"
        in admin.post(f"/reservations/patterns/uses/{use.id}/remove/").content.decode()
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "opens0": "9:00", "closes0": "10:00"},
        {"name": "逆", "opens0": "12:00", "closes0": "10:00"},
        {"name": "片方", "opens0": "12:00"},
        {"name": "重", "opens0": "9:00", "closes0": "12:00", "opens1": "11:00", "closes1": "13:00"},
        {"name": "単位", "opens0": "9:00", "closes0": "12:00", "unit0": "25"},
    ],
)
def test_bands_that_make_no_sense_are_refused(admin: Client, sent: dict[str, str]) -> None:
    assert admin.post("/reservations/patterns/add/", sent | {"colour": "1"}).status_code == 422
    assert not Pattern.objects.exists()


@pytest.mark.req("NAN-38")
def test_a_counter_for_renewals_alone_is_not_there_for_the_pick_up(admin: Client, hall: Place) -> None:
    renewal = Service.objects.create(code="renewal", name="更新")
    PlaceRules.objects.create(place=hall, service=renewal, unit_minutes=30, capacity=9)
    desk_a, desk_b = (Counter.objects.create(place=hall, number=number) for number in (1, 2))
    sent = {
        "counter0": str(desk_a.id), "service0": str(PICKUP_ID), "days0": ["0", "2", "4"],
        "opens0": "9:00", "closes0": "12:00", "seats0": "3",
        "counter1": str(desk_b.id), "service1": str(renewal.id), "days1": ["1", "3"],
        "opens1": "10:00", "closes1": "12:00", "seats1": "2",
        "confirmed": "yes",
    }  # fmt: skip
    assert admin.post(f"/reservations/rules/counters/{hall.id}/", sent).status_code == 303
    ahead = Slot.objects.filter(place=hall, is_open=True, starts_at__gt=clock.now())
    issue = ahead.filter(service_id=PICKUP_ID)
    assert {slot.day.weekday() for slot in issue} == {0, 2, 4}
    assert set(issue.values_list("capacity", flat=True)) == {3}
    assert {slot.day.weekday() for slot in ahead.filter(service=renewal)} == {1, 3}
    assert set(ahead.filter(service=renewal).values_list("capacity", flat=True)) == {2}
    # The same counter cannot serve both at once.
    clash = sent | {"counter1": str(desk_a.id), "days1": ["2"], "opens1": "11:00"}
    answer = admin.post(f"/reservations/rules/counters/{hall.id}/", clash)
    assert answer.status_code == 422
    assert "重なっています" in answer.content.decode()


def test_a_stop_of_an_outside_system_closes_the_slots_it_meets(
    admin: Client, hall: Place, free_slots: Any
) -> None:
    slot = Slot.objects.get(pk=free_slots(1)[0].id)
    local = clock.local(slot.starts_at)
    sent = {"day": slot.day.isoformat(), "opens": f"{local:%H:%M}", "closes": "23:59", "name": "J-LIS停止"}
    assert "まだ保存されていません" in admin.post("/reservations/stops/", sent).content.decode()
    assert admin.post("/reservations/stops/", sent | {"confirmed": "yes"}).status_code == 303
    slot.refresh_from_db()
    assert not slot.is_open
    page = admin.get("/reservations/stops/").content.decode()
    assert "J-LIS停止" in page
    wrong = admin.post("/reservations/stops/", sent | {"closes": "0:00"})
    assert wrong.status_code == 422
