"""The five demo cities: real in what is public, synthetic in everything else."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from madoguchi.accounts.roles import BUILT_IN
from madoguchi.hooks.contracts.pickups import MonthDay
from tenants.provisioning.profile import Profile, read_profile

FOLDER = Path(__file__).resolve().parents[1] / "cities"
CITIES = {
    "kurume": ("402036", "久留米市", "福岡県"),
    "nanbu": ("024457", "南部町", "青森県"),
    "fujisawa": ("142051", "藤沢市", "神奈川県"),
    "kumagaya": ("112020", "熊谷市", "埼玉県"),
    "daisen": ("052124", "大仙市", "秋田県"),
}
FICTITIOUS = re.compile(r"0\d{1,3}-(0{1,3})-\d{4}")


def _profile(slug: str) -> Profile:
    return read_profile(FOLDER / f"{slug}.toml")


def _rows(slug: str, section: str) -> list[dict[str, Any]]:
    return list(_profile(slug).content.get(section, []))


def test_there_are_five_and_no_others() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(CITIES)


@pytest.mark.parametrize(("slug", "facts"), CITIES.items())
def test_the_public_facts_are_real(slug: str, facts: tuple[str, str, str]) -> None:
    city = _profile(slug).city
    assert (city["code"], city["name"], city["prefecture"]) == facts
    assert city["state"] == ("test" if slug == "daisen" else "active"), "one city shows what a trial is"
    assert all(place["address"].startswith(city["prefecture"]) for place in _rows(slug, "places"))


@pytest.mark.parametrize("slug", CITIES)
def test_no_telephone_number_can_ring_anywhere(slug: str) -> None:
    numbers = [_profile(slug).city["phone"], *(place["phone"] for place in _rows(slug, "places"))]
    assert [number for number in numbers if not FICTITIOUS.fullmatch(number)] == []


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("kurume", {"notice_days": 14, "regular_stops": True}),
        ("nanbu", {"consent_required": True, "regular_stops": False}),
        ("fujisawa", {"notice_days": 30, "consent_required": True}),
        ("kumagaya", {"regular_stops": False}),
    ],
)
def test_the_contract_keeps_the_rules_of_the_specification(slug: str, expected: dict[str, Any]) -> None:
    contract = _profile(slug).content["contract"]
    assert {key: contract[key] for key in expected} == expected


def test_one_demo_city_books_without_names() -> None:
    kept = {slug: _profile(slug).content.get("booking", {}).get("personal_data") for slug in CITIES}
    assert {slug: value for slug, value in kept.items() if value} == {"fujisawa": "email"}


@pytest.mark.parametrize("slug", CITIES)
def test_what_is_on_is_installed_and_what_is_planned_is_announced(slug: str) -> None:
    installed = {name.rpartition(".")[2] for name in settings.MADOGUCHI["PLUGINS"]}
    switches = _profile(slug).content["plugins"]
    assert set(switches["active"]) <= installed
    assert not set(switches["active"]) & set(switches["planned"])
    announced = {row["plugin"]: row for row in _rows(slug, "planned")}
    assert set(announced) == set(switches["planned"])
    assert all(row[key] for row in announced.values() for key in ("label", "label_en", "label_easy"))


@pytest.mark.parametrize("slug", CITIES)
def test_everybody_who_signs_in_has_a_role_that_exists(slug: str) -> None:
    roles = {role.key for role in BUILT_IN}
    staff = _rows(slug, "staff")
    assert {row["role"] for row in staff} <= roles
    # One asks and the other approves; with one alone every request would wait for ever.
    assert [row["role"] for row in staff].count("city_admin") == 2
    assert len({row["staff_code"] for row in staff}) == len(staff)


@pytest.mark.parametrize(("slug", "count"), [("kurume", 32), ("nanbu", 20)])
def test_synthetic_cards_wait_and_two_share_a_number(slug: str, count: int) -> None:
    cards = _rows(slug, "cards")
    assert len(cards) == count
    assert all(re.fullmatch(r"DEM\d{6}", card["reference"]) for card in cards)
    assert len({card["reference"] for card in cards}) == count - 1
    assert len({(card["reference"], card["birthday"]) for card in cards}) == count
    assert {card["place"] for card in cards} <= {place["code"] for place in _rows(slug, "places")}


@pytest.mark.parametrize("slug", ["kurume", "nanbu"])
def test_a_birthday_is_the_month_and_day_of_the_date_of_birth(slug: str) -> None:
    for card in _rows(slug, "cards"):
        assert str(MonthDay.parse(card["birthday"])) == f"{card['born_on']:%m%d}"
    assert "0229" in {card["birthday"] for card in _rows(slug, "cards")}
