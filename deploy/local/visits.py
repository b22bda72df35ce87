"""A few visits on the next open day of the demo, so that the day board is not empty at first.

Run by the preparation of the demo as `python -m deploy.local.visits <code>` with the rights of the web.
They are booked as a clerk books for a caller: by the same rules, audit and outbox as any other.
"""

import sys
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import django

CLERK = "200001"
# Cards at the end of the sample, which no tutorial mentions, and their birthdays.
CALLERS = {
    "DEM100015": "1111",
    "DEM100016": "1212",
    "DEM100017": "0303",
    "DEM100018": "0217",
}
# Whose card lies at the hall and is wanted at a branch: the list of what is sent begins with it.
TRAVELLER = ("DEM100041", "1122")
BRANCH = "tanushimaru"
DAYS_TO_TRAVEL = 7
NAMESPACE = UUID("5c0f7c9e-2a0c-4f6b-9d0e-9a3f8a2f6d11")


def book(*, code: str) -> int:
    """book a visit for each of the callers on the next open day, and tell how many there are."""
    from madoguchi import clock
    from madoguchi.accounts.acting import staff_actor
    from madoguchi.accounts.models import Staff
    from madoguchi.tenancy import find_city, in_city
    from plugins.card_reservation.models import PICKUP_ID, Slot

    now = clock.now()
    with in_city(find_city(code=code)):
        clerk = staff_actor(Staff.objects.get(staff_code=CLERK))
        open_slots = Slot.objects.filter(service_id=PICKUP_ID, starts_at__gt=now, is_open=True)
        first = open_slots.order_by("starts_at", "place__order").first()
        if first is None:
            return 0
        slots = open_slots.filter(day=first.day, place=first.place).order_by("starts_at")
        chosen = list(slots.values_list("id", flat=True)[: len(CALLERS)])
        wanted = list(zip(chosen, CALLERS.items(), strict=False))
        later = open_slots.filter(place__code=BRANCH, starts_at__gt=now + timedelta(days=DAYS_TO_TRAVEL))
        wanted += [(slot, TRAVELLER) for slot in later.order_by("starts_at").values_list("id", flat=True)[:1]]
        for slot_id, (number, birthday) in wanted:
            _book_one(slot_id, number, birthday, actor=clerk, now=now)
    return len(wanted)


def _book_one(slot_id: Any, number: str, birthday: str, *, actor: Any, now: datetime) -> None:
    from plugins.card_reservation.services import booking
    from plugins.card_reservation.services.verification import verify_for_staff

    found = verify_for_staff(reference=number, birthday_text=birthday)
    request = booking.BookingRequest(
        slot_id=slot_id, party=(found,), contact_id=None, key=uuid5(NAMESPACE, number), channel="phone"
    )
    booking.book(request=request, actor=actor, now=now)


if __name__ == "__main__":
    django.setup()
    book(code=sys.argv[1])
