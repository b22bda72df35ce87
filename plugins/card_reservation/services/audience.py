"""Whom a city may write to about visits: everybody with a booking still to come."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.audiences import Audience, AudienceQuestion
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.web import dates
from madoguchi.web.phones import phone_in
from madoguchi.words import days
from plugins.card_reservation.declarations.messages import OF_A_BOOKING
from plugins.card_reservation.models import Booking

OFFERED = ("number", "when", "place", "address", "phone", "party")


def find(*, answers: Mapping[str, str], eyes: Eyes, now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """List the contacts of the visits still to come, the soonest first, with their bookings."""
    found = Booking.objects.filter(
        state=Booking.State.ACTIVE, slot__starts_at__gt=now, contact_id__isnull=False
    )
    if first := answers.get("first_day"):
        found = found.filter(slot__day__gte=date.fromisoformat(first))
    if last := answers.get("last_day"):
        found = found.filter(slot__day__lte=date.fromisoformat(last))
    if eyes.places is not None:
        found = found.filter(slot__place_id__in=eyes.places)
    if place := answers.get("place"):
        found = found.filter(slot__place_id=place)
    pairs = found.order_by("slot__starts_at", "pk").values_list("contact_id", "pk")
    return [(contact_id, booking_id) for contact_id, booking_id in pairs if contact_id]


def values(*, about: UUID, language: str, now: datetime) -> Mapping[str, str] | None:
    """Tell of a booking as it stands now; nothing once it was cancelled or lies behind us."""
    booking = (
        Booking.objects.select_related("slot")
        .filter(pk=about, state=Booking.State.ACTIVE, slot__starts_at__gt=now)
        .first()
    )
    if booking is None:
        return None
    place = places.place(booking.slot.place_id)
    when = dates.visit_time(booking.slot.starts_at, booking.slot.ends_at, language=language)
    party = dates.people(booking.party_size, language=language)
    return {
        "number": booking.number,
        "when": _read_aloud(when, language),
        "place": place.label(language),
        "address": place.address_in(language),
        "phone": phone_in(place.phone, language=language),
        "party": _read_aloud(party, language),
    }


def _read_aloud(text: str, language: str) -> str:
    return days.with_readings(text) if language == "ja-easy" else text


def _places() -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in places.all_places()]


VISITORS = Audience(
    name="card_reservation.visitors",
    label=_("これから来庁する方"),
    placeholders=tuple(each for each in OF_A_BOOKING if each.name in OFFERED),
    questions=(
        AudienceQuestion(name="first_day", label=_("来庁日（この日から）"), kind="day"),
        AudienceQuestion(name="last_day", label=_("来庁日（この日まで）"), kind="day"),
        AudienceQuestion(name="place", label=_("場所"), choices=_places),
    ),
    find=find,
    values=values,
)
