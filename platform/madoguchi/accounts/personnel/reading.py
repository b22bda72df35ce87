"""Read the file of a change of personnel line by line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from madoguchi.accounts import named
from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.models import Role
from madoguchi.accounts.several import LONGEST, WrongLine
from madoguchi.hooks.values import WorkPlace
from madoguchi.words import letters

MOST = 1_000
LONGEST_HERE: Mapping[str, int] = {**LONGEST, "email": 254}
# The heads of the file; the order is free, and what is left out or empty stays as it is.
HEADS = {
    "職員コード": "staff_code",
    "区分": "kind",
    "氏名": "name",
    "氏名カナ": "name_kana",
    "課・係": "section",
    "役割": "roles",
    "担当する場所": "places",
    "メールアドレス": "email",
}
KINDS = {"": "", "登録": "", "異動": "", "退職": "leave", "離任": "leave", "停止": "leave"}
ALL_PLACES = ("すべて", "すべての場所")
ENCODINGS = ("utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What stands in a file: one entry a person, or what is wrong."""

    entries: Sequence[dict[str, Any]]
    wrong: Sequence[WrongLine]


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of a file may name here."""

    roles: Mapping[str, str]
    places: Mapping[str, str]


def names_here(places: Sequence[WorkPlace]) -> Names:
    """List the roles and places of this city by name."""
    return Names(
        roles=named.by_plain_name({role.name: role.key for role in Role.objects.all()}),
        places=named.by_plain_name({place.name: str(place.id) for place in places}),
    )


def decoded(content: bytes) -> str | None:
    """Write a file as text; nothing when it is neither UTF-8 nor Shift_JIS."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read(*, content: bytes, names: Names) -> ReadFile:
    """Read a file; what is wrong is said for every line."""
    text = decoded(content)
    if text is None or "\0" in text:
        return _refused(_("CSVファイルとして読めません。文字コードはUTF-8かShift_JISにしてください。"))
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        lines = [(rows.line_num, [_plain(cell) for cell in cells]) for cells in rows]
    except csv.Error:
        return _refused(_("CSVファイルとして読めません。引用符の閉じ忘れがないか確かめてください。"))
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        return _refused(_("ファイルが空です。"))
    fields, reason = _fields(lines[0][1])
    if reason:
        return _refused(reason)
    if len(lines) - 1 > MOST:
        return _refused(_("一度に取り込めるのは%(most)s人までです。") % {"most": MOST})
    return _entries(lines[1:], fields, names)


def _entries(lines: Sequence[tuple[int, list[str]]], fields: list[str], names: Names) -> ReadFile:
    entries: list[dict[str, Any]] = []
    wrong: list[WrongLine] = []
    seen: set[str] = set()
    for number, line in lines:
        cells = _cut(line)
        found = dict(zip(fields, cells, strict=False))
        reasons = _reasons(found, names, seen, is_too_wide=len(cells) > len(fields))
        wrong += [WrongLine(number=number, reason=reason) for reason in reasons]
        if not reasons:
            entries.append({"line": number, **_entry(found, names)})
    if not entries and not wrong:
        return _refused(_("職員の行がありません。"))
    return ReadFile(entries=entries, wrong=wrong)


def _cut(cells: Sequence[str]) -> list[str]:
    """Leave out the empty cells at the end of a line, as spreadsheets add them."""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _fields(cells: Sequence[str]) -> tuple[list[str], str]:
    heads = _cut(cells)
    unknown = [head for head in heads if head not in HEADS]
    if unknown:
        return [], _("知らない列があります：%(names)s") % {"names": "、".join(unknown)}
    if "職員コード" not in heads:
        return [], _("1行目に「職員コード」の列が必要です。")
    if len(set(heads)) != len(heads):
        return [], _("同じ列が2つあります。")
    return [HEADS[head] for head in heads], ""


def _reasons(found: Mapping[str, str], names: Names, seen: set[str], *, is_too_wide: bool) -> list[str]:
    code = normalise_staff_code(found.get("staff_code", ""))
    checks = (
        (is_too_wide, _("列が多すぎます。")),
        (not code, _("職員コードがありません。")),
        (bool(code) and code in seen, _("職員コード「%(code)s」が2回あります。") % {"code": code}),
        (found.get("kind", "") not in KINDS, _("区分は「登録」「異動」「退職」のどれかにしてください。")),
        (not _is_mail(found.get("email", "")), _("メールアドレスの形が正しくありません。")),
    )
    seen.add(code)
    return [*(reason for is_wrong, reason in checks if is_wrong), *_odd_cells(found), *_unknown(found, names)]


def _odd_cells(found: Mapping[str, str]) -> Iterator[str]:
    heads = {field: head for head, field in HEADS.items()}
    for name, most in LONGEST_HERE.items():
        if len(found.get(name, "")) > most:
            yield _("「%(head)s」は%(most)s文字までです。") % {"head": heads[name], "most": most}
    for name, cell in found.items():
        if not cell.isprintable():
            yield _("「%(head)s」に使えない文字があります。") % {"head": heads[name]}


def _unknown(found: Mapping[str, str], names: Names) -> Iterator[str]:
    for role in _roles(found, names):
        if role not in names.roles:
            yield _("役割「%(role)s」はありません。") % {"role": role}
    for place in _places(found, names):
        if place not in names.places and place not in ALL_PLACES:
            yield _("場所「%(place)s」はありません。") % {"place": place}


def _entry(found: Mapping[str, str], names: Names) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "staff_code": normalise_staff_code(found["staff_code"]),
        "kind": KINDS[found.get("kind", "")],
    }
    texts = ("name", "name_kana", "section", "email")
    entry |= {name: found[name] for name in texts if found.get(name)}
    if found.get("roles"):
        entry["roles"] = sorted(names.roles[each] for each in _roles(found, names))
    if found.get("places"):
        wanted = _places(found, names)
        is_all = any(each in ALL_PLACES for each in wanted)
        entry["places"] = [] if is_all else sorted(names.places[each] for each in wanted)
    return entry


def _roles(found: Mapping[str, str], names: Names) -> list[str]:
    return named.cut(found.get("roles", ""), known=names.roles)


def _places(found: Mapping[str, str], names: Names) -> list[str]:
    return named.cut(found.get("places", ""), known=names.places)


def _is_mail(text: str) -> bool:
    try:
        validate_email(text or "a@example.jp")
    except ValidationError:
        return False
    return True


def _plain(cell: str) -> str:
    return letters.plain(cell).strip().removeprefix("'")


def _refused(reason: str) -> ReadFile:
    return ReadFile(entries=[], wrong=[WrongLine(number=0, reason=reason)])
