"""What residents leave behind beside their bookings: a wait, a held place, a request to come together."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

LETTER = "pickup"


def furnish_residents(world: Any, same: UUID, now: datetime) -> None:
    """Let somebody wait with a place on hold, and leave the links of the mails."""
    from plugins.card_reservation.models import Booking, Slot, WaitingEntry, WaitingOffer, WaitingPerson

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
        keys["reservations.line.entry_id"] = str(number)
        keys.update(_links(contact, entry.pk, offer.pk, booked.pk, now))


def _links(contact: UUID, entry: UUID, offer: UUID, booking: UUID, now: datetime) -> dict[str, str]:
    from madoguchi.residents import services as residents
    from plugins.card_reservation.services.joining import MERGE
    from plugins.card_reservation.services.waiting_letters import OFFER, WAIT

    issue = partial(residents.issue, contact_id=contact, expires_at=now + timedelta(days=1), now=now)
    return {
        "booking.waiting.token": issue(purpose=WAIT, subject=entry),
        "booking.offer.token": issue(purpose=OFFER, subject=offer),
        "booking.merge.token": issue(purpose=MERGE, subject=booking, payload={"pickup": str(uuid4())}),
    }
