"""One visit instead of two: the owner of the other visit agrees, at once, by its number or by a mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import services as notifications
from madoguchi.notifications.messages import Enclosed
from madoguchi.residents import queries as contacts
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking
from plugins.card_reservation.queries.bookings import standing_booking_of
from plugins.card_reservation.services import audience, parties, verification
from plugins.card_reservation.services.booking import Receipt
from plugins.card_reservation.services.links import LinkUnknown, LinkUsed, page
from plugins.card_reservation.services.refusals import AlreadyBooked
from plugins.card_reservation.services.verification import VerifiedPickup

MERGE: Final = "card_reservation.merge"
KIND: Final = "card_reservation.merge_request"
LASTS: Final = timedelta(hours=24)
# Within a day: whoever does not answer has answered, and a lost mail may be asked for once more.
MAILS_ABOUT_A_VISIT: Final = 2
MAILS_TO_AN_ADDRESS: Final = 4


class Way(StrEnum):
    """How the owner of the other visit may agree."""

    AT_ONCE = "at_once"
    BY_NUMBER = "number"
    BY_MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Request:
    """A visit that somebody was asked to join."""

    booking_id: UUID
    pickup: UUID


def way_to_agree(*, booking_id: UUID, pickup: UUID) -> Way | None:
    """Tell how this person's own visit may be given up for a booking; None where they have no other.

    Whoever reads the mails of both visits, has both; a visit without an address is known by its number.
    """
    other_id = standing_booking_of(pickup=pickup)
    if other_id is None or other_id == booking_id:
        return None
    own, other = (_contact_of(each) for each in (booking_id, other_id))
    if other is None:
        return Way.BY_NUMBER
    if own is None:
        return Way.BY_MAIL
    return Way.AT_ONCE if _share_address(own, other) else Way.BY_MAIL


def ensure_in_sight(*, pickup: UUID, eyes: Eyes) -> None:
    """Let nobody end a visit at a place that is not their work.

    Raises AlreadyBooked.
    """
    found = Booking.objects.filter(people__pickup=pickup, people__active=True)
    if any(not eyes.has_place(place_id) for place_id in found.values_list("slot__place_id", flat=True)):
        raise AlreadyBooked


def has_number(*, person: VerifiedPickup, number: str, now: datetime) -> bool:
    """Tell whether somebody's own visit has this number; a wrong one counts against the notice.

    Nobody tries all numbers: after a few wrong ones even the right one is not heard before tomorrow.
    """
    if verification.is_locked(reference=person.reference, now=now):
        return False
    own = Booking.objects.filter(people__pickup=person.pickup, people__active=True, contact_id=None)
    found = own.values_list("number", flat=True).first()
    if found is not None and found.replace("-", "") == number:
        return True
    verification.count_wrong_number(reference=person.reference, now=now)
    return False


def ask_by_mail(*, booking_id: UUID, pickup: UUID, actor: Actor, now: datetime) -> None:
    """Ask the owner of the other visit; beyond a few mails a day do nothing and look the same."""
    other_id = standing_booking_of(pickup=pickup)
    contact_id = None if other_id is None else _contact_of(other_id)
    if contact_id is None:
        return
    if _was_asked_enough(contact_id, booking_id, now):
        return
    language = contacts.language_of(contact_id)
    facts = audience.values(about=booking_id, language=language, now=now)
    if facts is None:
        return
    token = residents.issue(
        purpose=MERGE,
        contact_id=contact_id,
        subject=booking_id,
        payload={"pickup": str(pickup)},
        expires_at=now + LASTS,
        now=now,
    )
    link = residents.peek(token=token, purpose=MERGE, now=now)
    notifications.notify(
        kind=KIND,
        contact=contact_id,
        values={**facts, "link": page(f"merge/{token}/", language), "announcement": ""},
        key=f"{KIND}:{link.id}",
        now=now,
        enclosed=Enclosed(about=booking_id),
    )
    audit.record(
        actor=actor,
        action="card_reservation.ask_to_merge",
        object_type="booking",
        object_ids=[str(booking_id), str(pickup)],
        now=now,
    )


def _was_asked_enough(contact_id: UUID, booking_id: UUID, now: datetime) -> bool:
    since = now - LASTS
    about_it = residents.count_links(contact_id=contact_id, purpose=MERGE, since=since, subject=booking_id)
    to_them = residents.count_links(contact_id=contact_id, purpose=MERGE, since=since)
    return about_it >= MAILS_ABOUT_A_VISIT or to_them >= MAILS_TO_AN_ADDRESS


def open_request(*, token: str, now: datetime) -> Request:
    """Look at what somebody was asked, without agreeing.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    return _read(residents.peek(token=token, purpose=MERGE, now=now))


def agree(*, token: str, now: datetime) -> Receipt:
    """Give up the own visit and join the other one.

    Raises LinkUnknown, LinkExpired, LinkUsed also where somebody else's visit stands there by now, and
    whatever merging raises.
    """
    # The link is not used up by a visit that could not be joined.
    with transaction.atomic():
        link = residents.consume(token=token, purpose=MERGE, visit="", now=now)
        asked = _read(link)
        if not _is_owner(link.contact_id, asked.pickup):
            raise LinkUsed
        actor = Actor(kind="resident", id=str(asked.pickup), name="")
        return parties.merge(booking_id=asked.booking_id, pickup=asked.pickup, actor=actor, now=now)


def _read(link: residents.OpenedLink) -> Request:
    if link.subject is None:
        raise LinkUnknown
    return Request(booking_id=link.subject, pickup=UUID(str(link.payload["pickup"])))


def _is_owner(contact_id: UUID | None, pickup: UUID) -> bool:
    """Tell whether the visit that would be given up is of whoever was asked: not another since."""
    other_id = standing_booking_of(pickup=pickup)
    other = None if other_id is None else _contact_of(other_id)
    return contact_id is not None and other is not None and _share_address(contact_id, other)


def _share_address(one: UUID, other: UUID) -> bool:
    known = contacts.address_indexes([one, other])
    return one in known and known[one] == known.get(other)


def _contact_of(booking_id: UUID) -> UUID | None:
    return Booking.objects.filter(pk=booking_id).values_list("contact_id", flat=True).first()
