"""A few visits on the next open day of the demo, so that the day board is not empty at first.

Run by the preparation of the demo as `python -m deploy.local.visits <code>` with the rights of the web.
They are booked as a clerk books for a caller: by the same rules, audit and outbox as any other.
"""

import sys
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
NAMESPACE = UUID("5c0f7c9e-2a0c-4f6b-9d0e-9a3f8a2f6d11")


def book(*, code: str) -> int:
    """book a visit for each of the callers on the next open day, and tell how many there are."""
    from madoguchi import clock
    from madoguchi.accounts.acting import staff_actor
    from madoguchi.accounts.models import Staff
    from madoguchi.tenancy import find_city, in_city
    from plugins.card_reservation.models import PICKUP_ID, Slot
    from plugins.card_reservation.services import booking
    from plugins.card_reservation.services.verification import verify_for_staff

    now = clock.now()
    with in_city(find_city(code=code)):
        clerk = staff_actor(Staff.objects.get(staff_code=CLERK))
        first = (
            Slot.objects.filter(service_id=PICKUP_ID, starts_at__gt=now, is_open=True)
            .order_by("starts_at", "place__order")
            .first()
        )
        if first is None:
            return 0
        slots = Slot.objects.filter(
            service_id=PICKUP_ID, day=first.day, place=first.place, starts_at__gt=now, is_open=True
        )
        chosen = list(slots.order_by("starts_at").values_list("id", flat=True)[: len(CALLERS)])
        for slot_id, (number, birthday) in zip(chosen, CALLERS.items(), strict=False):
            found = verify_for_staff(reference=number, birthday_text=birthday)
            booking.book(
                request=booking.BookingRequest(
                    slot_id=slot_id,
                    party=(found,),
                    contact_id=None,
                    key=uuid5(NAMESPACE, number),
                    channel="phone",
                ),
                actor=clerk,
                now=now,
            )
    return len(chosen)


if __name__ == "__main__":
    django.setup()
    book(code=sys.argv[1])
