"""Whom a city in trial may write to: its own list of addresses and domains."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.models import AllowedAddress, Delivery, DeliveryState
from madoguchi.residents import queries as residents
from madoguchi.standing import standing
from madoguchi.tenancy import current_city

SEALED_AT = "notifications_allowedaddress.sealed"
MOST_RELEASED = 500


class NotAllowed(Exception):
    """The city is in trial, and nobody allowed a mail to this address."""


@dataclass(frozen=True)
class AllowedRow:
    """One line of the list."""

    id: UUID
    entry: str
    added_at: datetime
    added_by: str


def rows() -> list[AllowedRow]:
    """List whom the city may write to during its trial, in the order in which they were added."""
    found = AllowedAddress.objects.all()
    return [AllowedRow(row.id, _opened(row), row.added_at, row.added_by) for row in found]


def count() -> int:
    """Count the entries of the list."""
    return AllowedAddress.objects.count()


def held() -> int:
    """Count the messages that wait because nobody allowed their address."""
    return Delivery.objects.filter(state=DeliveryState.HELD).count()


def ensure_allowed(*, email: str) -> None:
    """Let a mail pass, unless the city is in trial and the address is not on its list.

    Raises NotAllowed.
    """
    if not standing(current_city().state).mails_everybody and not is_listed(email=email):
        raise NotAllowed


def is_listed(*, email: str) -> bool:
    """Tell whether an address stands on the city's list, itself or by its domain."""
    domain = "@" + email.rpartition("@")[2]
    return AllowedAddress.objects.filter(lookup__in=[_lookup(email), _lookup(domain)]).exists()


def allow(*, entry: str, actor: Actor, now: datetime) -> None:
    """Add an address, or a domain that starts with @, to the list; a second time changes nothing."""
    row = uuid.uuid4()
    _, is_new = AllowedAddress.objects.get_or_create(
        lookup=_lookup(entry),
        defaults={
            "id": row,
            "sealed": vault.seal(fields={"entry": entry.strip()}, place=SEALED_AT, row=row),
            "added_at": now,
            "added_by": actor.name,
        },
    )
    if is_new:
        _record("notifications.address_allowed", row, actor, now)


def remove(*, address_id: UUID, actor: Actor, now: datetime) -> None:
    """Take an entry off the list; one that is gone already changes nothing."""
    deleted, _ = AllowedAddress.objects.filter(id=address_id).delete()
    if deleted:
        _record("notifications.address_removed", address_id, actor, now)


def release_held(*, actor: Actor, now: datetime) -> int:
    """Queue the held messages whose address is allowed by now, and count them."""
    waiting = Delivery.objects.select_for_update().filter(state=DeliveryState.HELD)
    released = [delivery for delivery in waiting.order_by("created_at")[:MOST_RELEASED] if _may_go(delivery)]
    for delivery in released:
        Delivery.objects.filter(id=delivery.id).update(state=DeliveryState.QUEUED, error="", settled_at=None)
        outbox.publish(event=DeliveryQueued(delivery_id=delivery.id), actor=SYSTEM, now=now)
    if released:
        audit.record(
            actor=actor,
            action="notifications.held_released",
            object_type="notifications.delivery",
            object_ids=[str(delivery.id) for delivery in released],
            now=now,
        )
    return len(released)


def _may_go(delivery: Delivery) -> bool:
    try:
        ensure_allowed(email=residents.address_of(delivery.contact_id).email)
    except (NotAllowed, residents.ContactNotFound):
        return False
    return True


def _opened(row: AllowedAddress) -> str:
    return str(vault.open_sealed(sealed=bytes(row.sealed), place=SEALED_AT, row=row.id)["entry"])


def _lookup(entry: str) -> bytes:
    return vault.blind_index(value=entry.strip().lower(), purpose="notifications.allowed")


def _record(action: str, row: UUID, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.allowed_address",
        object_ids=[str(row)],
        now=now,
    )
