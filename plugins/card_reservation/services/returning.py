"""A visit that nobody came to is given another time by staff: its people are held by it again."""

from django.db import IntegrityError, transaction

from plugins.card_reservation.models import Booking, BookingPerson
from plugins.card_reservation.services.refusals import AlreadyBooked


def begin_again(booking: Booking) -> None:
    """Take the mark of an old visit off a booking that moves, and hold its people again.

    Raises AlreadyBooked for somebody who has booked another visit meanwhile.
    """
    if booking.visit:
        Booking.objects.filter(pk=booking.pk).update(visit="", visit_at=None)
    let_go = BookingPerson.objects.filter(booking=booking, active=False)
    if not let_go.exists():
        return
    try:
        with transaction.atomic():
            let_go.update(active=True)
    except IntegrityError as taken:
        raise AlreadyBooked from taken
