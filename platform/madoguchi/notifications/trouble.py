"""What a resident is told whose mail did not arrive, on the next page that is surely theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi.notifications import kinds, senders, suppressions
from madoguchi.notifications.carriers import Carrier, carrier_of
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.residents import queries as residents
from madoguchi.residents.services import email_index

RECENTLY = timedelta(hours=1)


@dataclass(frozen=True)
class Trouble:
    """That mails do not arrive, whom to let in, and where on the telephone that is done."""

    sender: str
    carriers: tuple[Carrier, ...]


def of_contact(*, contact_id: UUID | None) -> Trouble | None:
    """Tell the owner of a booking, who holds its secret link, that mails to them come back."""
    if contact_id is None:
        return None
    reasons = suppressions.reasons_of(contact_id=contact_id)
    if not reasons & set(suppressions.AT_FAULT):
        return None
    try:
        email = residents.address_of(contact_id).email
    except residents.ContactNotFound:
        return None
    return _trouble(email)


def of_address(*, email: str, now: datetime) -> Trouble | None:
    """Tell whoever typed an address that the mail they just asked for came back.

    It looks at the last hour and at mails that were asked for, so it tells nothing of what a city knew
    before: any address that takes no mail looks the same.
    """
    asked_for = [kind.name for kind in kinds.all_declared() if kind.is_asked_for]
    contacts = residents.contacts_at(email_index(email))
    recent = Delivery.objects.filter(
        contact_id__in=contacts, kind__in=asked_for, created_at__gte=now - RECENTLY
    )
    newest = recent.order_by("-created_at").values_list("state", flat=True).first()
    return _trouble(email) if newest == DeliveryState.BOUNCED else None


def advice_for(*, email: str) -> tuple[Carrier, ...]:
    """Name where the door is opened on the telephone behind an address; nothing for one of no company."""
    carrier = carrier_of(email)
    return (carrier,) if carrier else ()


def _trouble(email: str) -> Trouble:
    return Trouble(senders.current_address(), advice_for(email=email))
