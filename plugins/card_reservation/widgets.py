"""Pieces of this plugin on pages of others: the card on the staff home, the door on a city's pages."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.values import DashboardCard, Widget
from plugins.card_reservation import queries


def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """show today's visits on the staff home."""
    today = clock.today()
    slots = queries.day_slots(place_id=None, day=today)
    context = {
        "today": today,
        "booked": sum(slot.booked for slot in slots),
        "capacity": sum(slot.capacity for slot in slots),
    }
    return (
        DashboardCard(
            template="card_reservation/widgets/today.html",
            context=context,
            permission="card_reservation.view_bookings",
            order=10,
        ),
    )


def cms_widgets() -> tuple[Widget, ...]:
    """offer the door to the booking pages to a city's editors."""
    return (
        Widget(
            name="card_reservation.door",
            label=_("カード受け取り予約への入口"),
            template="card_reservation/widgets/door.html",
            context=_door,
        ),
    )


def _door(**_given: Any) -> Mapping[str, Any]:
    return {}
