"""Find a booking again without a link: by its number, the notice and the birthday together."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import services as notifications
from madoguchi.residents import queries as contacts
from madoguchi.residents import services as residents
from madoguchi.web.phones import phone_in
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services.guesses import Visitor
from plugins.card_reservation.services.links import MANAGE, new_manage_token, page, phone_of_the_city
from plugins.card_reservation.services.verification import verify

KIND: Final = "card_reservation.manage_link"
LINKS_PER_HOUR: Final = 5


def find_own(*, number: str, reference: str, birthday_text: str, visitor: Visitor, now: datetime) -> str:
    """Make a manage link for whoever knows the number of a booking and its notice.

    A booking with an address is opened by a link in its mail alone: it is sent there, and the token is
    empty. Raises NotMatched, TooManyGuesses or CannotCheck, alike for a wrong number and a wrong notice.
    """
    booking_id = queries.with_number(number=number, eyes=EVERYTHING) or UUID(int=0)
    found = Booking.objects.select_related("slot").filter(pk=booking_id).first()
    # Asked whether or not there is such a booking, so that the time tells nothing.
    known = Booking.objects.filter(pk=booking_id).values_list("people__pickup", flat=True)
    verify(reference=reference, birthday_text=birthday_text, now=now, visitor=visitor, among=frozenset(known))
    assert found is not None
    if found.contact_id is None:
        return new_manage_token(booking_id=found.id, contact_id=None, until=found.slot.ends_at, now=now)
    _mail_link(found, found.contact_id, now)
    return ""


def _mail_link(found: Booking, contact_id: UUID, now: datetime) -> None:
    """Send the link to the address of the booking; beyond a few an hour do nothing and look the same."""
    since = now - timedelta(hours=1)
    if residents.count_links_about(subject=found.id, purpose=MANAGE, since=since) >= LINKS_PER_HOUR:
        return
    language = contacts.language_of(contact_id)
    token = new_manage_token(booking_id=found.id, contact_id=contact_id, until=found.slot.ends_at, now=now)
    link = residents.peek(token=token, purpose=MANAGE, now=now)
    notifications.notify(
        kind=KIND,
        contact=contact_id,
        values={
            "link": page(f"manage/{token}/", language),
            "phone": phone_in(phone_of_the_city(), language=language),
        },
        key=f"{KIND}:{link.id}",
        now=now,
    )
    audit.record(
        actor=Actor(kind="resident", id=str(contact_id), name=""),
        action="card_reservation.send_manage_link",
        object_type="booking",
        object_ids=[str(found.id)],
        now=now,
    )
