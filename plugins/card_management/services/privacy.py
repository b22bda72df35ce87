"""What the ledger of cards holds about one person, how long it is kept, and how it goes."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

import jaconv
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.hooks.values import DataClass
from madoguchi.ledger import vault
from madoguchi.web.dates import long_era_date, short_era_date
from plugins.card_management.declarations import FLAG_LABELS, KIND_LABELS, STATE_LABELS, handover, register
from plugins.card_management.declarations.ledger import FACT_LABELS
from plugins.card_management.declarations.shelves import TABLES_OF_CARDS
from plugins.card_management.formats.births import born_day, born_words
from plugins.card_management.models import SEALED, Card, CardMovement, CardNote
from plugins.card_management.models.forms import LetterPiece
from plugins.card_management.rules.facts import Fact, Flag, Kind
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.services import search_pages
from plugins.card_management.services.indexes import index_reference

TABLE: Final = "card_management_card"
PICKUP: Final = "pickup:"
SHOWN_LETTERS = 4
# What not every card has.
_MORE: Final = (
    ("name_alphabet", gettext_lazy("氏名（アルファベット）")),
    ("common_name", gettext_lazy("通称")),
    ("application_id", gettext_lazy("申請書ID")),
)
_SEXES: Final = {
    **dict.fromkeys(("1", "m", "male", "男", "男性"), gettext_lazy("男")),
    **dict.fromkeys(("2", "f", "female", "女", "女性"), gettext_lazy("女")),
}
_DAYS: Final = (
    Fact.NOTICE_SENT_ON,
    Fact.NOTICE_RETURNED_ON,
    Fact.NOTICE_RESENT_ON,
    Fact.DEADLINE_ON,
    Fact.RECEIVED_ON,
    Fact.HANDED_OVER_ON,
)


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List the cards of a person: under the number, under a key, or under reading and birth date."""
    found: dict[UUID, HeldRecord] = {}
    certain = [UUID(key.removeprefix(PICKUP)) for key in wanted.keys if key.startswith(PICKUP)]
    for card, fields in _opened(Card.objects.filter(id__in=certain)):
        found[card.id] = _record(card, fields, is_certain=True)
    if wanted.reference:
        index = index_reference(reference=normalise_reference(wanted.reference))
        rows = _opened(Card.objects.filter(reference_index=index))
        for card, fields in rows:
            is_own = _is_own(fields, wanted) if wanted.birthday or wanted.kana else len(rows) == 1
            found.setdefault(card.id, _record(card, fields, is_certain=is_own))
    if wanted.kana and not wanted.reference:
        for card, fields in _opened(Card.objects.all()):
            if _plain(fields["kana"]) == _plain(wanted.kana) and _born(fields, wanted):
                is_certain = wanted.birthday is not None
                found.setdefault(card.id, _record(card, fields, is_certain=is_certain))
    return list(found.values())


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase the cards among these records with every move they made."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    rows = Card.objects.filter(id__in=own)
    ids = frozenset(str(card) for card in rows.values_list("id", flat=True))
    search_pages.forget(cards=[UUID(card) for card in ids])
    # The papers of a job of letters name many people: they go with the first of them who is erased.
    LetterPiece.objects.filter(run__lines__card__in=own).delete()
    rows.delete()
    return [Erased(label=_("カード"), rows=len(ids), ids=ids)]


def _opened(cards: "QuerySet[Card]") -> list[tuple[Card, dict[str, Any]]]:
    opener = vault.sealer(place=SEALED)
    return [(card, opener.open(card.sealed, card.id)) for card in cards.order_by("id")]


def _is_own(fields: dict[str, Any], wanted: PersonWanted) -> bool:
    return _born(fields, wanted) and (not wanted.kana or _plain(fields["kana"]) == _plain(wanted.kana))


def _born(fields: dict[str, Any], wanted: PersonWanted) -> bool:
    return wanted.birthday is None or born_day(fields) == wanted.birthday


def _plain(kana: str) -> str:
    return jaconv.hira2kata(unicodedata.normalize("NFKC", kana)).replace(" ", "")


