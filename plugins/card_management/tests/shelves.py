"""Shelves with spots, and what a reader sends, for the tests of the room."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places.models import Place
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Spot
from plugins.card_management.rules.shelves_codes import Code, code_of, framed
from plugins.card_management.rules.shelves_layout import Layout, cabinets_of
from plugins.card_management.services import shelves_spots
from plugins.card_management.tests.factories import add_card

CLERK = Actor(kind="staff", id="100001", name="窓口 花子")


def browser_of(role: str = "counter_clerk", **facts: Any) -> Client:
    """Sign somebody in."""
    staff = StaffFactory.create(roles=[role], **facts)
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def hall() -> Place:
    """Give the place where cards are kept."""
    return Place.objects.get(code="main")


def make_spots(place: Place | None = None, *, cabinets: str = "A-01〜A-02", capacity: int = 2) -> list[Spot]:
    """Make four spots at a place."""
    place = place or hall()
    layout = Layout(cabinets=cabinets_of(cabinets), boxes=2)
    shelves_spots.make(place_id=place.pk, layout=layout, capacity=capacity, actor=CLERK, now=clock.now())
    return list(Spot.objects.filter(place=place))


def code_of_spot(spot: Spot) -> str:
    """Give what a reader sends for the label of a spot."""
    return framed(code_of(kind=Code.SPOT, number=spot.number))


def card_at(number: int, *, site: Place | None = None, **facts: Any) -> UUID:
    """Put a card into the ledger that lies at a place, without a spot."""
    card = add_card(reference=f"TST{number:06d}", name=f"試験 {number}", storage="")
    Card.objects.filter(pk=card).update(site=(site or hall()).pk, **facts)
    return card


def wanted(card: UUID, *, at: Place, on: date) -> None:
    """Let a card be wanted for a visit."""
    starts = datetime(on.year, on.month, on.day, 10, tzinfo=clock.JAPAN)
    Card.objects.filter(pk=card).update(wanted_on=on, wanted_site=at.pk, reserved_at=starts)


def tomorrow() -> date:
    """Name the next day."""
    return clock.today() + timedelta(days=1)
