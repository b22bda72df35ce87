"""What stands on each letter of a run, and which cards get none."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from madoguchi.documents.rare import without_rare
from madoguchi.ledger import vault
from madoguchi.preferences import queries as preferences
from madoguchi.web.dates import long_era_date
from plugins.card_management.declarations.forms import SORTS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import SEALED, CardChange
from plugins.card_management.models.forms import LetterLine, LetterRun
from plugins.card_management.rules.facts import Fact, blocking
from plugins.card_management.rules.forms_filling import fill_form
from plugins.card_management.rules.forms_layout import Layout
from plugins.card_management.rules.forms_numbers import letter_number
from plugins.card_management.rules.forms_placing import Placing
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.rules.shelves_radar import deadline
from plugins.card_management.services import handover_overrides
from plugins.card_management.services.forms_facts import facts_of_city, facts_of_ledger
from plugins.card_management.services.forms_setting import Press
from plugins.card_management.services.forms_templates import layout_of

NEEDED: Final = (("holder.name", "no_name"), ("holder.address", "no_address"))
# A card that is not here yet gets its letter when it is; one that has to be set right gets none.
POSTED: Final = WAITING | {State.EXPECTED}
_CARD: Final = (
    "state",
    "flags",
    "site",
    "kind",
    "sealed",
    "deadline_on",
    "notice_sent_on",
    "notice_returned_on",
    "notice_resent_on",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One card of a run: its letter, or why it gets none."""

    line: int
    card: UUID
    items: Sequence[Mapping[str, Any]] = ()
    reasons: tuple[str, ...] = ()
    is_printed: bool = False
    fact: Fact = Fact.NOTICE_SENT_ON
    position: int = 0
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class Written:
    """All letters of a run in the order in which they are printed, and what was left out."""

    title: str
    layout: Layout
    placing: Placing
    printed: tuple[Row, ...]
    left_out: tuple[Row, ...]

    def chunks(self, count: int, *, used: int = 0) -> Iterator[Sequence[Row]]:
        """Give the letters in parts; labels in parts that fill their sheets, of which some are used."""
        first = 0
        if self.layout.grid is not None:
            on_sheet = self.layout.grid.count
            count = max(1, count // on_sheet) * on_sheet
            first = -(used % on_sheet)
        while first < len(self.printed):
            yield self.printed[max(0, first) : first + count]
            first += count

    def pdf(self, rows: Sequence[Row], *, first_label: int, now: datetime) -> bytes:
        """Set some letters."""
        press = Press(title=self.title, layout=self.layout, placing=self.placing).starting_at(first_label)
        for row in rows:
            press.lay(row.items)
        return press.pdf(now=now)


def write(*, run: LetterRun, now: datetime) -> Written:
    """Write every letter of a run, and leave out whoever may not be written to."""
    layout = layout_of(run.template)
    writer = _Writer(run=run, layout=layout, now=now)
    rows = writer.rows()
    printed = sorted((row for row in rows if row.is_printed), key=lambda row: (row.order, row.line))
    return Written(
        title=str(SORTS[run.key].title),
        layout=layout,
        placing=writer.placing,
        printed=tuple(_at(row, place) for place, row in enumerate(printed, 1)),
        left_out=tuple(row for row in rows if not row.is_printed),
    )


def _at(row: Row, place: int) -> Row:
    return Row(
        line=row.line,
        card=row.card,
        items=row.items,
        reasons=row.reasons,
        is_printed=True,
        fact=row.fact,
        position=place,
    )


class _Writer:
    """Opens the cards of one run and writes to them."""

    def __init__(self, *, run: LetterRun, layout: Layout, now: datetime) -> None:
        self._run, self._layout, self._now = run, layout, now
        self._open = vault.sealer(place=SEALED).open
        self._cities: dict[UUID | None, dict[str, str]] = {}
        self._press = Press(title="", layout=layout)
        self._chosen = preferences.current(CardSettings)
        cards = run.lines.values("card_id")
        by_hand = CardChange.objects.filter(card_id__in=cards, fact=Fact.DEADLINE_ON.value)
        self._set_by_hand = frozenset(by_hand.values_list("card_id", flat=True))

    @property
    def placing(self) -> Placing:
        """The codes that were drawn."""
        return self._press.placing

    def rows(self) -> list[Row]:
        """Write to every card of the run."""
        waiting = self._run.lines.filter(outcome=LetterLine.Outcome.WAITING).order_by("id")
        lines = list(waiting.values("id", "card_id", *(f"card__{name}" for name in _CARD)))
        flagged = [line["card_id"] for line in lines if line["card__flags"]]
        allowed = handover_overrides.overridden(cards=flagged, now=self._now)
        rows = [self._row(line, allowed) for line in lines]
        others = self._run.lines.filter(outcome=LetterLine.Outcome.LEFT_OUT)
        return [
            *rows,
            *(Row(line=each.id, card=each.card_id, reasons=tuple(each.reasons)) for each in others),
        ]

    def _row(self, line: Mapping[str, Any], allowed: Collection[UUID]) -> Row:
        card = line["card_id"]
        known = facts_of_ledger(self._open(line["card__sealed"], card))
        reasons = self._against(line, known, allowed)
        if reasons:
            return Row(line=line["id"], card=card, reasons=reasons)
        facts = {"ledger": known, "city": self._city(line)}
        texts = fill_form(layout=self._layout, facts=facts, given={}, chosen={}).texts()
        items, spilled = self._press.placed(texts)
        if spilled:
            return Row(line=line["id"], card=card, reasons=("too_long",))
        warned = ("rare",) if without_rare(list(texts.values()))[1] else ()
        if not known["holder.digits"]:
            warned = (*warned, "no_postcode")
        return Row(
            line=line["id"],
            card=card,
            items=items,
            reasons=warned,
            is_printed=True,
            fact=Fact.NOTICE_RESENT_ON if _was_returned(line) else Fact.NOTICE_SENT_ON,
            order=self._order(known),
        )

    def _against(
        self, line: Mapping[str, Any], known: Mapping[str, str], allowed: Collection[UUID]
    ) -> tuple[str, ...]:
        if State(line["card__state"]) not in POSTED:
            return ("state",)
        found = (
            [] if line["card_id"] in allowed else [flag.value for flag in blocking(flags=line["card__flags"])]
        )
        found += [reason for key, reason in NEEDED if not known[key].strip()]
        return tuple(found)

    def _city(self, line: Mapping[str, Any]) -> dict[str, str]:
        site = line["card__site"]
        if site not in self._cities:
            self._cities[site] = facts_of_city(site=site, now=self._now)
        until = self._deadline(line)
        return {
            **self._cities[site],
            "card.deadline": long_era_date(until) if until else "",
            "letter.number": letter_number(line["id"]),
        }

    def _deadline(self, line: Mapping[str, Any]) -> date | None:
        """Tell by when the card should be fetched once this letter is sent, as the radar will count it."""
        set_on: date | None = line["card__deadline_on"]
        if line["card_id"] in self._set_by_hand:
            return set_on
        sent_on, resent_on = line["card__notice_sent_on"], line["card__notice_resent_on"]
        if _was_returned(line):
            resent_on = self._run.sent_on or resent_on
        else:
            sent_on = self._run.sent_on or sent_on
        if sent_on is None:
            return set_on
        return deadline(
            notice_on=sent_on,
            resent_on=resent_on,
            months=self._chosen.deadline_months,
            counts_resent=self._chosen.deadline_counts_resent,
        )

    def _order(self, known: Mapping[str, str]) -> str:
        keys = {"postcode": "holder.postcode", "kana": "holder.kana", "reference": "card.reference"}
        # Without a postcode last, so that they lie together.
        return known[keys.get(self._run.order, "holder.postcode")] or "\uffff"


def _was_returned(line: Mapping[str, Any]) -> bool:
    return bool(line["card__notice_sent_on"] and line["card__notice_returned_on"])
