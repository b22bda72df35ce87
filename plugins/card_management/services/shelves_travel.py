"""How long cards travel, and when they should have arrived."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.rules.shelves_forwarding import due_on

WEEKS_AHEAD: Final = timedelta(days=30)


def lead_days() -> Mapping[UUID, int]:
    """Tell how many open days a card travels to each place: as the booking knows it, else by the setting."""
    usual = preferences.current(CardSettings).forwarding_days
    try:
        told: Mapping[UUID, int] = plugins.ask("transport_days")
    except NobodyAnswers:
        told = {}
    return {place.id: told.get(place.id) or usual for place in places.all_places()}


def expected_on(*, to_place: UUID, sent_on: date) -> date:
    """Name the day by which a parcel should have arrived."""
    opened = places.opening_days(place_id=to_place, first=sent_on, last=sent_on + WEEKS_AHEAD)
    return due_on(sent_on=sent_on, lead_days=lead_days().get(to_place, 0), open_days=opened)
