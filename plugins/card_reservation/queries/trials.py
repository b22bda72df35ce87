"""Drafts of schedules, and what a page about them offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from plugins.card_reservation.models import Booking, Pattern, PlaceRules, ScheduleDraft
from plugins.card_reservation.queries.demand import Place

MOST_LISTED: Final = 100
OPEN: Final = ScheduleDraft.State.OPEN
Choice = tuple[UUID, str]


class DraftNotFound(NotFound):
    """No draft of this city has this key, or it is about a place of other people's work."""

    code = "draft_not_found"
    message = _("この試算は見つかりません。")


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft as its pages show it."""

    id: UUID
    name: str
    where: Place
    place: str
    service: str
    wanted: Mapping[str, Any]
    weighed: Mapping[str, Any]
    weighed_at: datetime | None
    replaced: Mapping[str, Any]
    state: str
    made_by: str
    changed_at: datetime
    published_at: datetime | None
    published_by: str

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be changed, published or thrown away."""
        return self.state == OPEN

    @property
    def is_fresh(self) -> bool:
        """Tell whether what was weighed is what it wants."""
        return self.weighed_at is not None and self.weighed_at >= self.changed_at


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


def draft(*, draft_id: UUID, eyes: Eyes) -> DraftView:
    """Find a draft.

    Raises DraftNotFound.
    """
    found = ScheduleDraft.objects.select_related("place", "service").filter(pk=draft_id).first()
    if found is None or not eyes.has_place(found.place_id):
        raise DraftNotFound(draft_id=draft_id)
    return _view(found)


def drafts(*, eyes: Eyes) -> list[DraftView]:
    """List the drafts of somebody's places: open ones first, the newest of each at the top."""
    turn = Case(When(state=OPEN, then=Value(0)), default=Value(1))
    found = ScheduleDraft.objects.select_related("place", "service")
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    return [_view(each) for each in found.order_by(turn, "-changed_at")[:MOST_LISTED]]


def _view(found: ScheduleDraft) -> DraftView:
    return DraftView(
        id=found.id,
        name=found.name,
        where=Place(place_id=found.place_id, service_id=found.service_id),
        place=found.place.name,
        service=found.service.name,
        wanted=found.wanted,
        weighed=found.weighed,
        weighed_at=found.weighed_at,
        replaced=found.replaced,
        state=found.state,
        made_by=found.made_by,
        changed_at=found.changed_at,
        published_at=found.published_at,
        published_by=found.published_by,
    )


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
