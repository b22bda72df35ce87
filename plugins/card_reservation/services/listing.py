"""Bookings of any days as a list of staff: narrowed in the database, named for their reader by pieces."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, CharField, Prefetch, QuerySet, Value, When

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import PickupDescription
from madoguchi.notifications import queries as notifications
from madoguchi.places import queries as places
from madoguchi.web.tables.asking import Asked
from madoguchi.web.tables.parts import Table
from madoguchi.web.tables.rows import QueryRows
from plugins.card_reservation.models import Booking, BookingPerson
from plugins.card_reservation.queries.bookings import describe
from plugins.card_reservation.queries.missed import is_missed
from plugins.card_reservation.queries.services import all_services
from plugins.card_reservation.queries.values import BoardPerson
from plugins.card_reservation.services import callers

NUMBER: Final = re.compile(r"(\d{4})-?(\d{4})")
NUDGE: Final = "card_reservation.nudge"
PERIODS: Final = ("today", "tomorrow", "week", "ahead", "yesterday", "past_week", "past_month")


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """One booking as the list shows it."""

    booking_id: UUID
    number: str
    earlier_number: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    place: str
    service: str
    people: Sequence[BoardPerson]
    party_size: int
    channel: str
    standing: str
    has_mail: bool
    mail: str
    phone: str
    nudged_at: datetime | None


@dataclass(frozen=True)
class BookingRows:
    """The rows of a list of bookings, for one reader."""

    found: "QuerySet[Booking]"
    eyes: Eyes
    now: datetime

    def narrowed(self, *, table: Table, asked: Asked) -> "BookingRows":
        """Leave out what does not fit, and sort the rest."""
        words = NUMBER.sub(r"\1-\2", unicodedata.normalize("NFKC", asked.words))
        narrowed = QueryRows(self.found).narrowed(table=table, asked=replace(asked, words=words))
        return replace(self, found=narrowed.found)

    def total(self) -> int | None:
        """Count the rows."""
        return self.found.count()

    def piece(self, *, first: int, count: int) -> Sequence[ListedBooking]:
        """Give some rows, with the names that their reader may see."""
        people = Prefetch("people", queryset=BookingPerson.objects.order_by("position"))
        wanted = self.found.select_related("slot", "loaded").prefetch_related(people)
        rows = list(wanted[first : first + count])
        pickups = tuple(each.pickup for row in rows for each in row.people.all())
        around = _look_around([row.id for row in rows], describe(pickups, eyes=self.eyes), self.eyes)
        return [_listed(row, around) for row in rows]


@dataclass(frozen=True)
class _Around:
    """What stands beside the bookings of one piece."""

    described: Mapping[UUID, PickupDescription]
    places: Mapping[UUID, str]
    services: Mapping[UUID, str]
    callers: Mapping[UUID, callers.CallerView]
    mails: Mapping[UUID, str]
    nudges: Mapping[UUID, datetime]


def bookings(*, now: datetime, eyes: Eyes) -> BookingRows:
    """List the bookings of a reader's places: the caller records the reading."""
    found = Booking.objects.annotate(
        standing=Case(
            When(served_at__isnull=False, then=Value("served")),
            When(state=Booking.State.CANCELLED, then=Value("cancelled")),
            When(visit="arrived", then=Value("arrived")),
            When(is_missed(now=now), then=Value("missed")),
            When(slot__ends_at__lte=now, then=Value("late")),
            default=Value("expected"),
            output_field=CharField(),
        )
    )
    if eyes.places is not None:
        found = found.filter(slot__place_id__in=eyes.places)
    return BookingRows(found=found, eyes=eyes, now=now)


def no_shows(*, now: datetime, eyes: Eyes) -> BookingRows:
    """List who booked and did not come, at a reader's places: the caller records the reading."""
    everybody = bookings(now=now, eyes=eyes)
    return replace(everybody, found=everybody.found.filter(is_missed(now=now)))


def in_period(found: "QuerySet[Booking]", period: str, *, today: date) -> "QuerySet[Booking]":
    """Leave bookings of a span of days that moves with the calendar, so that a saved view stays useful."""
    day = timedelta(days=1)
    spans = {
        "today": (today, today),
        "tomorrow": (today + day, today + day),
        "week": (today, today + 6 * day),
        "ahead": (today, None),
        "yesterday": (today - day, today - day),
        "past_week": (today - 6 * day, today),
        "past_month": (today - 30 * day, today),
    }
    first, last = spans[period]
    found = found.filter(slot__day__gte=first)
    return found.filter(slot__day__lte=last) if last else found


def undelivered(found: "QuerySet[Booking]", value: str) -> "QuerySet[Booking]":
    """Leave bookings by how their mails fare."""
    if value == "none":
        return found.filter(contact_id=None)
    troubled = notifications.troubled_objects()
    return found.filter(pk__in=troubled) if value == "failed" else found.exclude(contact_id=None)


def _look_around(ids: Sequence[UUID], described: Mapping[UUID, PickupDescription], eyes: Eyes) -> _Around:
    called = callers.callers_of(booking_ids=ids, eyes=eyes)
    return _Around(
        described=described,
        places={place.id: place.name for place in places.all_places()},
        services={service.id: service.name for service in all_services()},
        callers=called,
        mails=notifications.newest_about(ids),
        nudges=notifications.sent_about(ids, kind=NUDGE),
    )


def _person(pickup: UUID, known: PickupDescription | None) -> BoardPerson:
    if known is None:
        return BoardPerson(pickup=pickup, name="", kana="", reference="")
    return BoardPerson(
        pickup=pickup, name=known.name, kana=known.kana, reference=known.reference, storage=known.storage
    )


def _listed(row: Booking, around: _Around) -> ListedBooking:
    loaded, caller = getattr(row, "loaded", None), around.callers.get(row.id)
    people = [_person(each.pickup, around.described.get(each.pickup)) for each in row.people.all()]
    return ListedBooking(
        booking_id=row.id,
        number=row.number,
        earlier_number="" if loaded is None else loaded.earlier_number,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        created_at=row.created_at,
        place=around.places.get(row.slot.place_id, ""),
        service=around.services.get(row.slot.service_id, ""),
        people=callers.named_after(people, caller),
        party_size=row.party_size,
        channel=row.channel,
        standing=row.standing,  # type: ignore[attr-defined]
        has_mail=row.contact_id is not None,
        mail=around.mails.get(row.id, ""),
        phone=caller.phone if caller else "",
        nudged_at=around.nudges.get(row.id),
    )
