"""Book a visit: the busiest verb of the product, in one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import connection

from madoguchi.database.prepared import Prepared, run_prepared
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit import sql as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.outbox import sql as outbox_sql
from madoguchi.places import queries as places
from plugins.card_reservation.models import PICKUP_ID, Booking
from plugins.card_reservation.queries.calendar import nearest_free
from plugins.card_reservation.queries.household import windows_for
from plugins.card_reservation.queries.services import code_of
from plugins.card_reservation.queries.terms import cautions
from plugins.card_reservation.queries.values import Asking, Audience
from plugins.card_reservation.queries.windows import TakingBookings, taking_bookings
from plugins.card_reservation.rules.cautions import are_all_ticked
from plugins.card_reservation.rules.requests import fingerprint
from plugins.card_reservation.services import statement, telling
from plugins.card_reservation.services.numbering import next_number
from plugins.card_reservation.services.refusals import (
    BY_OUTCOME,
    AlreadyBooked,
    CautionsMissing,
    KeyReused,
    PartyTooLarge,
    SlotClosed,
    SlotFull,
    SlotPast,
    SlotRefused,
    WindowClosed,
    ensure_bookings_are_taken,
)
from plugins.card_reservation.services.verification import VerifiedPickup

__all__ = [
    "AlreadyBooked",
    "BookingRequest",
    "CautionsMissing",
    "KeyReused",
    "PartyTooLarge",
    "Receipt",
    "SlotClosed",
    "SlotFull",
    "SlotPast",
    "SlotRefused",
    "WindowClosed",
    "audience_of",
    "book",
]

ATTEMPTS = 3
BOOK = Prepared(statement.BOOK)
BOOK_BEYOND = Prepared(statement.BOOK_BEYOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What somebody asks for; the key makes a second sending of the same form harmless."""

    slot_id: UUID
    party: tuple[VerifiedPickup, ...]
    contact_id: UUID | None
    key: UUID
    channel: Literal["web", "phone"]
    cautions: tuple[str, ...] = ()
    cautions_version: str = ""
    service_id: UUID = PICKUP_ID
    beyond: str = ""
    """Why somebody comes although the slot is full; whoever asks for this has the permission."""

    @property
    def pickups(self) -> list[UUID]:
        """List the party in the order in which it is locked."""
        return sorted(person.pickup for person in self.party)

    @property
    def positions(self) -> list[int]:
        """List which place in the party each of the pickups was entered at."""
        entered = [person.pickup for person in self.party]
        return [entered.index(pickup) for pickup in self.pickups]

    @property
    def fingerprint(self) -> bytes:
        """Compute what a repetition must share with the first sending."""
        return fingerprint(
            slot_id=self.slot_id, pickups=self.pickups, contact_id=self.contact_id, channel=self.channel
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was booked, moved or cancelled."""

    booking_id: UUID
    number: str
    starts_at: datetime
    place_id: UUID
    party_size: int
    manage_token: str | None = None
    is_repeat: bool = field(default=False, compare=False)
    """The same request was answered before, and nothing was done now."""


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: str
    booked: int
    people: int
    taken: int
    place_id: UUID
    starts_at: datetime


def audience_of(actor: Actor) -> Audience:
    """Tell by whose rules somebody books."""
    return "resident" if actor.kind == "resident" else "staff"


def book(*, request: BookingRequest, actor: Actor, now: datetime) -> Receipt:
    """Book a visit for the whole party, or nothing.

    Raises SlotFull, SlotClosed, SlotPast or WindowClosed with the nearest free slots, AlreadyBooked,
    KeyReused, CautionsMissing or PartyTooLarge; NoNewBookings while the city closes.
    """
    ensure_bookings_are_taken()
    rules = taking_bookings(audience=audience_of(actor), now=now, service_id=request.service_id)
    _check(request, rules)
    for _attempt in range(ATTEMPTS):
        booking_id, number = uuid4(), next_number()
        answer = _run(request, actor, now, rules, booking_id, number)
        if answer.taken:
            outbox.nudge_on_commit()
            return Receipt(
                booking_id=booking_id,
                number=number,
                starts_at=answer.starts_at,
                place_id=answer.place_id,
                party_size=len(request.party),
            )
        if answer.booked:
            _take_back(booking_id)
            raise _lost_the_race(request, answer, actor, now)
        if answer.outcome not in ("seen", "booked"):
            raise _refusal(answer.outcome, request, answer, actor, now)
        first = _first_answer(request)
        if first is not None:
            return first
    raise RuntimeError("no free booking number was found")


def _check(request: BookingRequest, rules: Mapping[UUID, TakingBookings]) -> None:
    largest = max((place.max_party for place in rules.values()), default=1)
    if not 1 <= len(set(request.pickups)) == len(request.party) <= largest:
        raise PartyTooLarge(largest=largest)
    if request.channel != "web":
        return
    in_force = cautions(request.service_id)
    is_current = request.cautions_version in ("", in_force.version)
    if not is_current or not are_all_ticked(required=in_force.codes, ticked=request.cautions):
        raise CautionsMissing


def _booked(request: BookingRequest, booking_id: UUID, number: str, now: datetime) -> PickupBooked:
    return PickupBooked(
        booking_id=booking_id,
        number=number,
        place_id=request.slot_id,  # place and start are put in by the statement
        slot_starts_at=now,
        pickups=tuple(request.pickups),
        channel=request.channel,
        contact_id=request.contact_id,
        is_told=telling.is_told(),
        service=code_of(request.service_id),
    )


def _run(
    request: BookingRequest,
    actor: Actor,
    now: datetime,
    rules: Mapping[UUID, TakingBookings],
    booking_id: UUID,
    number: str,
) -> _Answer:
    values = _values(request, actor, now, rules) | {"booking_id": booking_id, "number": number}
    values |= audit.parameters(
        actor=actor,
        action="card_reservation.book",
        object_type="booking",
        object_ids=[str(booking_id), *map(str, request.pickups)],
        now=now,
        details={
            "number": number,
            "channel": request.channel,
            "party_size": len(request.party),
            **({"beyond_capacity": request.beyond} if request.beyond else {}),
        },
    )
    event = _booked(request, booking_id, number, now)
    values |= outbox_sql.parameters(event=event, actor=actor, now=now)
    if request.beyond:
        row = run_prepared(BOOK_BEYOND, values | {"beyond": request.beyond})
    else:
        row = run_prepared(BOOK, values)
    if row is None:
        raise SlotClosed(slot_id=request.slot_id)
    return _Answer(*row)


def _values(
    request: BookingRequest, actor: Actor, now: datetime, rules: Mapping[UUID, TakingBookings]
) -> dict[str, Any]:
    is_staff = audience_of(actor) == "staff"
    windows = {key: place.window for key, place in rules.items()}
    if not is_staff:
        windows = {**windows, **windows_for(rules, request.pickups)}
    fitting = {
        place_id: place
        for place_id, place in rules.items()
        if len(request.party) <= place.max_party and windows[place_id].earliest is not None
    }
    return {
        "places": _array(fitting),
        "earliest": _array(windows[key].earliest for key in fitting),
        "latest": _array(windows[key].latest for key in fitting),
        "leads": _array(place.lead_minutes for place in fitting.values()),
        "service": request.service_id,
        "is_staff": is_staff,
        "slot_id": request.slot_id,
        "pickups": _array(request.pickups),
        "positions": _array(request.positions),
        "party_size": len(request.party),
        "contact_id": request.contact_id,
        "channel": request.channel,
        "key": request.key,
        "request_hash": request.fingerprint,
        "cautions_version": cautions(request.service_id).version if request.channel == "web" else "",
        "now": now,
    }


def _array(items: Iterable[object]) -> str:
    # psycopg takes 0.05 ms to find out the type of a list; the statement casts each of these anyway.
    return "{" + ",".join(map(str, items)) + "}"


def _take_back(booking_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.TAKE_BACK, {"booking_id": booking_id})


def _lost_the_race(request: BookingRequest, answer: _Answer, actor: Actor, now: datetime) -> Exception:
    if answer.people < len(request.party):
        return AlreadyBooked()
    if request.beyond:
        return SlotClosed(slot_id=request.slot_id)
    return _refusal("full", request, answer, actor, now)


def _refusal(
    outcome: str, request: BookingRequest, answer: _Answer, actor: Actor, now: datetime
) -> Exception:
    if outcome == "already":
        return AlreadyBooked()
    audience = audience_of(actor)
    taking = taking_bookings(audience=audience, now=now, service_id=request.service_id)
    here = taking.get(answer.place_id)
    is_seen = audience == "staff" or places.place(answer.place_id).is_public
    if here is not None and is_seen and len(request.party) > here.max_party:
        return PartyTooLarge(largest=here.max_party)
    if here is None or outcome == "closed":
        return SlotClosed(slot_id=request.slot_id)
    nearest = nearest_free(
        place_id=answer.place_id,
        after=answer.starts_at,
        party_size=len(request.party),
        now=now,
        audience=Asking(audience, request.service_id),
    )
    return BY_OUTCOME[outcome](nearest=tuple(nearest), slot_id=request.slot_id)


def _first_answer(request: BookingRequest) -> Receipt | None:
    first = Booking.objects.select_related("slot").filter(key=request.key).first()
    if first is None:
        return None
    if bytes(first.request_hash) != request.fingerprint:
        raise KeyReused
    return Receipt(
        booking_id=first.id,
        number=first.number,
        starts_at=first.slot.starts_at,
        place_id=first.slot.place_id,
        party_size=first.party_size,
        is_repeat=True,
    )
