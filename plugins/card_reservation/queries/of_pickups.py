"""What card_management asks of the booking: who is booked when, and whose telephone this is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_reservation.models import BookingPerson
from plugins.card_reservation.queries.bookings import status_of
from plugins.card_reservation.queries.services import is_for_cards

MOST: Final = 200
# Who came or cancelled longer ago gave their address for another end.
WRITTEN_TO: Final = timedelta(days=184)


def bookings_of(*, pickups: Sequence[UUID], now: datetime) -> tuple[PickupBooking, ...]:
    """List the bookings of pick-ups, newest first, cancelled ones too."""
    found = BookingPerson.objects.filter(pickup__in=pickups).select_related("booking__slot")
    rows = found.order_by("-booking__slot__starts_at", "booking_id", "position")[:MOST]
    staff = settings.MADOGUCHI["URLCONFS"]["staff"]
    return tuple(
        PickupBooking(
            pickup=row.pickup,
            booking_id=row.booking.id,
            number=row.booking.number,
            place_id=row.booking.slot.place_id,
            starts_at=row.booking.slot.starts_at,
            ends_at=row.booking.slot.ends_at,
            party_size=row.booking.party_size,
            status=status_of(row.booking, now=now),
            visit=row.booking.visit,
            channel=row.booking.channel,
            has_joined=row.active,
            is_served=row.booking.served_at is not None,
            is_pickup=is_for_cards(row.booking.slot.service_id),
            address=reverse("reservations:detail", args=[row.booking.id], urlconf=staff),
        )
        for row in rows
    )


def who_comes(*, booking_id: UUID) -> tuple[UUID, ...]:
    """List who comes with a booking."""
    return tuple(
        BookingPerson.objects.filter(booking_id=booking_id, active=True)
        .order_by("position")
        .values_list("pickup", flat=True)
    )


def contacts_of(*, pickups: Sequence[UUID], now: datetime) -> dict[UUID, UUID]:
    """Name who last booked for pick-ups, where an address is kept and the visit is not long ago."""
    booked = BookingPerson.objects.filter(pickup__in=pickups, booking__contact_id__isnull=False)
    recent = booked.filter(booking__slot__starts_at__gte=now - WRITTEN_TO)
    rows = recent.order_by("booking__created_at", "booking_id")
    # The last one stays.
    pairs = rows.values_list("pickup", "booking__contact_id")
    return {pickup: contact for pickup, contact in pairs if contact}


def booked_in(*, bookings: Sequence[UUID], eyes: Eyes) -> tuple[UUID, ...]:
    """List who comes with some bookings, of the places of a reader."""
    found = BookingPerson.objects.filter(booking__in=bookings)
    if eyes.places is not None:
        found = found.filter(booking__slot__place_id__in=eyes.places)
    return tuple(found.values_list("pickup", flat=True)[:MOST])
