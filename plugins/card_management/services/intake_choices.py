"""Decide whose address a row holds that fits several people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from plugins.card_management.formats.address_list import AddressRow
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.intake import CHOICE_SEALED, AddressChoice, CardBefore
from plugins.card_management.services import intake_before, search_pages
from plugins.card_management.services.indexes import fold_kana
from plugins.card_management.services.intake_addresses import Match, person_of, write_address
from plugins.card_management.services.reach import reached

if TYPE_CHECKING:
    from django.db.models import QuerySet

TABLE: Final = "card_management_addresschoice"
OBJECT: Final = "card_management.card"
UNDO: Final = "card_management.address_chosen"


class ChoiceNotFound(NotFound):
    """Somebody else has decided about this row."""

    code = "address_choice_not_found"
    message = _("この行はもうありません。ほかの人が割り当てた可能性があります。")


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of a list and the cards among whom somebody chooses, opened."""

    id: UUID
    line: int
    row: AddressRow
    cards: tuple[tuple[UUID, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, with what stood before it; a final one cannot be taken back by itself."""

    choice: UUID
    candidates: tuple[UUID, ...]
    cards: tuple[UUID, ...]
    made_at: datetime
    is_final: bool = False

    @property
    def values(self) -> dict[str, JSON]:
        """Write what taking it back needs."""
        return {
            "choice": str(self.choice),
            "candidates": [str(card) for card in self.candidates],
            "cards": [str(card) for card in self.cards],
            "made_at": self.made_at.isoformat(),
        }


def waiting(*, eyes: Eyes = EVERYTHING) -> int:
    """Count the rows that wait for a decision of this reader."""
    return _open(eyes).count()


def is_for(*, choice_id: UUID, eyes: Eyes) -> bool:
    """Tell whether a reader may decide about a row: their work reaches all cards among which is chosen."""
    return _open(eyes).filter(id=choice_id).exists()


def _open(eyes: Eyes) -> "QuerySet[AddressChoice]":
    """Give the rows about which nobody decided; a decided one names no card until it is forgotten."""
    rows = AddressChoice.objects.exclude(candidates=[])
    if eyes.places is None:
        return rows
    named = dict(rows.values_list("id", "candidates"))
    among = Card.objects.filter(id__in={card for cards in named.values() for card in cards})
    own = set(among.filter(reached(eyes)).values_list("id", flat=True))
    others = set(among.values_list("id", flat=True)) - own
    return rows.filter(id__in=[row for row, cards in named.items() if others.isdisjoint(cards)])


def listed(*, first: int, count: int, eyes: Eyes = EVERYTHING) -> list[Choice]:
    """Open some rows that wait for a decision of this reader."""
    rows = list(_open(eyes).order_by("made_at", "line")[first : first + count])
    opened = _opened({card for row in rows for card in row.candidates})
    return [
        Choice(
            id=row.id,
            line=row.line,
            row=_row(row),
            cards=tuple((card, opened[card]) for card in row.candidates if card in opened),
        )
        for row in rows
    ]


def _opened(cards: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    opener = vault.sealer(place=SEALED)
    sealed = Card.objects.filter(id__in=list(cards)).values_list("id", "sealed")
    return {card: opener.open(text, card) for card, text in sealed}


def decide(*, choice_id: UUID, card_id: UUID | None, actor: Actor, now: datetime) -> Decided:
    """Give an address to all cards of one of the candidates, or to nobody; the row waits no longer then.

    Raises ChoiceNotFound.
    """
    row = AddressChoice.objects.select_for_update().filter(id=choice_id).first()
    if row is None or not row.candidates or (card_id is not None and card_id not in row.candidates):
        raise ChoiceNotFound(choice=str(choice_id))
    cards = _of_same_person(row, card_id) if card_id else []
    before = Decided(row.id, tuple(row.candidates), tuple(card for card, _fields in cards), row.made_at)
    if cards:
        search_pages.forget(cards=before.cards)
        is_known = CardBefore.objects.filter(import_job=row.import_job, card__in=before.cards).exists()
        before = replace(before, is_final=is_known)
        intake_before.keep(import_id=row.import_job, cards=before.cards, now=now)
        write_address(match=Match(row.line, _row(row), cards), import_id=row.import_job, now=now)
    row.candidates, row.made_at = [], now
    row.save(update_fields=["candidates", "made_at"])
    _record("address_chosen" if card_id else "address_left", before.cards, row.line, actor, now)
    return before


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Let a row wait again about which somebody just decided, with the addresses as they were.

    Raises MovedOn.
    """
    row = AddressChoice.objects.select_for_update().filter(id=UUID(values["choice"]), candidates=[]).first()
    cards = [UUID(card) for card in values["cards"]]
    if row is None:
        raise MovedOn
    if cards:
        search_pages.forget(cards=cards)
        if intake_before.restore(import_id=row.import_job, now=now, cards=cards) != len(cards):
            raise MovedOn
    row.candidates = [UUID(card) for card in values["candidates"]]
    row.made_at = datetime.fromisoformat(values["made_at"])
    row.save(update_fields=["candidates", "made_at"])
    _record("address_reopened", cards, row.line, actor, now)


def _of_same_person(row: AddressChoice, card_id: UUID) -> list[tuple[UUID, dict[str, Any]]]:
    """Open the chosen card and the candidates that are of the same person.

    Raises ChoiceNotFound.
    """
    list(Card.objects.select_for_update().filter(id__in=row.candidates).order_by("id").values_list("id"))
    opened = _opened(row.candidates)
    if card_id not in opened:
        raise ChoiceNotFound(choice=str(row.id))
    wanted = person_of(opened[card_id])
    return [(card, fields) for card, fields in opened.items() if person_of(fields) == wanted]


def _record(action: str, cards: Iterable[UUID], line: int, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(card) for card in cards],
        details={"line": line},
        now=now,
    )


def _row(choice: AddressChoice) -> AddressRow:
    return AddressRow(**vault.sealer(place=CHOICE_SEALED).open(choice.sealed, choice.id))


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the rows that wait for a decision and name a person."""
    found = []
    for choice in AddressChoice.objects.order_by("made_at", "line"):
        row = _row(choice)
        if _is_about(row, wanted):
            found.append(
                HeldRecord(
                    key=f"{TABLE}:{choice.id}",
                    label=str(_("割り当てを待つ住所")),
                    title=str(_("住所リストの%(line)d行目")) % {"line": choice.line},
                    facts=(
                        (str(_("氏名")), row.name or "—"),
                        (str(_("氏名カナ")), row.kana or "—"),
                        (str(_("住所")), row.address),
                    ),
                    since=choice.made_at,
                    is_certain=bool(wanted.reference and row.reference),
                    erasing=str(_("割り当てを待つ住所の行を消します。")),
                )
            )
    return found


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase such rows."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    rows = AddressChoice.objects.filter(id__in=own)
    ids = frozenset(str(row) for row in rows.values_list("id", flat=True))
    rows.delete()
    return [Erased(label=str(_("割り当てを待つ住所")), rows=len(ids), ids=ids)] if ids else []


def _is_about(row: AddressRow, wanted: PersonWanted) -> bool:
    if wanted.reference and row.reference:
        return row.reference == wanted.reference
    if wanted.kana and row.kana:
        is_born = wanted.birthday is None or row.born == wanted.birthday.isoformat()
        return is_born and fold_kana(row.kana) == fold_kana(wanted.kana)
    return False


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the rows about which nobody decided since before a day."""
    return AddressChoice.objects.filter(made_at__date__lt=before).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such rows, the oldest first."""
    due = AddressChoice.objects.filter(made_at__date__lt=before).order_by("made_at")
    oldest = list(due.values_list("id", flat=True)[:limit])
    AddressChoice.objects.filter(id__in=oldest).delete()
    return len(oldest)


DATA_CLASS: Final = DataClass(
    name="card_management.address_choices",
    label=_("割り当てを待つ住所"),
    since=_("住所リストを取り込んだ日"),
    effect=_("どなたの住所か決めなかった行を消します。カードの住所は消えません。"),
    tables=(TABLE,),
    default_months=3,
    count=count_due,
    erase=erase_due,
    order=110,
)
