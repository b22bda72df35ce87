"""The mail that confirms an address before a number is looked at: no more than a mailbox can receive."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import services as notifications
from madoguchi.residents import attempts, networks
from madoguchi.residents import services as residents
from madoguchi.web.brands import current_brand
from madoguchi.web.phones import phone_in
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.services import guesses
from plugins.card_reservation.services.links import page

PASS: Final = "card_reservation.pass"  # noqa: S105  the purpose of a link
LASTS: Final = timedelta(hours=1)
MAILS_OF_AN_ADDRESS: Final = 3
MAILS_OF_A_NETWORK: Final = 10
MAILS_OF_THE_CITY: Final = 300


def may_be_mailed() -> bool:
    """Tell whether this city writes to residents at all."""
    return kept().keeps_addresses


def send_pass(*, email: str, language: str, address: str, now: datetime) -> None:
    """Mail a link that confirms an address; beyond a few an hour do nothing and look the same."""
    since = now - timedelta(hours=1)
    network = attempts.network_of(address=address)
    sent = attempts.count_mails(network=network, now=now)
    if sent.network >= MAILS_OF_A_NETWORK or sent.city >= MAILS_OF_THE_CITY:
        return
    contact_id = residents.contact_for(email=email, language=language, now=now)
    if residents.count_links(contact_id=contact_id, purpose=PASS, since=since) >= MAILS_OF_AN_ADDRESS:
        return
    token = residents.issue(purpose=PASS, contact_id=contact_id, expires_at=now + LASTS, now=now)
    link = residents.peek(token=token, purpose=PASS, now=now)
    phone = guesses.chosen_settings().phone or current_brand().get("phone", "")
    notifications.notify(
        kind="card_reservation.pass_link",
        contact=contact_id,
        values={"link": page(f"confirm/{token}/", language), "phone": phone_in(phone, language=language)},
        key=f"{PASS}:{link.id}",
        now=now,
    )
    attempts.note_mail(network=network, subject=link.id.bytes[: networks.INDEX_BYTES], now=now)
    audit.record(
        actor=Actor(kind="resident", id=str(contact_id), name=""),
        action="card_reservation.send_pass",
        object_type="booking_link",
        object_ids=[str(link.id)],
        now=now,
    )


def look_at(*, token: str, now: datetime) -> UUID:
    """Look at a pass without using it up.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    return residents.peek(token=token, purpose=PASS, now=now).id


def use(*, token: str, now: datetime) -> UUID:
    """Use up a pass.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    return residents.consume(token=token, purpose=PASS, visit="", now=now).id
