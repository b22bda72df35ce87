"""Join residents of the register with the cards that wait for them, and tell the flags what follows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.preferences import queries as preferences
from madoguchi.tenancy import current_city
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import RESIDENT_SEALED, CardResident, Resident
from plugins.card_management.rules.life_cycle import GONE
from plugins.card_management.rules.register_matching import Held, grounds, match
from plugins.card_management.rules.register_reasons import Standing
from plugins.card_management.services import register_flags

BATCH: Final = 1_000
CHOSEN: Final = "chosen"
MATCHED: Final = "matched"


@dataclass(slots=True)
class Followed:
    """How many cards were joined with a resident, left open, and flagged otherwise than before."""

    joined: int = 0
    ambiguous: int = 0
    flagged: int = 0

    def add(self, other: "Followed") -> None:
        """Count another part in."""
        self.joined += other.joined
        self.ambiguous += other.ambiguous
        self.flagged += other.flagged


@dataclass(frozen=True, slots=True)
class _Opened:
    """Residents and cards that meet, opened."""

    residents: dict[UUID, tuple[Resident, dict[str, Any]]]
    cards: dict[UUID, tuple[Card, dict[str, Any]]]
    by_holder: dict[bytes, list[UUID]] = field(default_factory=dict)


def follow_import(*, import_id: UUID, now: datetime) -> Followed:
    """Look at the cards of everybody whom a file of the register told of."""
    told = Resident.objects.filter(last_import=import_id)
    alike = told.filter(holder_index=OuterRef("holder_index"))
    waiting = Card.objects.exclude(state__in=GONE)
    joined = waiting.filter(holder_link__resident__in=told).values_list("id", flat=True)
    unjoined = waiting.filter(Exists(alike), holder_link=None, holder_index__isnull=False)
    # Asked for apart, each once: the server joins a whole city in a second, a file of one day by its indexes.
    cards = {*joined.iterator(), *unjoined.values_list("id", flat=True).iterator()}
    return follow_cards(cards=sorted(cards), now=now)


def follow_new_cards(*, now: datetime) -> Followed:
    """Look for the holders of waiting cards that are joined with nobody yet."""
    known = Resident.objects.filter(holder_index=OuterRef("holder_index"))
    waiting = Card.objects.exclude(state__in=GONE).filter(holder_link=None, holder_index__isnull=False)
    open_ones = waiting.filter(Exists(known)).order_by("id").values_list("id", flat=True)
    return _follow(open_ones.iterator(chunk_size=BATCH), now)


def follow_stays(*, now: datetime) -> Followed:
    """Look again at the cards of those whose stay has ended since, or ends soon."""
    limit = clock.local(now).date() + _soon()
    ending = CardResident.objects.filter(resident__stay_until__lte=limit).exclude(card__state__in=GONE)
    return _follow(ending.order_by("card").values_list("card", flat=True).iterator(), now)


def follow_cards(*, cards: Sequence[UUID], now: datetime) -> Followed:
    """Look at some cards, as after somebody joined one by hand."""
    return _follow(iter(cards), now)


def choose(*, card_id: UUID, resident_id: UUID, actor: Actor, now: datetime) -> None:
    """Join a card with a resident as a person decided."""
    audit.record(
        actor=actor,
        action="card_management.holder_chosen",
        object_type=register_flags.OBJECT,
        object_ids=[str(card_id)],
        details={},
        now=now,
    )
    CardResident.objects.update_or_create(
        card_id=card_id, defaults={"resident_id": resident_id, "how": CHOSEN, "linked_at": now}
    )
    follow_cards(cards=[card_id], now=now)


def _soon() -> timedelta:
    return timedelta(days=preferences.current(CardSettings).stay_warning_days)


def _follow(keys: Iterator[UUID], now: datetime) -> Followed:
    total = Followed()
    for part in _parts(keys):
        total.add(_look_at(part, now))
    return total


def _parts(keys: Iterator[UUID]) -> Iterator[list[UUID]]:
    part: list[UUID] = []
    for key in keys:
        part.append(key)
        if len(part) >= BATCH:
            yield part
            part = []
    if part:
        yield part


def _look_at(cards: Sequence[UUID], now: datetime) -> Followed:
    found = _open(cards)
    city = current_city().name
    joined = dict(CardResident.objects.filter(card__in=cards).values_list("card", "resident"))
    fresh, ambiguous = [], 0
    for card, (row, fields) in found.cards.items():
        if card in joined:
            continue
        among = found.by_holder.get(bytes(row.holder_index or b""), [])
        fitting = match(card=fields, residents=[found.residents[key][1] for key in among], city=city)
        ambiguous += fitting.is_ambiguous
        if fitting.index is not None:
            joined[card] = among[fitting.index]
            fresh.append(CardResident(card_id=card, resident_id=joined[card], how=MATCHED, linked_at=now))
    CardResident.objects.bulk_create(fresh, ignore_conflicts=True)
    told = _told(found, joined, clock.local(now).date())
    flagged = register_flags.keep(told=told, actor=SYSTEM, now=now)
    return Followed(joined=len(fresh), ambiguous=ambiguous, flagged=flagged)


def _open(cards: Sequence[UUID]) -> _Opened:
    card_opener, opener = vault.sealer(place=SEALED), vault.sealer(place=RESIDENT_SEALED)
    rows = list(Card.objects.filter(id__in=cards).only("id", "holder_index", "sealed"))
    indexes = {bytes(row.holder_index) for row in rows if row.holder_index is not None}
    joined = Resident.objects.filter(cards__card__in=cards)
    alike = Resident.objects.filter(holder_index__in=indexes)
    residents = {row.id: row for row in (*joined, *alike)}
    by_holder: dict[bytes, list[UUID]] = {}
    for key, row in sorted(residents.items()):
        if row.holder_index is not None:
            by_holder.setdefault(bytes(row.holder_index), []).append(key)
    return _Opened(
        residents={key: (row, opener.open(row.sealed, key)) for key, row in residents.items()},
        cards={row.id: (row, card_opener.open(row.sealed, row.id)) for row in rows},
        by_holder=by_holder,
    )


def _told(found: _Opened, joined: "dict[UUID, UUID]", today: date) -> "list[register_flags.Told]":
    soon, city = _soon(), current_city().name
    told = []
    for card, (_row, fields) in found.cards.items():
        holder = found.residents.get(joined.get(card) or UUID(int=0))
        if holder is None:
            continue
        resident, names = holder
        held = Held(
            standing=Standing(resident.standing),
            reason=resident.reason,
            changed_on=resident.changed_on,
            stay_until=resident.stay_until,
        )
        against = grounds(card=fields, resident=names, held=held, today=today, soon=soon, city=city)
        told.append(
            register_flags.Told(card=card, grounds=against, fingerprint=_digest(resident, fields, against))
        )
    return told


def _digest(resident: Resident, card: "dict[str, Any]", against: Iterable[Any]) -> bytes:
    """Digest what a flag rests on: the register's words, the card's, and which flags they raise."""
    parts = (bytes(resident.fingerprint), resident.standing.encode(), resident.reason.encode())
    words = "\x1f".join(
        (str(card.get("name", "")), str(card.get("address", "")), *sorted(flag.value for flag in against))
    )
    return blake2b(b"\x1f".join((*parts, words.encode())), digest_size=16).digest()
