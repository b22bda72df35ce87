"""What is printed at the shelves: lists in walking order, labels with codes, evidence of stocktakes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts import asking
from madoguchi.documents import codes
from madoguchi.documents.typesetting import typeset
from madoguchi.tenancy import current_city
from madoguchi.web.dates import japanese_time, short_era_date
from plugins.card_management.rules.shelves_codes import Code, code_of, framed

MOST_LABELS = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table of a list, with what stands above it."""

    rows: Sequence[Sequence[str]]
    heading: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what it is called, where it belongs, and its number."""

    kind: Code
    number: int
    name: str
    place: str


def set_list(
    *, title: str, note: str, columns: Sequence[tuple[str, int]], parts: Iterable[Part], now: datetime
) -> bytes:
    """Set a list on paper."""
    values = {
        "title": title,
        "city": current_city().name,
        "made": _made(now),
        "by": asking.mark(now=now),
        "note": note,
        "landscape": len(columns) > 7,
        "columns": [{"label": label, "width": width} for label, width in columns],
        "sections": [
            {
                "heading": part.heading,
                "note": part.note,
                "rows": [list(row) for row in part.rows],
                "empty": _("該当するものはありません。"),
            }
            for part in parts
        ],
    }
    return typeset(template="documents/list", values=values, now=now)


def set_labels(*, title: str, labels: Sequence[Label], now: datetime) -> bytes:
    """Set labels with bars and squares."""
    values = {"title": title, "labels": [_drawn(each) for each in labels[:MOST_LABELS]]}
    return typeset(template="card_management/shelf_labels", values=values, now=now)


def _drawn(each: Label) -> dict[str, str]:
    code = code_of(kind=each.kind, number=each.number)
    return {
        "name": each.name,
        "place": each.place,
        "code": code,
        "bars": codes.nw7_code(framed(code)),
        "square": codes.qr_code(code),
    }


def _made(now: datetime) -> str:
    return f"{short_era_date(clock.local(now).date())} {japanese_time(now)}"
