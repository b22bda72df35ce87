"""Find a booking again without a link: by its number, the notice and the birthday together."""

from datetime import datetime
from uuid import UUID

from madoguchi.hooks.contracts.eyes import EVERYTHING
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking
from plugins.card_reservation.services.guesses import Visitor
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.verification import verify


def find_own(*, number: str, reference: str, birthday_text: str, visitor: Visitor, now: datetime) -> str:
    """Make a manage link for whoever knows the number of a booking without an address, and its notice.

    A booking with an address is changed by the link of its mail alone. Raises NotMatched, TooManyGuesses
    or CannotCheck, alike for a wrong number, a wrong notice and a booking that has its mail.
    """
    booking_id = queries.with_number(number=number, eyes=EVERYTHING) or UUID(int=0)
    found = Booking.objects.select_related("slot").filter(pk=booking_id, contact_id=None).first()
    # Asked whether or not there is such a booking, so that the time tells nothing.
    known = Booking.objects.filter(pk=booking_id, contact_id=None).values_list("people__pickup", flat=True)
    verify(reference=reference, birthday_text=birthday_text, now=now, visitor=visitor, among=frozenset(known))
    assert found is not None
    return new_manage_token(booking_id=found.id, contact_id=None, until=found.slot.ends_at, now=now)
