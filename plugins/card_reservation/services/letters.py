"""The mails that follow a booking, a move or a cancellation."""

from datetime import datetime
from typing import Final
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
from plugins.card_reservation.queries.bookings import last_change_at
from plugins.card_reservation.queries.services import code_of, title_of
from plugins.card_reservation.rules.calendar_file import Visit, calendar_file
from plugins.card_reservation.services import bringing
from plugins.card_reservation.services.links import new_manage_token, page
from plugins.card_reservation.services.waiting_letters import moment_of

_STILL: Final = {
    "ja": "{until}まで、このリンクからできます。そのあとは、お電話ください。",
    "en": "You can do so with this link until {until}. After that, please call us.",
    "ja-easy": "{until}まで この リンクで できます。そのあとは 電話《でんわ》してください。",
}
_TOO_LATE: Final = {
    "ja": "お電話ください。このリンクでは、予約を確認できます。",
    "en": "Please call us. With this link you can see your booking.",
    "ja-easy": "電話《でんわ》してください。この リンクで 予約《よやく》を 見《み》ることが できます。",
}


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
        description=_told_in_a_calendar(booking, phone_in(place.phone, language=language), language),
        is_cancelled=booking.state == Booking.State.CANCELLED,
    )


def _told_in_a_calendar(booking: Booking, phone: str, language: str) -> str:
    """Say whom to call and what to bring; a calendar shows no readings and is seen by others, so no link."""
    things = ""
    if booking.state != Booking.State.CANCELLED:
        things = bringing.text_for(booking_id=booking.id, language=language)
    return ruby.without("\n\n".join(filter(None, (phone, things))))


def _write(*, event: BookingEvent, kind: str, key: UUID, now: datetime) -> None:
    if event.contact_id is None or not event.is_told:
        return
    try:
        language = residents.language_of(event.contact_id)
    except residents.ContactNotFound:
        return
    booking = Booking.objects.select_related("slot").filter(pk=event.booking_id).first()
    if booking is None:
        return  # erased while the event waited: there is nothing left to write about
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
        "again_link": page("", language),
        "change_note": change_note(booking, language=language, now=now),
        "service": title_of(booking.slot.service_id, language),
        "announcement": announced(event.place_id, language, now, service=service),
        "bring": bringing.text_for(booking_id=booking.id, language=language),
    }


def change_note(booking: Booking, *, language: str, now: datetime) -> str:
    """Say until when the owner may change a booking without calling, or that it is too late for that."""
    until = last_change_at(booking, now=now)
    words = (_STILL if now < until else _TOO_LATE).get(language, "")
    return words.format(until=moment_of(until, language))


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
