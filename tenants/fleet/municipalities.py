"""The municipalities of Japan, and what a city made from one line of a list starts with.

The list that ships is made of public facts (docs/reference/municipalities.md). Its English names are
romanised by rule and stay a draft until the city has seen them.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from madoguchi.hooks.contracts.bookings import PersonalData
from tenants.provisioning.profile import BadProfile, Profile, check_city
from tenants.rules.romanisation import english_name, stem

SHIPPED = "municipalities.csv"
NEEDED = ("code", "prefecture", "name", "name_kana")
OPTIONAL = ("name_en", "slug", "personal_data")
HUES = ("blue", "light-blue", "cyan", "green", "lime", "orange", "red", "magenta", "purple")
MARKS = ("leaf", "wave", "mountain", "sun", "flower")


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """One line of the list."""

    code: str
    prefecture: str
    name: str
    name_kana: str
    name_en: str
    slug: str
    personal_data: str = ""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is agreed with every city of a list alike."""

    starts_on: date
    ends_on: date
    plugins: tuple[str, ...]
    state: str = "test"
    personal_data: str = "names"


def all_municipalities() -> tuple[Municipality, ...]:
    """List the 1,741 municipalities of Japan: cities, towns, villages and the 23 special wards of Tokyo."""
    text = resources.files("tenants.fleet").joinpath(SHIPPED).read_text(encoding="utf-8")
    return tuple(_parse(text.splitlines(), SHIPPED))


def read_municipalities(path: Path) -> tuple[Municipality, ...]:
    """Read a list of municipalities from a CSV file with a heading.

    Raises BadProfile with the line that cannot be right.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadProfile(file=path.name, reason=str(error)) from error
    return tuple(_parse(lines, path.name))


def profile_of(municipality: Municipality, terms: Terms) -> Profile:
    """Write the profile from which a city on a list is made; what nobody knows yet stays empty."""
    number = int(municipality.code)
    city: dict[str, Any] = {
        "code": municipality.code,
        "slug": municipality.slug,
        "name": municipality.name,
        "name_kana": municipality.name_kana,
        "name_en": municipality.name_en,
        "prefecture": municipality.prefecture,
        "state": terms.state,
        "brand": {
            "hue": HUES[number % len(HUES)],
            "mark": MARKS[number % len(MARKS)],
            "contact": municipality.name,
            "contact_en": municipality.name_en,
        },
    }
    contract = {"starts_on": terms.starts_on, "ends_on": terms.ends_on}
    content: dict[str, Any] = {
        "city": city,
        "contract": contract,
        "plugins": {"active": list(terms.plugins)},
    }
    kept = municipality.personal_data or terms.personal_data
    if kept != PersonalData.NAMES:
        content["booking"] = {"personal_data": kept}
    return Profile(content=content)


def _parse(lines: Sequence[str], file: str) -> list[Municipality]:
    reader = csv.DictReader(lines)
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise BadProfile(file=file, reason=f"line 1: no column {', '.join(missing)}")
    found = [_municipality(row, f"{file}, line {reader.line_num}") for row in reader]
    for column in ("code", "slug"):
        _require_unique([getattr(one, column) for one in found], column, file)
    return found


def _municipality(row: dict[str, Any], place: str) -> Municipality:
    values = {column: str(row.get(column) or "").strip() for column in (*NEEDED, *OPTIONAL)}
    empty = [column for column in NEEDED if not values[column]]
    if empty:
        raise BadProfile(file=place, reason=f"{', '.join(empty)} is empty")
    try:
        name, kana = values["name"], values["name_kana"]
        values["name_en"] = values["name_en"] or english_name(name=name, kana=kana)
        values["slug"] = values["slug"] or f"{stem(name=name, kana=kana)}-{values['code']}"
    except (KeyError, ValueError) as error:
        raise BadProfile(file=place, reason=f"{name} {kana}: cannot be romanised") from error
    check_city(name=place, city=values)
    if values["personal_data"] not in {"", *PersonalData}:
        raise BadProfile(file=place, reason=f"personal_data {values['personal_data']!r} is not known")
    return Municipality(**values)


def _require_unique(values: Sequence[str], column: str, file: str) -> None:
    twice = (
        sorted({value for value in values if values.count(value) > 1})
        if len(set(values)) < len(values)
        else []
    )
    if twice:
        raise BadProfile(file=file, reason=f"{column} {', '.join(twice)} stands there twice")
