"""Which cards have to travel: stored at one place, wanted at another, and in time for the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import ParcelCard
from plugins.card_management.queries.ledger import locate_pickups
from plugins.card_management.queries.shelves import ShelfCard, place_names, shelf_cards
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.rules.shelves_forwarding import Urgency, send_by, urgency
from plugins.card_management.services.shelves_travel import lead_days

SENDABLE: Final = (State.ARRIVED, State.STORED, State.PULLED)
CALENDAR_BACK: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Travel:
    """One card that has to travel."""

    card: ShelfCard
    from_place: UUID
    from_name: str
    to_place: UUID
    wanted_on: date
    leaves_by: date | None
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Destination:
    """How many cards go to one place from another."""

    from_place: UUID
    from_name: str
    to_place: UUID
    to_name: str
    count: int
    late: int
    today: int


def horizon() -> int:
    """Tell how many days ahead visits are looked at."""
    return preferences.current(CardSettings).forwarding_horizon


def travels(*, today: date, eyes: Eyes) -> list[Travel]:
    """List the cards to send, the most urgent first; what is packed or under way is not among them."""
    last = today + timedelta(days=horizon())
    packed = ParcelCard.objects.filter(is_open=True).values("card_id")
    wanted = Card.objects.filter(
        wanted_on__range=(today, last), wanted_site__isnull=False, state__in=SENDABLE
    ).exclude(id__in=packed)
    cards = shelf_cards(wanted.order_by("wanted_on", "spot__walk", "id"), eyes=eyes)
    unknown = [card.id for card in cards if card.site is None]
    sites = locate_pickups(pickups=unknown) if unknown else {}
    pairs = [(card, card.site or sites.get(card.id)) for card in cards]
    known = [
        (card, site)
        for card, site in pairs
        if site is not None and site != card.wanted_site and eyes.has_place(site)
    ]
    return _timed(known, today=today)


def destinations(found: Iterable[Travel]) -> list[Destination]:
    """Sum the travels by where they begin and end."""
    sums: dict[tuple[UUID, UUID], list[Travel]] = {}
    for each in found:
        sums.setdefault((each.from_place, each.to_place), []).append(each)
    return [_summed(travels) for travels in sums.values()]


def _summed(found: list[Travel]) -> Destination:
    levels = [each.urgency for each in found]
    return Destination(
        found[0].from_place,
        found[0].from_name,
        found[0].to_place,
        found[0].card.wanted_place,
        len(found),
        levels.count(Urgency.LATE),
        levels.count(Urgency.TODAY),
    )


def _timed(known: list[tuple[ShelfCard, UUID]], *, today: date) -> list[Travel]:
    lead, names = lead_days(), place_names()
    opened: dict[UUID, tuple[date, ...]] = {}
    found = []
    for card, site in known:
        to_place, wanted_on = card.wanted_site, card.wanted_on
        assert to_place is not None
        assert wanted_on is not None
        if to_place not in opened:
            first = today - CALENDAR_BACK
            last = max(each.wanted_on for each, _site in known if each.wanted_on)
            opened[to_place] = places.opening_days(place_id=to_place, first=first, last=last)
        leaves = send_by(wanted_on=wanted_on, lead_days=lead.get(to_place, 0), open_days=opened[to_place])
        soon = urgency(leaves_by=leaves, today=today)
        found.append(Travel(card, site, names.get(site, ""), to_place, wanted_on, leaves, soon))
    return sorted(found, key=lambda each: (each.to_place, each.wanted_on, each.card.walk))
