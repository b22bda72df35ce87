"""Which places there are and when they are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places.models import CalendarDay, Place, WeeklyHours
from madoguchi.places.opening import Period, periods_of_day


class PlaceNotFound(NotFound):
    """No place of this city has this key, or it is not for residents."""

    code = "place_not_found"


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place as pages show it."""

    id: UUID
    code: str
    name: str
    name_en: str
    name_easy: str
    address: str
    phone: str
    is_public: bool
    name_kana: str = ""
    postal_code: str = ""
    address_en: str = ""
    access: str = ""
    access_en: str = ""
    access_easy: str = ""

    def label(self, language: str) -> str:
        """Name the place in a language, in Japanese where the city gave no other name."""
        translated = {"ja": self.name, "ja-easy": self.name_easy, "en": self.name_en}
        return translated.get(language, self.name_en) or self.name

    def address_in(self, language: str) -> str:
        """Write the address for a language, in Japanese where the city gave no other."""
        return (self.address if language.startswith("ja") else self.address_en) or self.address

    def access_in(self, language: str) -> str:
        """Tell the way in a language, in Japanese where the city gave no other words."""
        translated = {"ja": self.access, "ja-easy": self.access_easy, "en": self.access_en}
        return translated.get(language, self.access_en) or self.access


def _view(found: Place) -> PlaceView:
    return PlaceView(
        id=found.id,
        code=found.code,
        name=found.name,
        name_en=found.name_en,
        name_easy=found.name_easy,
        address=found.address,
        phone=found.phone,
        is_public=found.is_public,
        name_kana=found.name_kana,
        postal_code=found.postal_code,
        address_en=found.address_en,
        access=found.access,
        access_en=found.access_en,
        access_easy=found.access_easy,
    )


def all_places() -> tuple[PlaceView, ...]:
    """List every place of the city, in its own order."""
    return tuple(_view(found) for found in Place.objects.all())


def places_seen_by(*, eyes: Eyes) -> tuple[PlaceView, ...]:
    """List the places of somebody's work, in the city's order."""
    return tuple(place for place in all_places() if eyes.has_place(place.id))


def public_places() -> tuple[PlaceView, ...]:
    """List the places that residents may choose, in the city's order."""
    return tuple(_view(found) for found in Place.objects.filter(is_public=True))


def place(place_id: UUID) -> PlaceView:
    """Find a place by its key.

    Raises PlaceNotFound.
    """
    found = Place.objects.filter(pk=place_id).first()
    if found is None:
        raise PlaceNotFound(place_id=place_id)
    return _view(found)


def opening_hours(*, place_id: UUID, first: date, last: date) -> Mapping[date, tuple[Period, ...]]:
    """List the open periods of a place for every open day from first to last, closed days left out."""
    week: dict[int, list[Period]] = {}
    for hours in WeeklyHours.objects.filter(place_id=place_id).order_by("opens"):
        week.setdefault(hours.weekday, []).append(Period(hours.opens, hours.closes))
    marked = CalendarDay.objects.filter(Q(place_id=place_id) | Q(place=None), day__range=(first, last))
    calendar: dict[date, CalendarDay] = {}
    for special in sorted(marked, key=lambda found: found.place_id is not None):
        calendar[special.day] = special
    opened = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        periods = periods_of_day(tuple(week.get(day.weekday(), ())), special=_special(calendar.get(day)))
        if periods:
            opened[day] = periods
    return opened


def marked_days(*, first: date, last: date) -> Mapping[UUID, Mapping[date, tuple[Period, ...]]]:
    """Tell for every place its closed days (no period) and extra openings; its own word beats the city's."""
    marked = list(CalendarDay.objects.filter(day__range=(first, last)))
    found: dict[UUID, dict[date, tuple[Period, ...]]] = {}
    for place_id in Place.objects.values_list("pk", flat=True):
        special = sorted(
            (day for day in marked if day.place_id in (None, place_id)),
            key=lambda day: day.place_id is not None,
        )
        found[place_id] = {day.day: _special(day) or () for day in special}
    return found


def hours_of_day(day: date) -> Mapping[UUID, tuple[Period, ...]]:
    """Tell the open periods of every place on one day, closed places left out."""
    week: dict[UUID, list[Period]] = {}
    for hours in WeeklyHours.objects.filter(weekday=day.weekday()).order_by("opens"):
        week.setdefault(hours.place_id, []).append(Period(hours.opens, hours.closes))
    marked = list(CalendarDay.objects.filter(day=day))
    everywhere = next((special for special in marked if special.place_id is None), None)
    here = {special.place_id: special for special in marked if special.place_id is not None}
    found = {
        place_id: periods_of_day(
            tuple(week.get(place_id, ())), special=_special(here.get(place_id, everywhere))
        )
        for place_id in Place.objects.values_list("pk", flat=True)
    }
    return {place_id: periods for place_id, periods in found.items() if periods}


def opening_days(*, place_id: UUID, first: date, last: date) -> tuple[date, ...]:
    """List the days from first to last on which a place is open."""
    return tuple(opening_hours(place_id=place_id, first=first, last=last))


def _special(day: CalendarDay | None) -> tuple[Period, ...] | None:
    if day is None:
        return None
    if day.kind == CalendarDay.Kind.CLOSED or day.opens is None or day.closes is None:
        return ()
    return (Period(day.opens, day.closes),)
