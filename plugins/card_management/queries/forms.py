"""What can be asked about forms and letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger import vault
from madoguchi.web.tables import Asked, Table
from plugins.card_management.declarations.forms import SORTS
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.forms import FormRecord, LetterLine, LetterRun
from plugins.card_management.rules.facts import Flag
from plugins.card_management.services.forms_records import own_records
from plugins.card_management.services.forms_writing import POSTED
from plugins.card_management.services.reach import reached, reaches

MOST_NAMED: Final = 2_000
RUN_STATES: Final = LetterRun.State.choices
RUN_MARKS: Final = {
    LetterRun.State.WAITING.value: "wait",
    LetterRun.State.DONE.value: "ok",
    LetterRun.State.FAILED.value: "error",
    LetterRun.State.UNDONE.value: "none",
}


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """One form in the list: what, for whom, and how little of it was written."""

    id: UUID
    title: str
    reference: str
    name: str
    latest: int
    typed: int
    by_hand: int
    made_at: datetime
    made_by: str
    updated_at: datetime


@dataclass(frozen=True)
class Records:
    """The forms that a reader may see, the newest first."""

    eyes: Eyes = EVERYTHING
    wanted: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def narrowed(self, *, table: Table, asked: Asked) -> "Records":
        """Look for what is asked."""
        column = table.column(asked.sort_column)
        sign = "-" if asked.is_descending else ""
        order = tuple(f"{sign}{name}" for name in column.sort) if column else ()
        return replace(self, wanted=dict(asked.chosen), order=order)

    def total(self) -> int | None:
        """Count the forms."""
        return self._found().count()

    def piece(self, *, first: int, count: int) -> Sequence[RecordView]:
        """Give some forms."""
        rows = self._found().select_related("card").order_by(*(self.order or ("-made_at", "id")))
        return _views(rows[first : first + count], self.eyes)

    def _found(self) -> "QuerySet[FormRecord]":
        found = FormRecord.objects.filter(own_records(self.eyes))
        wanted = self.wanted
        if wanted.get("key"):
            found = found.filter(key=wanted["key"])
        if wanted.get("made_on"):
            start = datetime.combine(date.fromisoformat(wanted["made_on"]), time.min, tzinfo=clock.JAPAN)
            found = found.filter(made_at__gte=start, made_at__lt=start + timedelta(days=1))
        if wanted.get("written") == "none":
            found = found.filter(by_hand=0)
        if wanted.get("written") == "some":
            found = found.filter(by_hand__gt=0)
        return found


def records_of_card(*, card_id: UUID, eyes: Eyes) -> list[RecordView]:
    """List the forms that were made for a card."""
    rows = FormRecord.objects.filter(card_id=card_id).select_related("card").order_by("-made_at")
    return _views(rows[:20], eyes)


def letters_of_card(*, card_id: UUID) -> list[tuple[LetterLine, str]]:
    """List the letters that were printed for a card, or were to be."""
    lines = LetterLine.objects.filter(card_id=card_id).exclude(outcome=LetterLine.Outcome.WAITING)
    return [
        (line, str(SORTS[line.run.key].title)) for line in lines.select_related("run").order_by("-id")[:20]
    ]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cards get a letter."""

    kind: str = ""
    site: UUID | None = None
    batch: str = ""
    arrived_from: date | None = None
    arrived_to: date | None = None
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many cards fit, and how many of them are held back by the register."""

    cards: int
    flagged: int


def cards_for_letters(*, wanted: Wanted, eyes: Eyes) -> "QuerySet[Card]":
    """Find the cards that may get a letter; flagged ones too, for they are named when they are left out."""
    found = Card.objects.filter(reached(eyes), state__in=[state.value for state in POSTED])
    plain = {"kind": wanted.kind, "site": wanted.site, "batch": wanted.batch}
    found = found.filter(**{name: value for name, value in plain.items() if value})
    if wanted.arrived_from:
        found = found.filter(arrived_on__gte=wanted.arrived_from)
    if wanted.arrived_to:
        found = found.filter(arrived_on__lte=wanted.arrived_to)
    return found.filter(_by_notice(wanted.notice))


def _by_notice(notice: str) -> Q:
    unsent = Q(notice_sent_on__isnull=True)
    returned = Q(notice_returned_on__isnull=False, notice_resent_on__isnull=True)
    return {"unsent": unsent, "returned": returned, "sent": ~unsent}.get(notice, Q())


def count_for_letters(*, wanted: Wanted, eyes: Eyes) -> Count:
    """Count the cards that would get a letter."""
    found = cards_for_letters(wanted=wanted, eyes=eyes)
    harmless = Q(flags=[]) | Q(flags=[Flag.STAY_ENDS_SOON.value])
    return Count(cards=found.count(), flagged=found.exclude(harmless).count())


def runs() -> "QuerySet[LetterRun]":
    """List the jobs of letters."""
    return LetterRun.objects.select_related("template")


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One card of a job of letters that somebody has to look at."""

    card: UUID
    reference: str
    name: str
    position: int
    reasons: tuple[str, ...]
    is_flagged: bool


def lines_to_look_at(*, run: LetterRun, eyes: Eyes) -> tuple[list[LineView], list[LineView]]:
    """List the cards that were left out, and those printed with a warning."""
    lines = run.lines.exclude(reasons=[]).order_by("position", "id").select_related("card")
    left = _lines(lines.filter(outcome=LetterLine.Outcome.LEFT_OUT)[:MOST_NAMED], eyes)
    warned = _lines(lines.filter(outcome=LetterLine.Outcome.PRINTED)[:MOST_NAMED], eyes)
    return left, warned


def _lines(lines: "QuerySet[LetterLine]", eyes: Eyes) -> list[LineView]:
    opener = vault.sealer(place=SEALED)
    flags = {flag.value for flag in Flag}
    found = []
    for line in lines:
        card = line.card
        if not reaches(eyes, site=card.site, wanted_site=card.wanted_site, state=card.state):
            continue
        fields = opener.open(line.card.sealed, line.card_id)
        found.append(
            LineView(
                card=line.card_id,
                reference=fields["reference"],
                name=eyes.text(NAME, fields["name"]),
                position=line.position,
                reasons=tuple(line.reasons),
                is_flagged=bool(flags & set(line.reasons)),
            )
        )
    return found


def _views(rows: "QuerySet[FormRecord]", eyes: Eyes) -> list[RecordView]:
    opener = vault.sealer(place=SEALED)
    found = []
    for row in rows:
        fields = opener.open(row.card.sealed, row.card_id) if row.card is not None and row.card_id else {}
        found.append(
            RecordView(
                id=row.id,
                title=str(SORTS[row.key].title),
                reference=str(fields.get("reference", "")),
                name=eyes.text(NAME, str(fields.get("name", ""))),
                latest=row.latest,
                typed=row.typed,
                by_hand=row.by_hand,
                made_at=row.made_at,
                made_by=row.made_by_name,
                updated_at=row.updated_at,
            )
        )
    return found
