"""Who did not come may book again, and is asked to by one mail; never who came late, or has a new time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.hooks.contracts.pickups import PickupDescription
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications import queries as deliveries
from madoguchi.notifications import services as notifications
from madoguchi.notifications.messages import Enclosed
from madoguchi.preferences import queries as preferences
from madoguchi.residents import services as residents
from plugins.card_reservation.declarations import messages
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import Booking, BookingPerson
from plugins.card_reservation.queries.bookings import describe
from plugins.card_reservation.queries.missed import missed, where_visits_are_marked
from plugins.card_reservation.services import audience
from plugins.card_reservation.services.links import START, page

LOOK_BACK: Final = timedelta(days=7)
LINK_DAYS: Final = 14
MOST_AT_ONCE: Final = 500


def let_go(*, now: datetime) -> int:
    """Free who did not come, so that they can book again, and count the bookings."""
    waiting = BookingPerson.objects.filter(active=True).values("booking_id")
    with transaction.atomic():
        found = missed(now=now).filter(pk__in=waiting).order_by("pk")
        ids = list(found.select_for_update(of=("self",)).values_list("pk", flat=True)[:MOST_AT_ONCE])
        if ids:
            BookingPerson.objects.filter(booking_id__in=ids, active=True).update(active=False)
            audit.record(
                actor=SYSTEM,
                action="card_reservation.let_go",
                object_type="booking",
                object_ids=[str(each) for each in ids],
                now=now,
            )
    return len(ids)


def send_nudges(*, now: datetime) -> int:
    """Queue the mails to who did not come, once for each visit, and count them.

    A place that marks no visits at all on a day writes to nobody: there an empty mark says nothing.
    """
    chosen = preferences.current(BookingSettings)
    local = clock.local(now)
    if not chosen.nudge_days or not chosen.reminder_hour <= local.hour < messages.NO_MAIL_FROM:
        return 0
    last = local.date() - timedelta(days=chosen.nudge_days)
    due = missed(now=now).filter(slot__day__range=(last - LOOK_BACK, last), contact_id__isnull=False)
    rows = where_visits_are_marked(due).values_list("pk", "contact_id", "slot__starts_at")
    wanted = {_key(pk, starts_at): (pk, contact_id) for pk, contact_id, starts_at in rows}
    known = deliveries.known_keys(list(wanted))
    queued = 0
    for key, (booking_id, contact_id) in wanted.items():
        if key in known or contact_id is None or not _is_still_missing(booking_id):
            continue
        notifications.notify(
            kind=messages.NUDGE.name,
            contact=contact_id,
            values={},
            key=key,
            now=now,
            enclosed=Enclosed(about=booking_id),
        )
        queued += 1
    return queued


def fresh(
    *, about: UUID, queued: Mapping[str, str], language: str, now: datetime
) -> Mapping[str, str] | None:
    """Tell of a missed visit as the mail leaves; nothing for who came late, has the card or a new time."""
    booking = missed(now=now).select_related("slot").filter(pk=about).first()
    if booking is None or booking.contact_id is None or not _is_still_missing(about):
        return None
    facts = audience.facts(booking, language)
    return {**facts, "link": _rebooking_link(booking, language, now)}


def _key(booking_id: UUID, starts_at: datetime) -> str:
    # Whoever was given another time and did not come again is asked again.
    return f"{messages.NUDGE.name}:{booking_id}:{starts_at.isoformat()}"


def _is_still_missing(booking_id: UUID) -> bool:
    """Tell whether nobody of a party has the card by now, or another time."""
    pickups = _pickups(booking_id)
    others = BookingPerson.objects.filter(pickup__in=pickups, active=True).exclude(booking_id=booking_id)
    if others.exists():
        return False
    return all(each.is_waiting for each in _described(pickups).values())


def _rebooking_link(booking: Booking, language: str, now: datetime) -> str:
    """Lead to the first page, past the number where we know the notices of everybody."""
    pickups = _pickups(booking.id)
    described = _described(pickups)
    if len(described) < len(pickups) or not all(each.reference for each in described.values()):
        return page("", language)
    pairs = [[str(pickup), described[pickup].reference] for pickup in pickups]
    token = residents.issue(
        purpose=START,
        contact_id=booking.contact_id,
        subject=pickups[0],
        payload={"pickups": pairs},
        expires_at=now + timedelta(days=LINK_DAYS),
        now=now,
    )
    return page(f"start/{token}/", language)


def _pickups(booking_id: UUID) -> Sequence[UUID]:
    people = BookingPerson.objects.filter(booking_id=booking_id).order_by("position")
    return list(people.values_list("pickup", flat=True))


def _described(pickups: Sequence[UUID]) -> Mapping[UUID, PickupDescription]:
    return describe(tuple(pickups), eyes=EVERYTHING)


NUDGE: MessageKind = replace(messages.NUDGE, fresh=fresh)
