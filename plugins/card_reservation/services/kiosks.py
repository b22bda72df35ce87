"""What residents do by themselves at a terminal in the hall: the rules of residents, and no mail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.legal import LegalDocument
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import attempts, consents
from madoguchi.web import signing
from plugins.card_reservation.models import PICKUP_ID, BookingPerson
from plugins.card_reservation.queries.bookings import BookingNotFound, with_number
from plugins.card_reservation.queries.services import ServiceView, offered_service, services_for
from plugins.card_reservation.queries.windows import largest_party, places_offering
from plugins.card_reservation.services import guesses
from plugins.card_reservation.services.guesses import Visitor
from plugins.card_reservation.services.refusals import PartyTooLarge
from plugins.card_reservation.services.verification import VerifiedPickup, verify

NO_BOOKING = UUID(int=0)
PARTY: Final = "kiosk-party"
PARTY_LASTS: Final = timedelta(minutes=30)


class NotAgreed(Invalid):
    """A document that has to be agreed to was not, or a newer version is in force."""

    code = "not_agreed"
    message = _("利用規約などを読み、同意してください。")


class NotAtTerminals(DomainError):
    """A service that asks for no notice knows its people by a proven address, and a terminal proves none.

    A telephone number typed here would be nobody's word: with an index of it a terminal would tell whose
    number has a booking, and without one a single visitor could take every seat. Staff who book on the
    telephone speak to the caller, and can call back; nobody does here.
    """

    code = "service_not_at_terminals"
    message = _("この手続きは、この端末では予約できません。近くの職員に声をかけてください。")


def services_of_residents(*, eyes: Eyes, now: datetime) -> tuple[ServiceView, ...]:
    """List what residents may book at the places of a terminal, also what has to be booked elsewhere."""
    return tuple(
        found
        for found in services_for(audience="resident")
        if any(
            eyes.has_place(place.id)
            for place in places_offering(audience="resident", now=now, service_id=found.id)
        )
    )


def is_for_terminals(service: ServiceView) -> bool:
    """Tell whether whoever comes for a service shows a notice; for the pick-up nobody comes without."""
    return service.id == PICKUP_ID or service.asks_for_notice


def chosen_service(code: str) -> UUID:
    """Find the service that was chosen at a terminal; the pick-up where nobody was asked.

    Raises ServiceNotOffered or NotAtTerminals.
    """
    found = offered_service(code=code, audience="resident")
    if not is_for_terminals(found):
        raise NotAtTerminals(service=code)
    return found.id


def ensure_fits(*, people: int, service_id: UUID, now: datetime) -> None:
    """Let no more people look for a time than may come together, before any of them is looked for.

    Raises PartyTooLarge.
    """
    largest = largest_party(now=now, service_id=service_id)
    if people > largest:
        raise PartyTooLarge(largest=largest)


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


def booking_to_check_in(*, number: str, visitor: Visitor, eyes: Eyes, now: datetime) -> UUID:
    """Find the booking of a slip; numbers of nobody count, and after some of them none is heard for an hour.

    Raises BookingNotFound or TooManyGuesses.
    """
    slips = replace(visitor, names_booking=True)
    index = vault.blind_index(value=number, purpose="card_reservation.slip")
    guess = guesses.guess_of(index=index, failures=0, visitor=slips, now=now)
    heard = guesses.let_in(guess=guess, visitor=slips, now=now)
    found = with_number(number=number, eyes=eyes)
    if found is None:
        guesses.note_failure(guess=guess, heard=heard, now=now)
        raise BookingNotFound
    attempts.forgive(guess=guess)
    return found


def pass_for(party: Sequence[VerifiedPickup], *, now: datetime) -> str:
    """Sign how many were found, for the days and times that are asked for next."""
    return signing.sign(len({person.pickup for person in party}), purpose=PARTY, now=now)


def size_of(party: str, *, now: datetime) -> int:
    """Read how many were found; one person where nobody was.

    Raises BadToken for what this city did not sign within the last half hour.
    """
    return int(signing.read(party, purpose=PARTY, max_age=PARTY_LASTS, now=now)) if party else 1


def speaking(language: str) -> translation.override:
    """Answer in the language that somebody chose on the screen."""
    return translation.override(language)
