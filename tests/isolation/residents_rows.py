"""What residents leave behind beside their bookings: a wait, a held place, a request to come together."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

LETTER = "pickup"


def furnish_residents(world: Any, same: UUID, now: datetime) -> None:
    """Let somebody wait with a place on hold, and leave the links of the mails."""
    from madoguchi.residents import services as residents
    from plugins.card_reservation.models import Booking, Slot, WaitingEntry, WaitingOffer, WaitingPerson
    from plugins.card_reservation.services.joining import MERGE
    from plugins.card_reservation.services.waiting_letters import OFFER, WAIT

    booked = Booking.objects.select_related("slot").first()
    assert booked is not None
    contact = booked.contact_id
    assert contact is not None
    slot = Slot.objects.filter(starts_at__gt=booked.slot.starts_at, is_open=True).order_by("starts_at")[0]
    until = now + timedelta(days=1)
    # The same letters come to every city: no row of anybody.
    world.keys["booking.letters.code"] = LETTER
    for keys, number in ((world.keys, uuid5(same, "wait")), (world.own_keys, uuid4())):
        entry = WaitingEntry.objects.create(
            id=number,
            place_id=slot.place_id,
            service_id=slot.service_id,
            first_day=slot.day,
            last_day=slot.day,
            party_size=1,
            contact_id=contact,
            state="offered",
            joined_at=now,
            changed_at=now,
        )
        WaitingPerson.objects.create(entry=entry, pickup=uuid4())
        offer = WaitingOffer.objects.create(
            entry=entry, slot=slot, party_size=1, offered_at=now, held_until=until
        )
        Slot.objects.filter(pk=slot.pk).update(booked=slot.booked + 1)
        slot.refresh_from_db()
        keys.update(
            {
                "reservations.line.entry_id": str(number),
                "booking.waiting.token": residents.issue(
                    purpose=WAIT, contact_id=contact, subject=entry.pk, expires_at=until, now=now
                ),
                "booking.offer.token": residents.issue(
                    purpose=OFFER, contact_id=contact, subject=offer.pk, expires_at=until, now=now
                ),
                "booking.merge.token": residents.issue(
                    purpose=MERGE,
                    contact_id=contact,
                    subject=booked.pk,
                    payload={"pickup": str(uuid4())},
                    expires_at=until,
                    now=now,
                ),
            }
        )
