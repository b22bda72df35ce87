"""Bookings are taken day and night."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import confirm, fields, walk_to_check

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("hour", [0, 3, 5, 12, 23])
def test_a_booking_is_made_changed_and_cancelled_at_any_hour_of_any_day(
    resident: Client, people: People, hall: Any, hour: int
) -> None:
    """Also on a Sunday night: no page of the way closes when the counter does."""
    sunday = clock.local(clock.now()) + timedelta(days=(6 - clock.today().weekday()) % 7)
    with clock.frozen_at(sunday.replace(hour=hour, minute=30)):
        now = clock.now()
        first, second = queries.nearest_free(place_id=hall.id, after=now, party_size=1, limit=2, now=now)
        assert confirm(resident, walk_to_check(resident, people, hall.id, first.id)).status_code == 303
        made = Booking.objects.get()
        token = new_manage_token(booking_id=made.id, contact_id=made.contact_id, until=first.ends_at, now=now)
        page = resident.post(f"/booking/manage/{token}/move/", {"slot": str(second.id)}, follow=True)
        assert (
            resident.post(f"/booking/manage/{token}/move/", fields(page.content.decode())).status_code == 303
        )
        assert Booking.objects.get().slot_id == second.id
        assert resident.post(f"/booking/manage/{token}/cancel/").status_code == 303
        assert Booking.objects.get().state == "cancelled"
