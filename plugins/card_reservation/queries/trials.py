"""Drafts of schedules, and what a page about them offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Case, Value, When

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from plugins.card_reservation.models import Booking, Pattern, PlaceRules, ScheduleDraft
from plugins.card_reservation.queries.demand import Place

MOST_LISTED: Final = 100
Choice = tuple[UUID, str]


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Places and services for which a draft can be made."""

    places: Sequence[Choice]
    services: Sequence[Choice]
    known: frozenset[tuple[UUID, UUID]]

    def where(self, place: str, service: str) -> Place | None:
        """Find the pair that was chosen; the only service needs no choice."""
        service_id = UUID(service) if service else next((key for key, _name in self.services), None)
        if service_id is None or (UUID(place), service_id) not in self.known:
            return None
        return Place(place_id=UUID(place), service_id=service_id)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit whose time would fall away."""

    id: UUID
    number: str
    starts_at: datetime
    party_size: int


def drafts(*, eyes: Eyes) -> list[ScheduleDraft]:
    """List the drafts of somebody's places: open ones first, the newest of each at the top."""
    turn = Case(When(state=ScheduleDraft.State.OPEN, then=Value(0)), default=Value(1))
    found = ScheduleDraft.objects.select_related("place", "service")
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    return list(found.order_by(turn, "-changed_at")[:MOST_LISTED])


def places_and_services(*, eyes: Eyes) -> Offered:
    """Tell where which service can be booked."""
    rules = list(PlaceRules.objects.select_related("service").filter(is_offered=True))
    seen = places.places_seen_by(eyes=eyes)
    mine = [each for each in rules if each.place_id in {place.id for place in seen}]
    services = {each.service_id: each.service for each in mine}
    return Offered(
        places=[(place.id, place.name) for place in seen if any(each.place_id == place.id for each in mine)],
        services=[
            (service.id, service.name) for service in sorted(services.values(), key=lambda one: one.order)
        ],
        known=frozenset((each.place_id, each.service_id) for each in mine),
    )


def patterns() -> list[Choice]:
    """List the opening patterns of the city."""
    return list(Pattern.objects.values_list("pk", "name"))


def visits(keys: Sequence[str]) -> list[VisitRow]:
    """Find the visits of a list that still stand."""
    standing = Booking.objects.filter(pk__in=[UUID(key) for key in keys], state=Booking.State.ACTIVE)
    columns = ("pk", "number", "slot__starts_at", "party_size")
    return [VisitRow(*row) for row in standing.order_by("slot__starts_at", "number").values_list(*columns)]