def _record(card: Card, fields: dict[str, Any], *, is_certain: bool) -> HeldRecord:
    state = State(card.state)
    moves = CardMovement.objects.filter(card=card).order_by("id")
    facts = [
        (_("照会番号"), fields["reference"]),
        (_("氏名"), fields["name"]),
        (_("氏名カナ"), fields["kana"]),
        (_("生年月日"), born_words(fields)),
        *((word, str(fields[name])) for name, word in _MORE if fields.get(name)),
        *([(_("性別"), sex_words(str(fields["sex"])))] if fields.get("sex") else []),
        (_("郵便番号"), fields["postcode"] or "—"),
        (_("住所"), fields["address"]),
        (_("保管場所"), card.storage or "—"),
        (_("種類"), str(KIND_LABELS[Kind(card.kind)])),
        *((FACT_LABELS[fact], short_era_date(day)) for fact in _DAYS if (day := getattr(card, fact.value))),
        (_("住民登録の異動"), "、".join(str(FLAG_LABELS[f]) for f in Flag if f in card.flags) or "—"),
        (_("状態"), str(STATE_LABELS[state])),
        (_("到着日"), long_era_date(card.arrived_on)),
        (_("来庁の予定"), _day(card.reserved_at) if card.reserved_at else "—"),
    ]
    facts += [(_day(move.moved_at), _move_words(move)) for move in moves]
    written = CardNote.objects.filter(card=card, removed_at=None).count()
    if written:
        # What staff wrote for one another is shown by whoever answers for it, not by a program.
        said = _("%(count)d件あります。開示するかどうかは、担当課が内容を見て判断してください。")
        facts.append((_("職員の備考"), said % {"count": written}))
    return HeldRecord(
        key=f"{TABLE}:{card.id}",
        label=_("カード"),
        title=f"{fields['reference']}（{STATE_LABELS[state]}）",
        facts=tuple((str(name), str(text)) for name, text in facts),
        since=card.created_at.astimezone(UTC),
        leads_to=frozenset({f"{PICKUP}{card.id}"}),
        is_certain=is_certain,
        erasing=_("カードの記録（氏名・住所・生年月日・移動の履歴）をすべて消します。"),
        obstacle=_("カードを保管中です。交付するか廃棄してから消してください。") if state in WAITING else "",
    )


def sex_words(written: str) -> str:
    """Write a sex as a person reads it, however a file wrote it."""
    return str(_SEXES.get(written.strip().lower(), written))


def _move_words(move: CardMovement) -> str:
    return f"{STATE_LABELS[State(move.from_state)]} → {STATE_LABELS[State(move.to_state)]}"


def _day(moment: datetime) -> str:
    return short_era_date(clock.local(moment).date())


def _over(before: date, held: Iterable[str]) -> "QuerySet[Card]":
    start = datetime.combine(before, time.min, tzinfo=clock.JAPAN)
    over = Card.objects.exclude(state__in=WAITING).filter(updated_at__lt=start)
    return over.exclude(id__in=[UUID(key) for key in held])


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the cards that were handed over or disposed of before a day."""
    return _over(before, held).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such cards with their moves, the oldest first."""
    oldest = list(_over(before, held).order_by("updated_at").values_list("id", flat=True)[:limit])
    search_pages.forget(cards=oldest)
    Card.objects.filter(id__in=oldest).delete()
    return len(oldest)


def find_to_hold(reference: str) -> Sequence[tuple[str, str]]:
    """Find the cards of a notice number, named by its last letters."""
    number = normalise_reference(reference)
    rows = Card.objects.filter(reference_index=index_reference(reference=number))
    return [(str(card), f"…{number[-SHOWN_LETTERS:]}") for card in rows.values_list("id", flat=True)]


DATA_CLASS = DataClass(
    name="card_management.cards",
    label=gettext_lazy("カードの記録"),
    since=gettext_lazy("交付・廃棄した日"),
    effect=gettext_lazy(
        "交付・廃棄が済んだカードの氏名・住所・移動の履歴を消します。保管中のカードは消しません。"
    ),
    tables=(
        "card_management_card",
        "card_management_cardmovement",
        "card_management_cardchange",
        "card_management_cardnote",
        "card_management_cardreason",
        "card_management_searchpage",
        "card_management_noteversion",
        *handover.TABLES_OF_CARDS,
        *register.TABLES_OF_CARDS,
        *TABLES_OF_CARDS,
    ),
    default_months=60,
    holds_by=gettext_lazy("照会番号"),
    find=find_to_hold,
    count=count_due,
    erase=erase_due,
    order=100,
)
