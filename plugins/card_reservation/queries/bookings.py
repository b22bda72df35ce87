"""Bookings as their owners and as staff see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import PickupDescription, normalise_reference
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.places import queries as places
from madoguchi.web.dates import japanese_time
from plugins.card_reservation.models import Booking, BookingPerson, WithoutNotice
from plugins.card_reservation.queries.personal_data import eyes_here
from plugins.card_reservation.queries.values import BoardPerson, BoardRow, BookingKey, BookingView, Status
from plugins.card_reservation.queries.windows import taking_bookings
from plugins.card_reservation.rules.window import changeable_until


class BookingNotFound(NotFound):
    """No booking of this city has this key."""

    code = "booking_not_found"
    message = _("予約が見つかりません。")


def booking(*, booking_id: UUID, now: datetime, eyes: Eyes) -> BookingView:
    """Show one booking to its owner, or to staff of its place.

    Raises BookingNotFound.
    """
    found = _with_people(Booking.objects.filter(pk=booking_id)).first()
    if found is None or not eyes.has_place(found.slot.place_id):
        raise BookingNotFound(booking_id=booking_id)
    pickups = tuple(person.pickup for person in found.people.all())
    described = describe(pickups, eyes=eyes)
    slot = found.slot
    status, until = status_of(found, now=now), last_change_at(found, now=now)
    return BookingView(
        booking_id=found.id,
        number=found.number,
        slot_id=slot.id,
        place_id=slot.place_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        party_size=found.party_size,
        pickups=pickups,
        references=tuple(described[pickup].reference for pickup in pickups if pickup in described),
        status=status,
        channel=found.channel,
        contact_id=found.contact_id,
        is_changeable=status == "active" and now < until,
        change_until=until,
        visit=found.visit,
        over_reason=over.reason if (over := getattr(found, "over_capacity", None)) else "",
        service_id=slot.service_id,
        is_served=found.served_at is not None,
    )


def day_board(*, place_id: UUID | None, day: date, now: datetime, eyes: Eyes) -> list[BoardRow]:
    """List a day's bookings with names, of one place or all a reader's: the caller records the reading.

    Cancelled bookings stay on the list, so that staff see them go.
    """
    return _board_rows(_of_day(place_id, day, eyes), now=now, eyes=eyes)


def day_keys(*, place_id: UUID | None, day: date, eyes: Eyes) -> list[BookingKey]:
    """List a day's bookings in the order of their board, without reading anybody's name."""
    found = _of_day(place_id, day, eyes).order_by("slot__starts_at", "number")
    return [BookingKey(*row) for row in found.values_list("pk", "number", "slot__starts_at")]


def rows_of(*, booking_ids: Iterable[UUID], now: datetime, eyes: Eyes) -> list[BoardRow]:
    """List some bookings with names, the next ones first: the caller records the reading."""
    return _board_rows(_at_places(Booking.objects.filter(pk__in=list(booking_ids)), eyes), now=now, eyes=eyes)


def numbers(*, booking_ids: Sequence[UUID], eyes: Eyes) -> dict[UUID, str]:
    """Name the bookings of a reader's places by number and time, without anybody's name."""
    found = _at_places(Booking.objects.filter(pk__in=booking_ids), eyes)
    rows = found.values_list("pk", "number", "slot__starts_at")
    return {key: f"{number}（{japanese_time(starts_at)}）" for key, number, starts_at in rows}


def with_number(*, number: str, eyes: Eyes) -> UUID | None:
    """Find a booking by its number, typed with or without its hyphen, whatever its day."""
    plain = number.replace("-", "")
    written = f"{plain[:4]}-{plain[4:]}"
    found = _at_places(Booking.objects.filter(number=written), eyes)
    return found.values_list("pk", flat=True).first()


def called(*, number: str) -> tuple[UUID, ...]:
    """Name the booking of this number and the pick-ups for which it was made."""
    booking = with_number(number=normalise_reference(number), eyes=EVERYTHING)
    if booking is None:
        return ()
    pickups = BookingPerson.objects.filter(booking_id=booking).values_list("pickup", flat=True)
    return (booking, *pickups)


def standing_booking_of(*, pickup: UUID) -> UUID | None:
    """Find the booking that keeps a person from having another."""
    found = BookingPerson.objects.filter(pickup=pickup, active=True)
    return found.values_list("booking_id", flat=True).first()


def still_expected(*, day: date, now: datetime, eyes: Eyes) -> tuple[int, int]:
    """Count the bookings of a day that nobody has marked: all of them, and those whose time is over."""
    open_ones = Booking.objects.filter(slot__day=day, state=Booking.State.ACTIVE, visit="")
    open_ones = _at_places(open_ones, eyes)
    return open_ones.count(), open_ones.filter(slot__ends_at__lte=now).count()


def describe(pickups: tuple[UUID, ...], *, eyes: Eyes) -> Mapping[UUID, PickupDescription]:
    """Ask who comes, for a reader; empty in a city where nobody may tell."""
    if not pickups:
        return {}
    try:
        answer: Mapping[UUID, PickupDescription] = plugins.ask("describe_pickups", pickups=pickups)
    except NobodyAnswers:
        return {}
    sight = eyes_here(eyes)
    return {pickup: each.seen_by(sight) for pickup, each in answer.items()}


def status_of(found: Booking, *, now: datetime) -> Status:
    """Tell whether a booking still stands, was cancelled or lies behind us."""
    if found.state == Booking.State.CANCELLED:
        return "cancelled"
    return "done" if found.slot.ends_at <= now else "active"


def last_change_at(found: Booking, *, now: datetime) -> datetime:
    """Find the moment until which its owner may change a booking without calling."""
    service_id = found.slot.service_id
    rules = taking_bookings(audience="resident", now=now, service_id=service_id).get(found.slot.place_id)
    cutoff_minutes = 0 if rules is None else rules.cutoff_minutes
    return changeable_until(starts_at=found.slot.starts_at, cutoff_minutes=cutoff_minutes)


def _of_day(place_id: UUID | None, day: date, eyes: Eyes) -> QuerySet[Booking]:
    found = _at_places(Booking.objects.filter(slot__day=day), eyes)
    return found if place_id is None else found.filter(slot__place_id=place_id)


def _at_places(found: QuerySet[Booking], eyes: Eyes) -> QuerySet[Booking]:
    return found if eyes.places is None else found.filter(slot__place_id__in=eyes.places)


def _with_people(found: QuerySet[Booking]) -> QuerySet[Booking]:
    people = Prefetch("people", queryset=BookingPerson.objects.order_by("position"))
    marked = found.annotate(
        has_no_notice=Exists(
            WithoutNotice.objects.filter(booking=OuterRef("pk"), booking__state=Booking.State.ACTIVE)
        ),
    )
    return marked.select_related("slot", "over_capacity").prefetch_related(people)


def _board_rows(found: QuerySet[Booking], *, now: datetime, eyes: Eyes) -> list[BoardRow]:
    rows = list(_with_people(found).order_by("slot__starts_at", "number"))
    described = describe(tuple(person.pickup for row in rows for person in row.people.all()), eyes=eyes)
    names = {place.id: place.name for place in places.all_places()}
    return [_board_row(row, names, described, now) for row in rows]


def _board_row(
    row: Booking, names: Mapping[UUID, str], described: Mapping[UUID, PickupDescription], now: datetime
) -> BoardRow:
    return BoardRow(
        booking_id=row.id,
        number=row.number,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        place_id=row.slot.place_id,
        place=names.get(row.slot.place_id, ""),
        people=tuple(_people(row.people.all(), described)),
        party_size=row.party_size,
        channel=row.channel,
        status=status_of(row, now=now),
        visit=row.visit,
        is_over=getattr(row, "over_capacity", None) is not None,
        has_no_notice=row.has_no_notice,  # type: ignore[attr-defined]
        is_served=row.served_at is not None,
        service_id=row.slot.service_id,
    )


def _people(
    people: Iterable[BookingPerson], described: Mapping[UUID, PickupDescription]
) -> Iterable[BoardPerson]:
    for person in people:
        known = described.get(person.pickup)
        yield BoardPerson(
            pickup=person.pickup,
            name="" if known is None else known.name,
            kana="" if known is None else known.kana,
            reference="" if known is None else known.reference,
            storage="" if known is None else known.storage,
            card_state="" if known is None else known.state,
        )
