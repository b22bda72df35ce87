"""How each place takes bookings today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from madoguchi import clock
from madoguchi.places import queries as places
from plugins.card_reservation.models import PICKUP_ID, PlaceRules, Slot
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.schedules import schedules_for
from plugins.card_reservation.queries.values import Audience, Window
from plugins.card_reservation.rules.schedule import open_days
from plugins.card_reservation.rules.window import day_of_request, first_allowed_day, latest_day

KEPT_TIMES = 5
CALENDAR_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class TakingBookings:
    """The rules of one place and service as an audience meets them."""

    window: Window
    few_threshold: int
    max_party: int
    cutoff_minutes: int
    lead_minutes: int
    transport_days: int
    with_transport: Window
    """The window of whoever comes for a card that must first be brought to this place."""

    def not_before(self, now: datetime) -> datetime:
        """Tell from which moment on a visit may begin, whatever the day."""
        return now + timedelta(minutes=self.lead_minutes)


def taking_bookings(
    *, audience: Audience, now: datetime, service_id: UUID = PICKUP_ID
) -> Mapping[UUID, TakingBookings]:
    """List the places that take bookings for a service, with rules and today's window; a few seconds old."""
    local = clock.local(now)
    key = ("windows", audience, service_id, local.date())
    return remember(key, lambda: _compute(audience, service_id, local), times=KEPT_TIMES)


def window(*, place_id: UUID, audience: Audience, now: datetime, service_id: UUID = PICKUP_ID) -> Window:
    """Tell from which to which day an audience may book at a place; empty where it takes no bookings."""
    found = taking_bookings(audience=audience, now=now, service_id=service_id).get(place_id)
    return Window(place_id=place_id, earliest=None, latest=None) if found is None else found.window


def largest_party(*, now: datetime, service_id: UUID = PICKUP_ID) -> int:
    """Tell how many may come together at most, at the most generous place."""
    rules = taking_bookings(audience="resident", now=now, service_id=service_id).values()
    return max((place.max_party for place in rules), default=1)


def places_offering(
    *, audience: Audience, now: datetime, service_id: UUID = PICKUP_ID
) -> tuple[places.PlaceView, ...]:
    """List the places where an audience may book a service, in the city's order."""
    rules = taking_bookings(audience=audience, now=now, service_id=service_id)
    known = places.public_places() if audience == "resident" else places.all_places()
    return tuple(place for place in known if place.id in rules)


def _compute(audience: Audience, service_id: UUID, now: datetime) -> Mapping[UUID, TakingBookings]:
    flag = "for_residents" if audience == "resident" else "for_staff"
    found = list(
        PlaceRules.objects.filter(
            service_id=service_id, is_offered=True, service__is_offered=True, **{f"service__{flag}": True}
        )
    )
    opened = _open_days(found, audience, now.date())
    return {rules.place_id: _taking(rules, audience, opened.get(rules.place_id, ()), now) for rules in found}


def _open_days(found: list[PlaceRules], audience: Audience, today: date) -> Mapping[UUID, tuple[date, ...]]:
    """Read the calendar only where somebody counts in open days."""
    counting = [rules for rules in found if _days_before(rules, audience) or rules.transport_days]
    last = today + CALENDAR_AHEAD
    schedules = schedules_for(counting, first=today, last=last) if counting else {}
    return {
        place_id: open_days(schedule=schedule, first=today, last=last)
        for (place_id, _service_id), schedule in schedules.items()
    }


def _days_before(rules: PlaceRules, audience: Audience) -> int:
    if audience == "resident":
        return rules.earliest_open_days_residents
    return rules.earliest_open_days_staff


def _taking(rules: PlaceRules, audience: Audience, opened: tuple[date, ...], now: datetime) -> TakingBookings:
    today = now.date()
    earliest = first_allowed_day(
        today=today,
        open_days=opened,
        days_before=_days_before(rules, audience),
        counts_open_days=rules.earliest_unit == "open",
    )
    latest = latest_day(
        today=day_of_request(now=now, opens_at=rules.latest_opens_at),
        days_ahead=rules.latest_days,
        fixed=rules.latest_on,
    )
    # Whoever asks on a closed day finds the card on its way from the next open day on: nothing leaves before.
    leaves = min((day for day in opened if day >= today), default=today)
    arrival = first_allowed_day(
        today=leaves, open_days=opened, days_before=rules.transport_days, counts_open_days=True
    )
    brought = None if earliest is None or arrival is None else max(earliest, arrival)
    return TakingBookings(
        window=Window(place_id=rules.place_id, earliest=earliest, latest=latest),
        few_threshold=rules.few_threshold,
        max_party=rules.max_party,
        cutoff_minutes=rules.cutoff_minutes,
        lead_minutes=(rules.lead_minutes_residents if audience == "resident" else rules.lead_minutes_staff),
        transport_days=rules.transport_days,
        with_transport=Window(place_id=rules.place_id, earliest=brought, latest=latest),
    )


def transport_days() -> dict[UUID, int]:
    """Tell how many open days a card travels to each place where its holder may fetch it."""
    rules = PlaceRules.objects.filter(service_id=PICKUP_ID)
    return dict(rules.values_list("place_id", "transport_days"))


def every_public_place_has_slots(*, now: datetime) -> bool:
    """Tell whether residents find a slot at every place they may choose."""
    public = {place.id for place in places.public_places()}
    ahead = Slot.objects.filter(place_id__in=public, starts_at__gt=now, is_open=True)
    return bool(public) and public == set(ahead.values_list("place_id", flat=True).distinct())
