"""What can be asked about the cards themselves."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import jaconv
from django.db.models import Count, Max, QuerySet

from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import (
    BORN_ON,
    KANA,
    NAME,
    STORAGE,
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    Unknown,
    normalise_reference,
)
from madoguchi.ledger import vault
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations import ADDRESS, STATE_LABELS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import SEALED, Card, CardMovement
from plugins.card_management.rules.life_cycle import WAITING, Action, State, actions_from
from plugins.card_management.services.bulk import sealed_rows
from plugins.card_management.services.indexes import index_birthday, index_person, index_reference
from plugins.card_management.services.moving import CardNotFound

MOST_HITS: Final = 50
# Between the signs of a name there may be a space, of either width.
_GAPS: Final = "(?: |　)*".encode()
_USUAL_ORDER: Final = ("-arrived_on", "storage", "id")
_MASKS: Final = {"storage": STORAGE}
_FIELDS: Final = ("id", "sealed", "state", "storage", "arrived_on", "reserved_at")

# The Japanese letters in front of the numbers of a shelf.
_WORD: Final = re.compile(r"[^\W\d_a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class CardView:
    """One card as a reader may see it; what is kept from them is empty."""

    id: UUID
    reference: str
    name: str
    kana: str
    born_on: date | None
    postcode: str
    address: str
    storage: str
    arrived_on: date
    reserved_at: datetime | None
    state: State

    @property
    def actions(self) -> tuple[Action, ...]:
        """List what can be done with the card now."""
        return actions_from(state=self.state)


@dataclass(frozen=True, slots=True)
class CardSearch:
    """What staff look for; everything may be left empty."""

    number: str = ""
    kana: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many cards wait, and since when the newest."""

    count: int
    newest_on: date | None


