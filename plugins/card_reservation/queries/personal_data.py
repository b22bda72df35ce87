"""What this city keeps of the people who book."""

from dataclasses import dataclass, replace
from typing import Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from madoguchi.hooks.contracts.bookings import PersonalData, PersonalDataChoice, choices_of, personal_data_of
from madoguchi.hooks.contracts.eyes import HIDDEN, Eyes
from madoguchi.hooks.contracts.pickups import KANA, NAME
from madoguchi.tenancy import current_city

LABELS: Final = {
    "card_reservation_caller": _("電話をかけた方の氏名と電話番号"),
    "residents_contact": _("住民のメールアドレス"),
}
NAMELESS: Final = Eyes(masks={NAME: HIDDEN, KANA: HIDDEN})


def kept() -> PersonalData:
    """Tell what this city keeps of the people who book."""
    return personal_data_of(current_city().rules)


def choices() -> tuple[PersonalDataChoice, ...]:
    """List every choice of this city, the newest last."""
    return choices_of(current_city().rules)


@dataclass(frozen=True, kw_only=True)
class TableState:
    """A table of personal data, and whether this city's role may write there."""

    label: Promise
    is_open: bool
    rows: int


def tables() -> tuple[TableState, ...]:
    """Ask the database itself what the city's role may write, and count what is there."""
    return tuple(_state(label, table) for table, label in LABELS.items())


def database_agrees() -> bool:
    """Tell whether the rights in the database are those of the choice in force."""
    wanted = {"card_reservation_caller": kept().keeps_names, "residents_contact": kept().keeps_addresses}
    return all(_may_write(table) == is_open for table, is_open in wanted.items())


def _state(label: Promise, table: str) -> TableState:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        rows = int(cursor.fetchone()[0])
    return TableState(label=label, is_open=_may_write(table), rows=rows)


def _may_write(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, 'INSERT') OR has_table_privilege(%s, 'UPDATE')", [table, table]
        )
        return bool(cursor.fetchone()[0])


def eyes_here(eyes: Eyes) -> Eyes:
    """Keep names out of a reader's sight where the bookings of this city have none."""
    if kept().keeps_names:
        return eyes
    return replace(eyes, masks={**eyes.masks, **NAMELESS.masks})
