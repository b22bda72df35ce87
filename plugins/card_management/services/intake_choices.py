"""Decide whose address a row holds that fits several people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.formats.address_list import AddressRow
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.intake import CHOICE_SEALED, AddressChoice
from plugins.card_management.services import search_pages
from plugins.card_management.services.indexes import fold_kana
from plugins.card_management.services.intake_addresses import Match, write_address

TABLE: Final = "card_management_addresschoice"
OBJECT: Final = "card_management.card"


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


def waiting() -> int:
    """Count the rows that wait for a decision."""
    return AddressChoice.objects.count()


def listed(*, first: int, count: int) -> list[Choice]:
    """Open some rows that wait for a decision."""
    rows = list(AddressChoice.objects.order_by("made_at", "line")[first : first + count])
    wanted = {card for row in rows for card in row.candidates}
    opener = vault.sealer(place=SEALED)
    sealed = Card.objects.filter(id__in=wanted).values_list("id", "sealed")
    opened = {card: opener.open(text, card) for card, text in sealed}
    return [
        Choice(
            id=row.id,
            line=row.line,
            row=_row(row),
            cards=tuple((card, opened[card]) for card in row.candidates if card in opened),
        )
        for row in rows
    ]


def decide(*, choice_id: UUID, card_id: UUID | None, actor: Actor, now: datetime) -> None:
    """Give an address to one of the candidates, or to nobody; the row is gone then.

    Raises ChoiceNotFound.
    """
    row = AddressChoice.objects.select_for_update().filter(id=choice_id).first()
    if row is None or (card_id is not None and card_id not in row.candidates):
        raise ChoiceNotFound(choice=str(choice_id))
    if card_id is not None:
        card = Card.objects.select_for_update().filter(id=card_id).first()
        if card is None:
            raise ChoiceNotFound(choice=str(choice_id))
        search_pages.forget(cards=[card_id])
        opened = vault.sealer(place=SEALED).open(card.sealed, card.id)
        write_address(match=Match(row.line, _row(row), [(card_id, opened)]), import_id=None, now=now)
    row.delete()
    audit.record(
        actor=actor,
        action="card_management.address_chosen" if card_id else "card_management.address_left",
        object_type=OBJECT,
        object_ids=[str(card_id)] if card_id else [],
        details={"line": row.line},
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
