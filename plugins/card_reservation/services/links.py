"""The two links that residents get by mail: one starts a booking, one manages it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.notifications import services as notifications
from madoguchi.notifications import suppressions
from madoguchi.preferences import queries as preferences
from madoguchi.residents import queries as contacts
from madoguchi.residents import services as residents
from madoguchi.residents.services import LinkExpired, LinkUnknown, LinkUsed, OpenedLink
from madoguchi.tenancy import current_city
from madoguchi.web.brands import current_brand
from madoguchi.web.phones import phone_in
from plugins.card_reservation.declarations.settings import BookingSettings
from plugins.card_reservation.models import PICKUP_ID
from plugins.card_reservation.queries.bookings import booking
from plugins.card_reservation.queries.services import title_of
from plugins.card_reservation.queries.values import BookingView
from plugins.card_reservation.services.verification import VerifiedPickup

__all__ = [
    "MANAGE",
    "LinkExpired",
    "LinkUnknown",
    "LinkUsed",
    "StartedBooking",
    "Wish",
    "open_manage_link",
    "open_start_link",
    "send_start_link",
    "use_start_link",
]

START = "card_reservation.start"
MANAGE = "card_reservation.manage"
LINKS_PER_HOUR = 5
LINKS_OF_A_NOTICE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is known on the first page beside the card and the address."""

    service_id: UUID | None = None
    others: tuple[VerifiedPickup, ...] = ()
    agreed: str = ""
    """The versions of the documents that were read and ticked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedBooking:
    """Who may book, and where the confirmation goes."""

    link_id: UUID
    pickups: tuple[VerifiedPickup, ...]
    contact_id: UUID
    language: str
    service_id: UUID | None = None
    agreed: str = ""


def send_start_link(
    *,
    pickup: VerifiedPickup,
    email: str,
    language: str,
    now: datetime,
    wish: Wish = Wish(),
) -> None:
    """Mail a link that starts a booking; beyond five an hour to one address, do nothing and look the same.

    One notice sends ten an hour to whatever addresses, or whoever holds one could flood strangers.
    """
    since = now - timedelta(hours=1)
    if residents.count_links_about(subject=pickup.pickup, purpose=START, since=since) >= LINKS_OF_A_NOTICE:
        return
    contact_id = residents.contact_for(email=email, language=language, now=now)
    if residents.count_links(contact_id=contact_id, purpose=START, since=since) >= LINKS_PER_HOUR:
        return
    hours = preferences.current(BookingSettings).start_link_hours
    token = residents.issue(
        purpose=START,
        contact_id=contact_id,
        subject=pickup.pickup,
        payload=_payload((pickup, *wish.others), wish),
        expires_at=now + timedelta(hours=hours),
        now=now,
    )
    link = residents.peek(token=token, purpose=START, now=now)
    values = {
        "link": page(f"start/{token}/", language),
        "hours": str(hours),
        "phone": phone_in(phone_of_the_city(), language=language),
        "service": title_of(wish.service_id or PICKUP_ID, language),
    }
    key = f"card_reservation.start:{link.id}"
    notifications.notify(
        kind="card_reservation.start_link", contact=contact_id, values=values, key=key, now=now
    )
    _record_sent(link, contact_id, pickup, now)


def _payload(party: Sequence[VerifiedPickup], wish: Wish) -> dict[str, JSON]:
    payload: dict[str, JSON] = {"pickups": [[str(person.pickup), person.reference] for person in party]}
    if wish.service_id is not None:
        payload["service"] = str(wish.service_id)
    return payload | {"agreed": wish.agreed} if wish.agreed else payload


def _record_sent(link: OpenedLink, contact_id: UUID, pickup: VerifiedPickup, now: datetime) -> None:
    audit.record(
        actor=Actor(kind="resident", id=str(contact_id), name=""),
        action="card_reservation.send_start_link",
        object_type="booking_link",
        object_ids=[str(link.id), str(pickup.pickup)],
        now=now,
    )


def open_start_link(*, token: str, now: datetime) -> StartedBooking:
    """Look at a start link without using it up: mail scanners open links too.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    return _started(residents.peek(token=token, purpose=START, now=now))


def use_start_link(*, token: str, now: datetime, visit: str = "") -> StartedBooking:
    """Use up a start link; a double press in one visit counts once.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    started = _started(residents.consume(token=token, purpose=START, visit=visit, now=now))
    suppressions.lift_proven(contact_id=started.contact_id, now=now)
    return started


def open_manage_link(*, token: str, now: datetime) -> BookingView:
    """Show the booking that a manage link was mailed for; it works until the visit.

    Raises LinkUnknown or LinkExpired.
    """
    link = residents.peek(token=token, purpose=MANAGE, now=now)
    if link.subject is None:
        raise LinkUnknown
    return booking(booking_id=link.subject, now=now, eyes=EVERYTHING)


def reader(*, contact_id: UUID, language: str, now: datetime) -> UUID:
    """Choose the contact for the mails of a visitor who changed the language on the way."""
    return residents.speaking(contact_id=contact_id, language=language, now=now)


def new_manage_token(*, booking_id: UUID, contact_id: UUID | None, until: datetime, now: datetime) -> str:
    """Make the token of a manage link; it exists in the mail alone, or on the page of who left no address."""
    return residents.issue(
        purpose=MANAGE, contact_id=contact_id, subject=booking_id, expires_at=until, now=now
    )


def phone_of_the_city() -> str:
    """Give the number to call about bookings."""
    return preferences.current(BookingSettings).phone or str(current_brand().get("phone", ""))


def page(path: str, language: str) -> str:
    """Write the address of a booking page for a mail in a language."""
    prefix = "" if language == "ja" else f"{language}/"
    return f"{current_city().resident_url}/{prefix}booking/{path}"


def _started(link: OpenedLink) -> StartedBooking:
    pairs = link.payload["pickups"]
    assert isinstance(pairs, list)
    if link.contact_id is None:
        raise LinkUnknown
    return StartedBooking(
        link_id=link.id,
        contact_id=link.contact_id,
        language=contacts.language_of(link.contact_id),
        service_id=_uuid(link.payload.get("service")),
        agreed=str(link.payload.get("agreed", "")),
        pickups=tuple(
            VerifiedPickup(pickup=UUID(pickup), reference=reference) for pickup, reference in pairs
        ),
    )


def _uuid(value: JSON) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None
