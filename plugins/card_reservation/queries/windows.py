"""How each place takes bookings today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from madoguchi import clock
from madoguchi.places import queries as places
from plugins.card_reservation.models import PlaceRules, Slot
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.values import Audience, Window
from plugins.card_reservation.rules.window import earliest_day, latest_day

KEPT_TIMES = 5
CALENDAR_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class TakingBookings:
    """The rules of one place as an audience meets them."""

    window: Window
    few_threshold: int
    max_party: int
    cutoff_minutes: int


def taking_bookings(*, audience: Audience, now: datetime) -> Mapping[UUID, TakingBookings]:
    """List the places that take bookings, each with its rules and today's window; a few seconds old."""
    today = clock.local(now).date()
    return remember(("windows", audience, today), lambda: _compute(audience, today), times=KEPT_TIMES)


def window(*, place_id: UUID, audience: Audience, now: datetime) -> Window:
    """Tell from which to which day an audience may book at a place; empty where it takes no bookings."""
    found = taking_bookings(audience=audience, now=now).get(place_id)
    return Window(place_id=place_id, earliest=None, latest=None) if found is None else found.window


def largest_party(*, now: datetime) -> int:
    """Tell how many may come together at most, at the most generous place."""
    rules = taking_bookings(audience="resident", now=now).values()
    return max((place.max_party for place in rules), default=1)


def _compute(audience: Audience, today: date) -> Mapping[UUID, TakingBookings]:
    return {
        rules.place_id: TakingBookings(
            window=_window(rules, audience, today),
            few_threshold=rules.few_threshold,
            max_party=rules.max_party,
            cutoff_minutes=rules.cutoff_minutes,
        )
        for rules in PlaceRules.objects.all()
    }


def _window(rules: PlaceRules, audience: Audience, today: date) -> Window:
    if audience == "resident":
        days_before = rules.earliest_open_days_residents
    else:
        days_before = rules.earliest_open_days_staff
    open_days: tuple[date, ...] = ()
    if days_before:
        open_days = places.opening_days(place_id=rules.place_id, first=today, last=today + CALENDAR_AHEAD)
    return Window(
        place_id=rules.place_id,
        earliest=earliest_day(today=today, open_days=open_days, days_before=days_before),
        latest=latest_day(today=today, days_ahead=rules.latest_days, fixed=rules.latest_on),
    )


def every_public_place_has_slots(*, now: datetime) -> bool:
    """Tell whether residents find a slot at every place they may choose."""
    public = {place.id for place in places.public_places()}
    ahead = Slot.objects.filter(place_id__in=public, starts_at__gt=now, is_open=True)
    return bool(public) and public == set(ahead.values_list("place_id", flat=True).distinct())
