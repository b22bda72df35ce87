"""The mails that follow a booking, a move or a cancellation."""

from datetime import datetime
from uuid import UUID

from madoguchi.announcements import queries as announcements
from madoguchi.announcements.values import Words
from madoguchi.hooks.contracts.bookings import (
    BookingEvent,
    PickupBooked,
    PickupCancelled,
    PickupMoved,
    PickupPartyChanged,
)
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import senders
from madoguchi.notifications import services as notifications
from madoguchi.notifications.messages import Attachment, Enclosed
from madoguchi.places import queries as places
from madoguchi.residents import queries as residents
from madoguchi.tenancy import current_city
from madoguchi.web import dates
from madoguchi.web.phones import phone_in
from madoguchi.words import days, ruby
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.services import code_of, title_of
from plugins.card_reservation.rules.calendar_file import Visit, calendar_file
from plugins.card_reservation.services import bringing
from plugins.card_reservation.services.links import new_manage_token, page


def confirm(*, event: PickupBooked, key: UUID, actor: Actor, now: datetime) -> None:
    """Mail the confirmation of a new booking to its contact."""
    _write(event=event, kind="card_reservation.booked", key=key, now=now)


def tell_moved(*, event: PickupMoved, key: UUID, actor: Actor, now: datetime) -> None:
    """Mail the new day and time of a moved booking to its contact."""
    _write(event=event, kind="card_reservation.moved", key=key, now=now)


def tell_cancelled(*, event: PickupCancelled, key: UUID, actor: Actor, now: datetime) -> None:
    """Mail the cancellation to the contact of a booking."""
    _write(event=event, kind="card_reservation.cancelled", key=key, now=now)


def tell_party(*, event: PickupPartyChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Mail who comes now to the contact of a booking."""
    _write(event=event, kind="card_reservation.party_changed", key=key, now=now)


def visit_of(*, booking_id: UUID, language: str, now: datetime) -> Visit:
    """Describe a booking as an entry of a calendar, under a name of its own that no change touches."""
    booking = Booking.objects.select_related("slot").get(pk=booking_id)
    place = places.place(booking.slot.place_id)
    title = ruby.without(title_of(booking.slot.service_id, language))
    return Visit(
        uid=f"{booking.id}@{current_city().code}",
        starts_at=booking.slot.starts_at,
        ends_at=booking.slot.ends_at,
        made_at=booking.created_at,
        changed_at=booking.changed_at,
        written_at=now,
        organizer=current_city().name,
        organizer_address=senders.current_address(),
        title=f"{title} {booking.number}",
        place=ruby.without(f"{place.label(language)} {place.address_in(language)}").strip(),
        description=phone_in(place.phone, language=language),
        is_cancelled=booking.state == Booking.State.CANCELLED,
    )


def _write(*, event: BookingEvent, kind: str, key: UUID, now: datetime) -> None:
    if event.contact_id is None or not event.is_told:
        return
    try:
        language = residents.language_of(event.contact_id)
    except residents.ContactNotFound:
        return
    booking = Booking.objects.select_related("slot").get(pk=event.booking_id)
    notifications.notify(
        kind=kind,
        contact=event.contact_id,
        values=_values(event, booking, language, now),
        key=f"{kind}:{key}",
        now=now,
        enclosed=Enclosed(attachments=_attachments(booking, language, now), about=booking.id),
    )


def _values(event: BookingEvent, booking: Booking, language: str, now: datetime) -> dict[str, str]:
    place = places.place(event.place_id)
    starts_at = event.slot_starts_at
    ends_at = starts_at + (booking.slot.ends_at - booking.slot.starts_at)
    token = new_manage_token(
        booking_id=booking.id, contact_id=event.contact_id or booking.id, until=booking.slot.ends_at, now=now
    )
    service = code_of(booking.slot.service_id)
    return {
        "number": event.number,
        "when": _read_aloud(dates.visit_time(starts_at, ends_at, language=language), language),
        "place": place.label(language),
        "address": place.address_in(language),
        "phone": phone_in(place.phone, language=language),
        "party": _read_aloud(dates.people(len(event.pickups), language=language), language),
        "link": page(f"manage/{token}/", language),
        "service": title_of(booking.slot.service_id, language),
        "announcement": announced(event.place_id, language, now, service=service),
        "bring": bringing.text_for(booking_id=booking.id, language=language),
    }


def _read_aloud(text: str, language: str) -> str:
    return days.with_readings(text) if language == "ja-easy" else text


def announced(place_id: UUID, language: str, now: datetime, *, service: str) -> str:
    """Write what the city tells everybody who booked this service at this place."""
    found = announcements.for_bookers(
        moment="mail",
        place_ids=frozenset((place_id,)),
        language=language,
        now=now,
        service=service,
    )
    return "\n\n".join("\n".join(filter(None, _lines(one))) for one in found)


def _lines(one: Words) -> tuple[str, str, str]:
    root = current_city().resident_url.rstrip("/")
    return f"■ {one.heading}", one.text, f"{root}{one.url}" if one.url.startswith("/") else one.url


def _attachments(booking: Booking, language: str, now: datetime) -> tuple[Attachment, ...]:
    visit = visit_of(booking_id=booking.id, language=language, now=now)
    content_type = f"text/calendar; method={visit.method}"
    return (Attachment(name="yoyaku.ics", content_type=content_type, text=calendar_file(visit)),)
