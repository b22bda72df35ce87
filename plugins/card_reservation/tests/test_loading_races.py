"""A file of earlier bookings is taken back while a clerk changes one of them: what the clerk did stays."""

from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.tenancy import City, in_city
from madoguchi.testing.races import while_open
from plugins.card_reservation.formats import earlier
from plugins.card_reservation.models import Booking, LoadedBooking
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.loading import EarlierBookingWriter
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.test_booking_races import nothing_drifted, now, slots

__all__ = ["now", "slots"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_booking_that_a_clerk_is_just_moving_is_not_cancelled(home: City, slots: list[UUID]) -> None:
    with in_city(home):
        job = ImportJob.objects.create(format=earlier.NAME, uploaded_at=clock.now(), size=1)
        wanted = request_for(slots[0], uuid4(), channel="phone", key=uuid4())
        loaded = booking.book(request=wanted, actor=CLERK, now=clock.now()).booking_id
        LoadedBooking.objects.create(booking_id=loaded, import_job=job.id)

    def move() -> None:
        moving.move(booking_id=loaded, slot_id=slots[1], key=uuid4(), actor=CLERK, now=clock.now())

    def undo() -> int:
        return EarlierBookingWriter(import_id=job.id, now=clock.now()).undo()

    assert while_open(home, first=move, second=undo) == 0
    with in_city(home):
        assert Booking.objects.values_list("state", "slot").get(pk=loaded) == ("active", slots[1])
    assert nothing_drifted(home, clock.now())
