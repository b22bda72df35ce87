"""Where a card lies, and for which visit it is wanted."""

from uuid import uuid4

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupPartyChanged
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places.tests.factories import PlaceFactory
from plugins.card_management import queries
from plugins.card_management.models import Card
from plugins.card_management.services import reservations
from plugins.card_management.tests.factories import add_card

pytestmark = pytest.mark.django_db


def test_a_storage_that_begins_with_one_place_tells_where_the_card_lies() -> None:
    hall = PlaceFactory.create(name="北支所 市民係", code="north")
    PlaceFactory.create(name="南支所 市民係", code="south")
    PlaceFactory.create(name="南部センター", code="centre")
    lies = {
        "北支所A-01": hall.pk,
        "北A-02": hall.pk,
        "north-3": hall.pk,
        # Two names begin so; a shelf alone; nothing at all.
        "南A-01": None,
        "A-01": None,
        "": None,
    }
    for number, (storage, place) in enumerate(lies.items()):
        card = add_card(reference=f"LOC00000{number}", storage=storage)
        assert queries.locate_pickups(pickups=[card]).get(card) == place, storage


def test_whoever_joins_a_visit_wants_the_card_and_whoever_stays_at_home_does_not() -> None:
    joins, stays = add_card(reference="JOI000001"), add_card(reference="STA000001")
    now = clock.now()
    Card.objects.filter(pk=stays).update(reserved_at=now)
    event = PickupPartyChanged(
        booking_id=uuid4(),
        number="4827-3916",
        place_id=uuid4(),
        slot_starts_at=now,
        pickups=(joins,),
        channel="web",
        joined=(joins,),
        left=(stays,),
    )
    for _ in range(2):
        reservations.note_party(event=event, key=uuid4(), actor=SYSTEM, now=now)
    assert Card.objects.get(pk=joins).reserved_at == now
    assert Card.objects.get(pk=stays).reserved_at is None
