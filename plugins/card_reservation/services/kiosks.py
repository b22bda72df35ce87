"""What residents do by themselves at a terminal in the hall: the rules of residents, and no mail."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import Invalid
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import consents
from plugins.card_reservation.models import BookingPerson
from plugins.card_reservation.queries.bookings import with_number
from plugins.card_reservation.services.guesses import Visitor
from plugins.card_reservation.services.verification import VerifiedPickup, verify

NO_BOOKING = UUID(int=0)


class NotAgreed(Invalid):
    """A document that has to be agreed to was not, or a newer version is in force."""

    code = "not_agreed"
    message = _("利用規約などを読み、同意してください。")


def documents(*, language: str, now: datetime) -> Mapping[str, LegalDocument]:
    """List what a resident agrees to before booking, by the word under which the agreement is sent.

    Raises DocumentsMissing while the city has not published all of it.
    """
    found = consents.documents_to_begin(language=language, today=clock.local(now).date())
    return {f"{document.name}-{document.version}": document for document in found}


def ensure_agreed(*, person: VerifiedPickup, agreed: Collection[str], actor: Actor, now: datetime) -> None:
    """Write down what somebody agreed to, once for each version.

    Raises NotAgreed or DocumentsMissing.
    """
    language = get_language() or "ja"
    known = documents(language=language, now=now)
    wanted = consents.outdated(person=person.pickup, among=list(known.values()))
    if any(f"{document.name}-{document.version}" not in agreed for document in wanted):
        raise NotAgreed
    consents.agree(
        person=person.pickup,
        versions={document.name: document.version for document in wanted},
        language=language,
        actor=actor,
        now=now,
    )


def own_booking(
    *, number: str, reference: str, birthday_text: str, visitor: Visitor, eyes: Eyes, now: datetime
) -> UUID:
    """Find the booking of somebody who stands there with its number, the notice and the birthday.

    Raises NotMatched, TooManyGuesses or CannotCheck, alike for a wrong number and a wrong notice.
    """
    booking_id = with_number(number=number, eyes=eyes) or NO_BOOKING
    people = BookingPerson.objects.filter(booking=booking_id, active=True)
    # Asked whether or not there is such a booking, so that the time tells nothing.
    among = frozenset(people.values_list("pickup", flat=True))
    verify(reference=reference, birthday_text=birthday_text, now=now, visitor=visitor, among=among)
    return booking_id


def speaking(language: str) -> translation.override:
    """Answer in the language that somebody chose on the screen."""
    return translation.override(language)
