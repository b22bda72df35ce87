"""Many new people at once: rows pasted from a sheet, checked line by line, taken in whole or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from madoguchi.accounts import named, queries, services
from madoguchi.accounts.codes import is_staff_code, normalise_staff_code
from madoguchi.accounts.errors import StaffCodeOdd
from madoguchi.ledger.audit.actors import Actor
from madoguchi.words import letters

MOST = 200
LONGEST = {"staff_code": 20, "name": 60, "name_kana": 80, "section": 60}
COLUMNS = ("staff_code", "name", "roles", "section", "name_kana")


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that cannot be taken in, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted: the people it names, or the lines that are wrong."""

    entries: Sequence[Mapping[str, Any]]
    wrong: Sequence[WrongLine]


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Somebody who was added, with the code for the first password, shown once."""

    staff_code: str
    name: str
    code: str


def read(text: str) -> Pasted:
    """Read pasted rows of code, name, role, section, kana, in tabs or commas; a heading is skipped."""
    entries: list[Mapping[str, Any]] = []
    wrong: list[WrongLine] = []
    seen: set[str] = set()
    roles = named.by_plain_name({name: key for key, name in queries.role_choices()})
    # Each row asks the database: a paste of thousands is refused after the first too many.
    for number, cells in islice(_rows(text), MOST + 1):
        entry = dict(zip(COLUMNS, cells, strict=False))
        reason = _reason(entry, roles, seen, is_too_wide=len(cells) > len(COLUMNS))
        if reason:
            wrong.append(WrongLine(number=number, reason=reason))
        else:
            entries.append(_entry(entry, roles))
    if len(entries) > MOST:
        wrong.append(
            WrongLine(number=MOST + 1, reason=_("一度に登録できるのは%(most)s人までです。") % {"most": MOST})
        )
    return Pasted(entries=entries, wrong=wrong)


def welcome_all(*, entries: Sequence[Mapping[str, Any]], actor: Actor, now: datetime) -> list[Welcomed]:
    """Add everybody with their role and issue the codes for their first passwords, all or nobody."""
    welcomed = []
    with transaction.atomic():
        for entry in entries:
            staff, code = services.welcome(entry=entry, actor=actor, now=now)
            welcomed.append(Welcomed(staff_code=staff.staff_code, name=staff.name, code=code))
    return welcomed


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = "\t" if "\t" in text else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=None), delimiter=delimiter)
    for cells in reader:
        plain = [letters.plain(cell).strip() for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if plain and plain[0] not in (_("職員コード"), "staff_code"):
            yield reader.line_num, plain


def _reason(entry: dict[str, str], roles: Mapping[str, str], seen: set[str], *, is_too_wide: bool) -> str:
    code = normalise_staff_code(entry.get("staff_code", ""))
    checks = (
        (is_too_wide, _("列が多すぎます。")),
        (not code or not entry.get("name"), _("職員コードと氏名が必要です。")),
        (
            any(len(entry.get(name, "")) > most for name, most in LONGEST.items()),
            _("長すぎる項目があります。"),
        ),
        (
            any(not sign.isprintable() for cell in entry.values() for sign in cell),
            _("使えない文字があります。"),
        ),
        (not is_staff_code(code), str(StaffCodeOdd.message)),
        (code in seen, _("職員コード「%(code)s」が2回あります。") % {"code": code}),
        (
            _unknown_role(entry, roles) is not None,
            _("役割「%(role)s」はありません。") % {"role": _unknown_role(entry, roles) or ""},
        ),
        (
            queries.is_staff_code_taken(staff_code=code),
            _("職員コード「%(code)s」は登録済みです。") % {"code": code},
        ),
    )
    seen.add(code)
    return next((reason for is_wrong, reason in checks if is_wrong), "")


def _role_names(entry: Mapping[str, str], roles: Mapping[str, str]) -> list[str]:
    return named.cut(entry.get("roles", ""), known=roles)


def _unknown_role(entry: Mapping[str, str], roles: Mapping[str, str]) -> str | None:
    return next((name for name in _role_names(entry, roles) if name not in roles), None)


def _entry(entry: Mapping[str, str], roles: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "staff_code": entry["staff_code"],
        "name": entry["name"],
        "name_kana": entry.get("name_kana", ""),
        "section": entry.get("section", ""),
        "roles": [roles[name] for name in _role_names(entry, roles)],
        "is_active": True,
    }
