"""The card of somebody staff speak to: a pair that does not fit is written down; nothing else slows it."""

from datetime import datetime

from django.http import HttpRequest

from madoguchi.accounts.services import actor_of
from madoguchi.ledger.audit import services as audit
from plugins.card_reservation.declarations.notices import REFUSED
from plugins.card_reservation.services.verification import (
    CannotCheck,
    NotMatched,
    VerifiedPickup,
    verify_for_staff,
)


def card_of(request: HttpRequest, *, reference: str, birthday: str, now: datetime) -> VerifiedPickup:
    """Find the card of a number and birthday that somebody says; neither stands in the audit list.

    Raises NotMatched or CannotCheck.
    """
    try:
        return verify_for_staff(reference=reference, birthday_text=birthday)
    except CannotCheck:
        raise
    except NotMatched:
        audit.record(
            actor=actor_of(request),
            action=REFUSED,
            object_type="card_reservation.notice",
            object_ids=[],
            details={},
            now=now,
        )
        raise
