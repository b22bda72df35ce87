"""Months of invented work at a card office: cards that come, are moved, handed over, and visits for them.

Every person, number and day is drawn by lot from a fixed seed; nothing is anybody's.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from madoguchi import clock
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED, Card, CardMovement
from plugins.card_management.models.figures import VisitFact
from plugins.card_management.rules.life_cycle import MOVES, Action, State
from plugins.card_management.services.indexes import CardIndexes

KINDS: Final = ("new", "renewal", "reissue", "other")
# Most cards take this way; a few turn off it.
USUAL: Final = (Action.STORE, Action.PULL, Action.MAKE_READY, Action.HAND_OVER)
SEASON: Final = (0.8, 0.9, 1.5, 1.4, 1.0, 0.9, 0.9, 0.8, 0.9, 1.0, 1.1, 0.8)
_PIECE: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Told:
    """How much was invented."""

    cards: int
    movements: int
    visits: int


def invent(*, cards: int, months: int, places: Sequence[UUID], today: date, seed: int = 7) -> Told:
    """Write months of work into the ledger of the current city, the last of them up to today."""
    chance = random.Random(seed)
    years, month = divmod(today.year * 12 + today.month - months, 12)
    first = date(years, month + 1, 1)
    moved = visited = 0
    for piece in _pieces(_days(chance, cards, first, today)):
        rows = [_card(chance, number, day, places) for number, day in piece]
        # Lived before they are written: to update thousands of rows each to its own end takes minutes.
        lives = [each for card in rows for each in _life(chance, card, places, today)]
        Card.objects.bulk_create(rows, batch_size=_PIECE)
        CardMovement.objects.bulk_create(lives, batch_size=_PIECE)
        visits = [each for card in rows for each in _visits(chance, card, places, today)]
        VisitFact.objects.bulk_create(visits, batch_size=_PIECE)
        moved += len(lives)
        visited += len(visits)
    return Told(cards=cards, movements=moved, visits=visited)


def _days(chance: random.Random, cards: int, first: date, today: date) -> Iterator[tuple[int, date]]:
    days = [first + timedelta(days=ahead) for ahead in range((today - first).days + 1)]
    weights = [SEASON[day.month - 1] * (1.0 if day.weekday() < 5 else 0.1) for day in days]
    yield from enumerate(sorted(chance.choices(days, weights, k=cards)))


def _pieces(found: Iterator[tuple[int, date]]) -> Iterator[list[tuple[int, date]]]:
    piece: list[tuple[int, date]] = []
    for each in found:
        piece.append(each)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _moment(chance: random.Random, day: date) -> datetime:
    at = time(chance.randint(8, 16), chance.randint(0, 59))
    return datetime.combine(day, at, tzinfo=clock.JAPAN)


def _card(chance: random.Random, number: int, day: date, places: Sequence[UUID]) -> Card:
    key, indexes = uuid4(), CardIndexes.of_city()
    reference = f"H{number // 1_000_000:02}{number % 1_000_000:06}"
    born = date(chance.randint(1940, 2020), chance.randint(1, 12), chance.randint(1, 28)).isoformat()
    fields = {
        "reference": reference,
        "name": f"架空 {number}",
        "kana": "カクウ バンゴウ",
        "born_on": born,
        "postcode": "",
        "address": "",
    }
    made = _moment(chance, day)
    return Card(
        id=key,
        reference_index=indexes.reference(reference),
        birthday_index=indexes.birthday(f"{reference}|{born[5:7]}{born[8:]}"),
        person_index=indexes.person(f"{reference}|{born}"),
        fingerprint=indexes.content(reference),
        sealed=vault.seal(fields={**fields}, place=SEALED, row=key),
        state=State.ARRIVED,
        kind=chance.choices(KINDS, (60, 30, 8, 2))[0],
        site=places[0],
        arrived_on=day,
        created_at=made,
        updated_at=made,
    )


def _life(chance: random.Random, card: Card, places: Sequence[UUID], today: date) -> Iterator[CardMovement]:
    moment = card.created_at
    steps = [*USUAL, Action.TAKE_BACK] if chance.random() < 0.01 else USUAL
    for step in steps:
        if chance.random() < 0.08:
            return
        turns_off = chance.random() < 0.02 and (State(card.state), Action.WITHDRAW) in MOVES
        action = Action.WITHDRAW if turns_off else step
        if (State(card.state), action) not in MOVES:
            return
        moment += timedelta(days=chance.randint(1, 20), minutes=chance.randint(1, 50))
        if clock.local(moment).date() > today:
            return
        yield _moved(chance, card, action, moment, places)


def _moved(
    chance: random.Random, card: Card, action: Action, moment: datetime, places: Sequence[UUID]
) -> CardMovement:
    before, after = State(card.state), MOVES[State(card.state), action]
    card.state, card.updated_at = after, moment
    if action is Action.PULL:
        card.wanted_site = chance.choice(places)
    card.site = None if after is State.HANDED_OVER else card.wanted_site or places[0]
    card.handed_over_on = clock.local(moment).date() if after is State.HANDED_OVER else None
    return CardMovement(
        card=card,
        action=action,
        from_state=before,
        to_state=after,
        site=card.site,
        moved_at=moment,
        actor_kind="staff",
        actor_id="history",
        actor_name="架空",
    )


def _visits(chance: random.Random, card: Card, places: Sequence[UUID], today: date) -> Iterator[VisitFact]:
    if card.wanted_site is None:
        return
    day = clock.local(card.updated_at).date()
    is_over, dice = day < today, chance.random()
    yield VisitFact(
        booking=uuid4(),
        place=card.wanted_site,
        starts_at=_moment(chance, day),
        channel=chance.choices(("web", "phone"), (70, 30))[0],
        people=1,
        is_cancelled=dice < 0.07,
        visit="" if dice < 0.07 or not is_over else ("absent" if dice < 0.12 else "arrived"),
        heard_at=card.updated_at,
    )
