"""What a clerk is told about the visit of a card that goes before its day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.web.dates import short_era_date
from plugins.card_management.services import booked


def ended(visit: PickupBooking | None) -> str:
    """Say that a visit was ended with the hand-over; nothing where there was none ahead."""
    if visit is None:
        return ""
    words = {"day": short_era_date(clock.local(visit.starts_at).date()), "number": visit.number}
    return _("%(day)s の予約（%(number)s）は終わりにし、枠を空けました。") % words


def lost(values: Mapping[str, Any], now: datetime) -> str:
    """Say that a visit did not come back with the card, where the hand-over had ended one."""
    is_back = booked.visit_ahead(card_id=UUID(values["card"]), now=now) is not None
    if is_back or not values.get("ended_visit"):
        return ""
    return _(
        "予約は元に戻せませんでした（枠が埋まったか、受付が終わっています）。必要なら、予約し直してください。"
    )