def find_pickup(*, reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the one card that waits under a number and birthday; two under both are ambiguous."""
    index = index_birthday(reference=normalise_reference(reference), month_day=str(birthday))
    fitting = Card.objects.filter(birthday_index=index)
    if birthday.year is not None:
        # By its index again: opening the card would take longer for the right month and day.
        whole = f"{birthday.year:04}-{birthday.month:02}-{birthday.day:02}"
        person = index_person(reference=normalise_reference(reference), born_on=whole)
        fitting = fitting.filter(person_index=person)
    rows = list(fitting.values_list("id", "sealed", "state")[:3])
    waiting = [(card, sealed) for card, sealed, state in rows if _is_bookable(state)]
    if not waiting:
        return Unknown()
    if len(rows) > 1:
        return Ambiguous()
    card, sealed = waiting[0]
    return Found(pickup=card, label=mask(name=_open(card, sealed)["kana"]))


def _is_bookable(state: str) -> bool:
    if state == State.EXPECTED:
        return preferences.current(CardSettings).books_expected
    return state in WAITING


def describe_pickups(*, pickups: Sequence[UUID]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups, for staff who may see them."""
    rows = Card.objects.filter(id__in=pickups).values_list("id", "sealed", "storage", "state")
    opener = vault.sealer(place=SEALED)
    return {card: _describe(card, opener.open(sealed, card), *rest) for card, sealed, *rest in rows}


def locate_pickups(*, pickups: Sequence[UUID]) -> dict[UUID, UUID]:
    """Tell at which places cards lie: where somebody put them, or as the words of their storage begin.

    本庁A-01-001 lies at 本庁舎 市民課 where no other name begins so; what fits two places is unknown.
    """
    known = places.all_places()
    rows = Card.objects.filter(id__in=pickups).values_list("id", "storage", "site")
    found = {
        card: site or _place_of(unicodedata.normalize("NFKC", storage), known) for card, storage, site in rows
    }
    return {card: place for card, place in found.items() if place is not None}


def _place_of(storage: str, known: Sequence[places.PlaceView]) -> UUID | None:
    word = _WORD.match(storage)
    head = word.group() if word else ""
    fitting = [
        place.id
        for place in known
        if storage.startswith((place.name, f"{place.code}-")) or (head and place.name.startswith(head))
    ]
    return fitting[0] if len(fitting) == 1 else None


def mask(*, name: str) -> str:
    """Shorten a name so that its owner recognises it and nobody else learns it."""
    return f"{name[:1]}…"


def cards(
    *, wanted: CardSearch, order: tuple[str, ...], first: int, count: int, eyes: Eyes
) -> list[CardView]:
    """Give some cards; by kana at most fifty, found by opening one after the other."""
    if wanted.kana and eyes.is_masked(KANA):
        return []
    found = _matching(wanted).order_by(*_order(order, eyes))
    if wanted.kana:
        return _with_kana(found, wanted.kana, eyes)[first : first + count]
    return list(_view_each(found.values(*_FIELDS)[first : first + count], eyes))


def _order(order: tuple[str, ...], eyes: Eyes) -> tuple[str, ...]:
    # What somebody may not read must not be told by the place of a row either.
    wanted = order or _USUAL_ORDER
    return tuple(name for name in wanted if not eyes.is_masked(_MASKS.get(name.lstrip("-"), "")))


def count(*, wanted: CardSearch) -> int:
    """Count the cards of a number or a state."""
    return _matching(wanted).count()


def named(rows: Sequence[UUID]) -> dict[UUID, tuple[str, State]]:
    """Give number and state of some cards."""
    found = Card.objects.filter(id__in=rows).values(*_FIELDS)
    return {view.id: (view.reference, view.state) for view in _view_each(found, EVERYTHING)}


def _matching(wanted: CardSearch) -> QuerySet[Card]:
    found = Card.objects.all()
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.number:
        found = found.filter(reference_index=index_reference(reference=normalise_reference(wanted.number)))
    return found


def find(*, card_id: UUID, eyes: Eyes) -> CardView:
    """Show one card.

    Raises CardNotFound.
    """
    for view in _view_each(Card.objects.filter(id=card_id).values(*_FIELDS), eyes):
        return view
    raise CardNotFound(card=str(card_id))


def movements(*, card_id: UUID) -> list[CardMovement]:
    """List the moves of a card, newest first."""
    return list(CardMovement.objects.filter(card_id=card_id).order_by("-id"))


def waiting() -> Waiting:
    """Count the cards that wait for their holders."""
    counted = Card.objects.filter(state__in=WAITING).aggregate(count=Count("id"), newest=Max("arrived_on"))
    return Waiting(count=counted["count"], newest_on=counted["newest"])


def _with_kana(cards: QuerySet[Card], kana: str, eyes: Eyes) -> list[CardView]:
    """Look for the word in the text that was sealed, and open as cards only what holds it."""
    start = jaconv.hira2kata(unicodedata.normalize("NFKC", kana)).replace(" ", "")
    begins = re.compile(b'"kana":"' + _GAPS.join(re.escape(sign.encode()) for sign in start))
    holds, read = begins.search, vault.sealer(place=SEALED).open_texts
    # In no order: sorting what is sealed would write all of it to the disk. One query without a
    # server-side cursor: a page may not keep one open behind a pooler.
    hits = [UUID(bytes=card) for card, text in read(sealed_rows(cards.order_by())) if holds(text)]
    return list(_view_each(cards.filter(id__in=hits).values(*_FIELDS)[:MOST_HITS], eyes))


def _view_each(rows: Iterable[dict[str, Any]], eyes: Eyes) -> Iterable[CardView]:
    opener = vault.sealer(place=SEALED)
    for row in rows:
        fields = opener.open(row["sealed"], row["id"])
        yield CardView(
            id=row["id"],
            reference=fields["reference"],
            name=eyes.text(NAME, fields["name"]),
            kana=eyes.text(KANA, fields["kana"]),
            born_on=None if eyes.is_masked(BORN_ON) else date.fromisoformat(fields["born_on"]),
            postcode="" if eyes.is_masked(ADDRESS) else fields["postcode"],
            address=eyes.text(ADDRESS, fields["address"]),
            storage=eyes.text(STORAGE, row["storage"]),
            arrived_on=row["arrived_on"],
            reserved_at=row["reserved_at"],
            state=State(row["state"]),
        )


def _describe(card: UUID, fields: dict[str, Any], storage: str, state: str) -> PickupDescription:
    is_waiting = State(state) in WAITING or State(state) is State.EXPECTED
    return PickupDescription(
        pickup=card,
        name=fields["name"],
        kana=fields["kana"],
        reference=fields["reference"],
        storage=storage,
        state=str(STATE_LABELS[State(state)]),
        is_waiting=is_waiting,
    )


def _open(card: UUID, sealed: bytes | memoryview) -> dict[str, Any]:
    return vault.open_sealed(sealed=bytes(sealed), place=SEALED, row=card)


def read_for_health() -> None:
    """Touch the tables of the ledger and read nothing in them."""
    for model in (Card, CardMovement):
        model.objects.exists()
