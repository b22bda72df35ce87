"""Where and when a whole party can come at once, with every card there or brought in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from madoguchi import clock
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.places import queries as places
from madoguchi.places.queries import PlaceView
from plugins.card_reservation.models import PICKUP_ID, Slot
from plugins.card_reservation.queries.calendar import slot as slot_view
from plugins.card_reservation.queries.values import SlotView, Window
from plugins.card_reservation.queries.windows import TakingBookings, taking_bookings

SHOWN = 2


@dataclass(frozen=True, slots=True)
class Chance:
    """One place with the first times at which the party fits."""

    place: PlaceView
    slots: tuple[SlotView, ...]
    brought_from: date | None
    """From when every card is there, where some have to be brought first."""

    @property
    def first(self) -> datetime:
        """Sort by the first time; a place without any comes last."""
        return self.slots[0].starts_at if self.slots else datetime.max.replace(tzinfo=clock.JAPAN)


def chances(*, pickups: Sequence[UUID], now: datetime, service_id: UUID = PICKUP_ID) -> list[Chance]:
    """List the places that residents may choose, the soonest first."""
    rules = taking_bookings(audience="resident", now=now, service_id=service_id)
    lies_at = whereabouts(pickups)
    found = [
        _chance(place, rules[place.id], pickups, lies_at, now, service_id)
        for place in places.public_places()
        if place.id in rules
    ]
    return sorted(found, key=lambda each: (each.first, each.place.name))


def whereabouts(pickups: Sequence[UUID]) -> Mapping[UUID, UUID]:
    """Ask at which place each card lies; whoever is not in the answer may be anywhere."""
    if not pickups:
        return {}
    try:
        answer: Mapping[UUID, UUID] = plugins.ask("locate_pickups", pickups=tuple(pickups))
    except NobodyAnswers:
        return {}
    return answer


def window_for(
    *, place_id: UUID, pickups: Sequence[UUID], now: datetime, service_id: UUID = PICKUP_ID
) -> Window:
    """Tell when these people may come to a place at the earliest and the latest."""
    rules = taking_bookings(audience="resident", now=now, service_id=service_id).get(place_id)
    if rules is None:
        return Window(place_id=place_id, earliest=None, latest=None)
    return windows_for({place_id: rules}, pickups)[place_id]


def travels(*, place_id: UUID, pickups: Sequence[UUID], now: datetime, service_id: UUID = PICKUP_ID) -> bool:
    """Tell whether a card of these people has to be brought to a place, where that takes days."""
    rules = taking_bookings(audience="resident", now=now, service_id=service_id).get(place_id)
    return rules is not None and bool(rules.transport_days) and _must_travel(place_id, whereabouts(pickups))


def windows_for(rules: Mapping[UUID, TakingBookings], pickups: Sequence[UUID]) -> Mapping[UUID, Window]:
    """Tell when these people may come to each place; nobody asks where cards lie unless it matters."""
    lies_at = whereabouts(pickups) if any(place.transport_days for place in rules.values()) else {}
    return {
        place_id: place.with_transport if _must_travel(place_id, lies_at) else place.window
        for place_id, place in rules.items()
    }


def _must_travel(place_id: UUID, lies_at: Mapping[UUID, UUID]) -> bool:
    return any(place != place_id for place in lies_at.values())


def _chance(
    place: PlaceView,
    rules: TakingBookings,
    pickups: Sequence[UUID],
    lies_at: Mapping[UUID, UUID],
    now: datetime,
    service_id: UUID,
) -> Chance:
    travels = _must_travel(place.id, lies_at)
    window = rules.with_transport if travels else rules.window
    takes_party = len(pickups) <= rules.max_party
    slots = _first_slots(window, rules, len(pickups), now, service_id) if takes_party else ()
    return Chance(
        place=place,
        slots=slots,
        brought_from=window.earliest if travels and window != rules.window else None,
    )


def _first_slots(
    window: Window, rules: TakingBookings, party_size: int, now: datetime, service_id: UUID
) -> tuple[SlotView, ...]:
    if window.earliest is None or window.latest is None:
        return ()
    found = Slot.objects.filter(
        place_id=window.place_id,
        service_id=service_id,
        day__range=(window.earliest, window.latest),
        is_open=True,
        starts_at__gt=rules.not_before(now),
        booked__lte=F("capacity") - party_size,
    )
    keys = found.order_by("starts_at").values_list("pk", flat=True)[:SHOWN]
    views = (slot_view(slot_id=key, party_size=party_size, audience="resident", now=now) for key in keys)
    return tuple(view for view in views if view.is_bookable)
