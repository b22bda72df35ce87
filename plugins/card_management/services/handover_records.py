"""What is kept of hand-overs: whose card it is, what was compared, what stands against it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, NAME
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.handover import CHECK_SEALED, HandoverCheck
from plugins.card_management.rules.handover_matching import Held
from plugins.card_management.services import booked
from plugins.card_management.services.moving import CardNotFound

MATCH: Final = "match"
OVERRIDE: Final = "override"
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class CheckView:
    """One comparison or decision, as staff may read it."""

    id: UUID
    sort: str
    purpose: str
    is_passed: bool
    codes: tuple[str, ...]
    made_at: datetime
    actor_name: str
    is_used: bool
    booking: UUID | None
    seen: dict[str, Any]


def may_compare(*, eyes: Eyes) -> bool:
    """Tell whether somebody sees enough to compare people with cards."""
    return not eyes.is_masked(NAME) and not eyes.is_masked(BORN_ON)


def held(*, card_id: UUID) -> tuple[str, Held]:
    """Give the number of a card, and what the ledger holds of the person.

    Raises CardNotFound.
    """
    sealed = Card.objects.filter(id=card_id).values_list("sealed", flat=True).first()
    if sealed is None:
        raise CardNotFound(card=str(card_id))
    fields = vault.open_sealed(sealed=bytes(sealed), place=SEALED, row=card_id)
    born = fields["born_on"] or fields.get("born_text", "")
    return fields["reference"], Held(
        name=fields["name"], born=born, address=fields["address"], sex=fields.get("sex", "")
    )


def row(*, card_id: UUID) -> Card:
    """Give the row of a card, for those who are asked before it goes.

    Raises CardNotFound.
    """
    found = Card.objects.filter(id=card_id).first()
    if found is None:
        raise CardNotFound(card=str(card_id))
    return found


def flags_of(*, card_id: UUID) -> tuple[str, ...]:
    """List what the register says against a card."""
    return tuple(Card.objects.filter(id=card_id).values_list("flags", flat=True).first() or ())


def bookings(*, card_id: UUID) -> tuple[PickupBooking, ...] | None:
    """List the bookings in which a card still stands; None where nobody keeps bookings."""
    found = booked.bookings_of(cards=(card_id,))
    if found is None:
        return None
    return tuple(each for each in found if each.status != "cancelled" and each.has_joined)


def others_of_booking(*, booking: UUID, card_id: UUID, day: date) -> list[UUID]:
    """List the other cards that wait for the same visit on a day."""
    others = Card.objects.filter(wanted_booking=booking, wanted_on=day).exclude(id=card_id)
    return list(others.filter(handed_over_on=None).order_by("id").values_list("id", flat=True)[:SHOWN])


def checks(*, card_id: UUID, count: int | None = SHOWN) -> list[CheckView]:
    """List what was compared and decided, newest first."""
    rows = HandoverCheck.objects.filter(card_id=card_id).order_by("-made_at")[:count]
    return [_view(row) for row in rows]


def last_match(*, card_id: UUID, now: datetime) -> CheckView | None:
    """Give today's last comparison of a card that was not used yet."""
    rows = HandoverCheck.objects.filter(
        card_id=card_id, sort=MATCH, day=clock.local(now).date(), used_by__isnull=True
    )
    found = rows.order_by("-made_at").first()
    return _view(found) if found else None


def last_use(*, card_id: UUID) -> CheckView | None:
    """Give the comparison by which a card was handed over last."""
    rows = HandoverCheck.objects.filter(card_id=card_id, sort=MATCH, used_by__isnull=False)
    found = rows.order_by("-made_at").first()
    return _view(found) if found else None


def is_matched(*, card_id: UUID, now: datetime) -> bool:
    """Tell whether the last comparison of today agreed and is still good."""
    found = last_match(card_id=card_id, now=now)
    return found is not None and found.is_passed


def looked_past(*, card_id: UUID, purpose: str, now: datetime) -> frozenset[str]:
    """List the warnings that a supervisor has decided today to look past."""
    rows = HandoverCheck.objects.filter(
        card_id=card_id, sort=OVERRIDE, purpose=purpose, day=clock.local(now).date(), used_by__isnull=True
    )
    return frozenset(code for codes in rows.values_list("codes", flat=True) for code in codes)


def looked_past_for_notice(*, cards: Collection[UUID], now: datetime) -> dict[UUID, frozenset[str]]:
    """List, for many cards, the warnings that today's notice may look past."""
    rows = HandoverCheck.objects.filter(
        card_id__in=cards, sort=OVERRIDE, purpose="notice", day=clock.local(now).date()
    )
    found: dict[UUID, frozenset[str]] = {}
    for card, codes in rows.values_list("card_id", "codes"):
        found[card] = found.get(card, frozenset()) | frozenset(codes)
    return found


def _view(row: HandoverCheck) -> CheckView:
    return CheckView(
        id=row.id,
        sort=row.sort,
        purpose=row.purpose,
        is_passed=row.is_passed,
        codes=tuple(row.codes),
        made_at=row.made_at,
        actor_name=row.actor_name,
        is_used=row.used_by_id is not None,
        booking=row.booking,
        seen=vault.open_sealed(sealed=bytes(row.sealed), place=CHECK_SEALED, row=row.id),
    )
