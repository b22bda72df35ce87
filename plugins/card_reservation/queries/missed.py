"""Who booked and did not come: nobody checked them in until some time after the counter closed."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import Booking, Slot


def is_missed(*, now: datetime) -> Q:
    """Write the condition of a booking whose people did not come, as far as anybody can know now.

    Who was marked as absent is missed at once; everybody else once the counter has been closed for as long as
    the city waits.
    """
    local = clock.local(now)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    over = Q(slot__day__lt=yesterday)
    for day in (yesterday, today):
        over |= Q(slot__day=day, slot__place_id__in=_closed_places(day, now))
    return Q(state=Booking.State.ACTIVE) & (Q(visit="absent") | (Q(visit="") & over))


def missed(*, now: datetime) -> "QuerySet[Booking]":
    """List the bookings whose people did not come."""
    return Booking.objects.filter(is_missed(now=now))


def where_visits_are_marked(found: "QuerySet[Booking]") -> "QuerySet[Booking]":
    """Leave out days of places on which nobody marked any visit: there an empty mark says nothing."""
    marked = Booking.objects.filter(
        slot__day=OuterRef("slot__day"), slot__place_id=OuterRef("slot__place_id")
    ).exclude(visit="")
    return found.filter(Exists(marked))


def _closed_places(day: date, now: datetime) -> list[UUID]:
    """List the places that have been closed for long enough since their last visit of a day."""
    patience = timedelta(minutes=preferences.current(BookingSettings).missed_minutes)
    in_use = Slot.objects.filter(Q(is_open=True) | Q(booked__gt=0), day=day)
    last_visits = in_use.values("place_id").annotate(last=Max("ends_at"))
    hours = places.hours_of_day(day)
    found = []
    for place_id, last in last_visits.values_list("place_id", "last"):
        closes = [
            datetime.combine(day, period.closes, tzinfo=clock.JAPAN) for period in hours.get(place_id, ())
        ]
        if max([last, *closes]) + patience <= now:
            found.append(place_id)
    return found
