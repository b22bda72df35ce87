"""Who asked for a visit in the last weeks: moments and sizes alone, brought forward to the coming weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi import clock
from plugins.card_reservation.models import Booking, LoadedBooking, Slot
from plugins.card_reservation.rules.replay import Ask

WEEKS: Final = 8
SHIFT: Final = timedelta(weeks=WEEKS)
"""Whole weeks, so that a Monday stays a Monday."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One service at one place."""

    place_id: UUID
    service_id: UUID


def span(*, now: datetime) -> tuple[date, date]:
    """Name the first and last of the days that a replay fills."""
    today = clock.local(now).date()
    return today + timedelta(days=1), today + SHIFT


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is booked."""

    id: UUID
    starts_at: datetime
    people: int


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a replay plays: who asks, who has a time already, and what a person set."""

    asks: tuple[Ask, ...]
    taken: Mapping[datetime, int]
    by_hand: Mapping[datetime, int]
    visits: tuple[Visit, ...]


def read(where: Place, *, now: datetime) -> Demand:
    """Read everything that a replay needs."""
    return Demand(
        asks=asks(where, now=now),
        taken=taken(where, now=now),
        by_hand=set_by_hand(where, now=now),
        visits=visits(where, now=now),
    )


def asks(where: Place, *, now: datetime) -> tuple[Ask, ...]:
    """List the bookings of the last eight weeks as if they were made in the coming eight.

    Bookings that were loaded from a file say nothing about when somebody asked.
    """
    loaded = LoadedBooking.objects.values("booking_id")
    found = Booking.objects.filter(
        slot__place_id=where.place_id,
        slot__service_id=where.service_id,
        created_at__gt=now - SHIFT,
        created_at__lte=now,
    ).exclude(pk__in=loaded)
    columns = ("created_at", "slot__starts_at", "party_size", "channel", "state", "changed_at")
    # Requests of the same moment are played in one order, or two runs of a draft would differ.
    rows = found.order_by("created_at", "slot__starts_at", "pk").values_list(*columns)
    return tuple(_ask(*row) for row in rows)


def taken(where: Place, *, now: datetime) -> Mapping[datetime, int]:
    """Count the people who have a time ahead already, by its start."""
    ahead = _ahead(where, now).filter(booked__gt=0)
    return dict(ahead.values_list("starts_at", "booked"))


def set_by_hand(where: Place, *, now: datetime) -> Mapping[datetime, int]:
    """List the times to which a person gave a capacity; nought where a person closed them."""
    by_hand = _ahead(where, now).filter(Q(closed_by_hand=True) | Q(capacity_by_hand=True))
    rows = by_hand.values_list("starts_at", "capacity", "closed_by_hand")
    return {starts_at: 0 if is_closed else capacity for starts_at, capacity, is_closed in rows}


def visits(where: Place, *, now: datetime) -> tuple[Visit, ...]:
    """List the visits ahead, the soonest first."""
    found = Booking.objects.filter(
        state=Booking.State.ACTIVE,
        slot__place_id=where.place_id,
        slot__service_id=where.service_id,
        slot__starts_at__gt=now,
    ).order_by("slot__starts_at", "number")
    return tuple(Visit(*row) for row in found.values_list("pk", "slot__starts_at", "party_size"))


def _ahead(where: Place, now: datetime) -> QuerySet[Slot]:
    return Slot.objects.filter(place_id=where.place_id, service_id=where.service_id, starts_at__gt=now)


def _ask(
    created_at: datetime, starts_at: datetime, people: int, channel: str, state: str, changed_at: datetime
) -> Ask:
    is_cancelled = state == Booking.State.CANCELLED
    return Ask(
        day=clock.local(created_at + SHIFT).date(),
        asked_at=created_at + SHIFT,
        wished_at=clock.local(starts_at + SHIFT),
        people=people,
        audience="resident" if channel == "web" else "staff",
        gives_back_at=changed_at + SHIFT if is_cancelled else None,
    )
