"""Whom a city may write to about visits: who still comes, who did not come, who came, who cancelled."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.audiences import Audience, AudienceQuestion
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.web import dates
from madoguchi.web.phones import phone_in
from madoguchi.words import days
from plugins.card_reservation.declarations.messages import OF_A_BOOKING
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.missed import is_missed
from plugins.card_reservation.queries.services import all_services, title_of

OFFERED = ("number", "when", "place", "address", "phone", "party")
# Who came or did not come longer ago is nobody to write to at once: their addresses served another end.
LOOK_BACK: Final = timedelta(days=92)
COLUMNS: Final = {"place": "slot__place_id", "service": "slot__service_id", "channel": "channel"}
Condition = Callable[[datetime], Q]


def _expected(now: datetime) -> Q:
    return Q(state=Booking.State.ACTIVE, slot__starts_at__gt=now)


def _since(now: datetime) -> Q:
    return Q(slot__day__gte=clock.local(now).date() - LOOK_BACK)


def _missed(now: datetime) -> Q:
    return is_missed(now=now) & _since(now)


def _came(now: datetime) -> Q:
    return Q(state=Booking.State.ACTIVE, visit="arrived") & _since(now)


def _cancelled(now: datetime) -> Q:
    return Q(state=Booking.State.CANCELLED, served_at=None) & _since(now)


def find(
    *, answers: Mapping[str, str], eyes: Eyes, now: datetime, condition: Condition = _expected
) -> Sequence[tuple[UUID, UUID]]:
    """List the contacts of some visits, the soonest first, with their bookings."""
    found = _narrowed(Booking.objects.filter(condition(now), contact_id__isnull=False), answers)
    if eyes.places is not None:
        found = found.filter(slot__place_id__in=eyes.places)
    pairs = found.order_by("slot__starts_at", "pk").values_list("contact_id", "pk")
    return [(contact_id, booking_id) for contact_id, booking_id in pairs if contact_id]


def values(
    *, about: UUID, language: str, now: datetime, condition: Condition = _expected
) -> Mapping[str, str] | None:
    """Tell of a booking as it stands now; nothing once it is no longer of this audience."""
    booking = Booking.objects.select_related("slot").filter(condition(now), pk=about).first()
    return None if booking is None else facts(booking, language)


def facts(booking: Booking, language: str) -> Mapping[str, str]:
    """Write what a mail says of a booking, in its reader's language."""
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
        "service": title_of(booking.slot.service_id, language),
    }


def _narrowed(found: "QuerySet[Booking]", answers: Mapping[str, str]) -> "QuerySet[Booking]":
    wanted: dict[str, Any] = {}
    if first := answers.get("first_day"):
        wanted["slot__day__gte"] = date.fromisoformat(first)
    if last := answers.get("last_day"):
        wanted["slot__day__lte"] = date.fromisoformat(last)
    for name, column in (
        ("place", "slot__place_id"),
        ("service", "slot__service_id"),
        ("channel", "channel"),
    ):
        if answer := answers.get(name):
            wanted[column] = answer
    return found.filter(**wanted)


def _read_aloud(text: str, language: str) -> str:
    return days.with_readings(text) if language == "ja-easy" else text


def _places() -> list[tuple[str, str]]:
    return [(str(place.id), place.name) for place in places.all_places()]


def _services() -> list[tuple[str, str]]:
    return [(str(service.id), service.name) for service in all_services()]


def _channels() -> list[tuple[str, Any]]:
    return [("web", _("インターネット")), ("phone", _("電話"))]


def _audience(name: str, label: Any, condition: Condition) -> Audience:
    return Audience(
        name=f"card_reservation.{name}",
        label=label,
        placeholders=tuple(each for each in OF_A_BOOKING if each.name in OFFERED),
        questions=(
            AudienceQuestion(name="first_day", label=_("来庁日（この日から）"), kind="day"),
            AudienceQuestion(
                name="last_day", label=_("来庁日（この日まで）"), kind="day", not_before="first_day"
            ),
            AudienceQuestion(name="place", label=_("場所"), choices=_places),
            AudienceQuestion(name="service", label=_("用件"), choices=_services),
            AudienceQuestion(name="channel", label=_("受付"), choices=_channels),
        ),
        find=partial(find, condition=condition),
        values=partial(values, condition=condition),
    )


VISITORS = _audience("visitors", _("これから来庁する方"), _expected)
AUDIENCES: Final = (
    VISITORS,
    _audience("missed", _("予約したが来なかった方"), _missed),
    _audience("came", _("来庁した方"), _came),
    _audience("cancelled", _("予約を取り消した方"), _cancelled),
)
