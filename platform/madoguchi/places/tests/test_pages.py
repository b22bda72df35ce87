"""The pages on which a city keeps its own places, hours and closed days."""

import re
from typing import Any

import pytest
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places import special_days
from madoguchi.places.models import CalendarDay, Counter, Place, WeeklyHours

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
ENTRY = {
    "name": "東市民センター",
    "name_kana": "ひがししみんせんたー",
    "name_en": "East Civic Centre",
    "postal_code": "８３０ー0001",
    "address": "みどり市東町1番2号",
    "address_en": "1-2 Higashimachi, Midori",
    "phone": "0942-00-0001",
    "access": "東駅から歩いて5分",
    "counters": "2 カード交付\n1 総合案内",
}


@pytest.fixture
def admin(db: None) -> Client:
    """An administrator's browser."""
    return sign_in(Client(headers={"host": STAFF}), StaffFactory.create(city_admin=True))


@pytest.fixture
def clerk(db: None) -> Client:
    """A counter clerk's browser."""
    return sign_in(Client(headers={"host": STAFF}), StaffFactory.create(roles=["counter_clerk"]))


def add(admin: Client, **more: str) -> Place:
    """Add a place on the page."""
    sent = ENTRY | {"postal_code": "830-0001"} | more
    answer = admin.post("/places/add/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return Place.objects.get(name=sent["name"])


def week(opens: str = "09:00", closes: str = "17:00", days: int = 5) -> dict[str, str]:
    """Type a week."""
    return {f"d{day}_opens": opens for day in range(days)} | {f"d{day}_closes": closes for day in range(days)}


def test_a_place_is_added_hidden_with_office_hours_and_its_desks(admin: Client) -> None:
    place = add(admin)
    assert (place.code, place.is_public, place.postal_code) == ("east-civic-centre", False, "830-0001")
    assert place == Place.objects.last()
    assert WeeklyHours.objects.filter(place=place).count() == 5
    assert list(Counter.objects.filter(place=place).values_list("number", "name")) == [
        (1, "総合案内"),
        (2, "カード交付"),
    ]
    assert AuditEntry.objects.filter(action="places.added", object_ids=[str(place.id)]).exists()


def test_a_second_place_of_the_same_name_has_a_code_of_its_own(admin: Client) -> None:
    codes = {add(admin, name=f"東{number}").code for number in range(3)}
    assert codes == {"east-civic-centre", "east-civic-centre-1", "east-civic-centre-2"}
    assert add(admin, name="北", name_en="").code.startswith("place-")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "名前を入力してください"),
        ({"name_kana": "東"}, "ひらがなかカタカナ"),
        ({"postal_code": "12-34"}, "7けたの数字"),
        ({"phone": "東"}, "電話番号を確かめて"),
        ({"counters": "総合案内"}, "番号から始めて"),
        ({"counters": "1 A\n1 B"}, "同じ番号の窓口"),
        ({"name_en": "東"}, "英語の文字"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(admin: Client, wrong: dict[str, str], said: str) -> None:
    before = Place.objects.count()
    answer = admin.post("/places/add/", ENTRY | {"postal_code": ""} | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "<title>エラー：" in page
    assert Place.objects.count() == before


def test_a_change_keeps_before_and_after_in_the_audit(admin: Client) -> None:
    place = add(admin)
    sent = ENTRY | {"postal_code": "830-0001", "phone": "0942-11-1111", "counters": "3 受付"}
    assert admin.post(f"/places/{place.id}/", sent).status_code == 302
    entry = AuditEntry.objects.filter(action="places.changed").get()
    assert entry.details["from"] == {"phone": "0942-00-0001", "counters": "1 総合案内、2 カード交付"}
    assert entry.details["to"] == {"phone": "0942-11-1111", "counters": "3 受付"}
    shown = admin.get("/audit/").content.decode()
    assert "場所の情報を変更した" in shown
    assert "電話番号" in shown
    admin.post(f"/places/{place.id}/", sent)
    assert AuditEntry.objects.filter(action="places.changed").count() == 1


def test_hours_are_set_in_one_grid(admin: Client) -> None:
    place = add(admin)
    sent = week() | {
        "d0_rest_from": "12:00",
        "d0_rest_to": "13:00",
        "d5_opens": "09:00",
        "d5_closes": "12:00",
    }
    assert admin.post(f"/places/{place.id}/hours/", sent | {"confirmed": "yes"}).status_code == 303
    kept = WeeklyHours.objects.filter(place=place).order_by("weekday", "opens")
    assert [(row.weekday, f"{row.opens:%H:%M}", f"{row.closes:%H:%M}") for row in kept][:2] == [
        (0, "09:00", "12:00"),
        (0, "13:00", "17:00"),
    ]
    assert kept.count() == 7
    entry = AuditEntry.objects.get(action="places.hours_changed")
    assert entry.details["from"] == {"monday": "9:00〜17:00", "saturday": "—"}
    assert entry.details["to"] == {"monday": "9:00〜12:00、13:00〜17:00", "saturday": "9:00〜12:00"}
    page = admin.get("/places/").content.decode()
    assert "火〜金 9:00〜17:00／土 9:00〜12:00" in page


def test_monday_is_copied_without_saving(admin: Client) -> None:
    place = add(admin)
    sent = {"d0_opens": "0830", "d0_closes": "17:15", "d6_opens": "10:00", "copy": "monday"}
    page = admin.post(f"/places/{place.id}/hours/", sent).content.decode()
    assert len(re.findall(r'value="0830"', page)) == 5
    assert len(re.findall(r'value="10:00"', page)) == 1
    assert WeeklyHours.objects.filter(place=place).order_by("opens").first().opens.hour == 9  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong",
    [
        {"d0_opens": "09:00"},
        {"d0_opens": "17:00", "d0_closes": "09:00"},
        {"d0_opens": "09:00", "d0_closes": "17:00", "d0_rest_from": "12:00"},
        {"d0_opens": "09:00", "d0_closes": "17:00", "d0_rest_from": "08:00", "d0_rest_to": "13:00"},
        {"d0_opens": "x", "d0_closes": "17:00"},
    ],
)
def test_times_that_do_not_follow_one_another_are_refused(admin: Client, wrong: dict[str, str]) -> None:
    place = add(admin)
    assert admin.post(f"/places/{place.id}/hours/", wrong).status_code == 422
    assert WeeklyHours.objects.filter(place=place).count() == 5


def test_days_are_closed_opened_and_given_back(admin: Client) -> None:
    place = add(admin)
    closed = {"first": "2027-08-13", "last": "2027-08-16", "kind": "closed", "name": "夏季休業"}
    assert admin.post("/places/days/mark/", closed | {"confirmed": "yes"}).status_code == 303
    assert CalendarDay.objects.filter(place=None, name="夏季休業").count() == 4
    extra = {
        "first": "2027-08-14",
        "kind": "extra",
        "opens": "09:00",
        "closes": "12:00",
        "place": str(place.id),
    }
    admin.post("/places/days/mark/", extra | {"confirmed": "yes"})
    page = admin.get(f"/places/days/?year=2027&place={place.id}").content.decode()
    assert "R9.08.14" in page
    assert "9:00〜12:00" in page
    day = CalendarDay.objects.get(place=place)
    assert (
        admin.post(f"/places/days/{day.id}/remove/", {"year": "2027", "confirmed": "yes"}).status_code == 303
    )
    assert not CalendarDay.objects.filter(place=place).exists()
    assert AuditEntry.objects.get(action="places.day_removed").details["hours"] == "9:00〜12:00"


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": ""},
        {"first": "2027-08-13", "last": "2027-08-12"},
        {"first": "2027-08-13", "last": "2029-08-12"},
        {"first": "0001-01-01"},
        {"first": "2027-08-13", "kind": "extra"},
        {"first": "2027-08-13", "place": "11111111-1111-4111-8111-111111111111"},
    ],
)
def test_days_that_cannot_be_are_refused(admin: Client, wrong: dict[str, str]) -> None:
    before = CalendarDay.objects.count()
    assert admin.post("/places/days/mark/", {"kind": "closed"} | wrong).status_code == 422
    assert CalendarDay.objects.count() == before


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("", "12:00", {"opens": ["臨時開庁の、開く時間と閉まる時間を入力してください。"]}),
        ("09:00", "", {"closes": ["臨時開庁の、開く時間と閉まる時間を入力してください。"]}),
        ("25:00", "12:00", {"opens": ["時間は 9:00 のように入力してください。"]}),
        ("09:00", "24:00", {"closes": ["時間は 9:00 のように入力してください。"]}),
        ("23:00", "12:00", {"closes": ["終わりは、始まりより後にしてください。"]}),
    ],
)
def test_the_hours_of_an_opening_are_told_once_and_beside_the_hour_that_is_wrong(
    admin: Client, opens: str, closes: str, said: dict[str, list[str]]
) -> None:
    sent = {"first": "2027-08-14", "kind": "extra", "opens": opens, "closes": closes}
    answer = admin.post("/places/days/mark/", sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors == said


def test_the_holidays_of_a_year_are_filled_in_once(admin: Client) -> None:
    for _ in range(2):
        assert admin.post("/places/days/holidays/", {"year": "2035", "confirmed": "yes"}).status_code == 303
    rows = special_days.days_of_year(year=2035)
    assert "元日" in {row.name for row in rows} or "年末年始" in {row.name for row in rows}
    assert len(rows) >= 20
    assert admin.post("/places/days/holidays/", {"year": "x"}).status_code == 400
    assert admin.post("/places/days/holidays/", {"year": "2" * 5000}).status_code == 400
    assert admin.get("/places/days/", {"year": "2" * 5000}).status_code == 200


def test_places_are_ordered_by_buttons(admin: Client) -> None:
    first, second = (
        Place.objects.all()[:2] if Place.objects.count() > 1 else (Place.objects.first(), add(admin))
    )
    assert first is not None
    admin.post(f"/places/{second.id}/move/", {"to": "up"})
    assert Place.objects.first() == second
    admin.post(f"/places/{second.id}/move/", {"to": "up"})
    assert Place.objects.first() == second
    admin.post(f"/places/{second.id}/move/", {"to": "down"})
    assert Place.objects.first() == first
    assert admin.post(f"/places/{second.id}/move/", {"to": "x"}).status_code == 400


def test_everybody_reads_and_only_administrators_change(clerk: Client) -> None:
    place = Place.objects.all()[0]
    for address in ("/places/", "/places/days/"):
        page = clerk.get(address)
        assert page.status_code == 200
        assert "場所を追加" not in page.content.decode()
    refused: list[tuple[str, dict[str, Any]]] = [
        ("/places/add/", ENTRY),
        (f"/places/{place.id}/", ENTRY),
        (f"/places/{place.id}/hours/", week()),
        (f"/places/{place.id}/visibility/", {}),
        (f"/places/{place.id}/move/", {"to": "up"}),
        ("/places/days/mark/", {"first": "2027-08-13", "kind": "closed"}),
        ("/places/days/holidays/", {"year": "2035"}),
    ]
    for address, sent in refused:
        assert clerk.post(address, sent).status_code == 403, address
