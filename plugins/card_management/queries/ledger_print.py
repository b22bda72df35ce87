"""The ledger as it is printed: the cards of a period, a place and a state."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_management.models import Card
from plugins.card_management.queries.card_list import FIELDS, CardView, view_each, within

MOST_ROWS: Final = 3_000
BASES: Final = ("arrived_on", "handed_over_on", "notice_sent_on", "wanted_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerWanted:
    """Which cards the ledger lists: those with a day of a kind in a period, of a place, a state, a kind."""

    basis: str
    first: date
    last: date
    site: UUID | None = None
    state: str = ""
    kind: str = ""


def count(*, wanted: LedgerWanted, eyes: Eyes) -> int:
    """Count the cards that the ledger would list."""
    return _found(wanted, eyes).count()


def rows(*, wanted: LedgerWanted, eyes: Eyes) -> list[CardView]:
    """List the cards of the ledger by day and number of arrival: whoever asks records the reading."""
    found = _found(wanted, eyes).order_by(wanted.basis, "id")
    return view_each(found.values(*FIELDS)[:MOST_ROWS], eyes=eyes)


def _found(wanted: LedgerWanted, eyes: Eyes) -> QuerySet[Card]:
    found = within(eyes).filter(**{f"{wanted.basis}__range": (wanted.first, wanted.last)})
    chosen = {"site": wanted.site, "state": wanted.state, "kind": wanted.kind}
    return found.filter(**{name: value for name, value in chosen.items() if value})
