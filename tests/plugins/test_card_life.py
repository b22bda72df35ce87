"""One card from its arrival to the counter of a branch: stored, booked, forwarded, handed over."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places.models import Place
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.shelves import AssignmentRule, Parcel, ShelfTask
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving, shelves_assigning
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.shelves import CLERK, code_of_spot, make_spots
from plugins.card_reservation.models import Slot
from plugins.card_reservation.services import booking
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.services.verification import VerifiedPickup
from tests.plugins.hearing import hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    """A counter clerk's browser."""
    staff = StaffFactory.create(roles=["counter_clerk"])
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def test_a_card_is_stored_booked_pulled_forwarded_and_handed_over_at_a_branch(clerk: Client) -> None:
    now, hall, branch = clock.now(), Place.objects.get(code="main"), Place.objects.get(code="annex")
    open_slots(now=now)
    first, *_others = make_spots()
    AssignmentRule.objects.create(order=1, place=hall)
    card = add_card(storage="")
    # Its rule finds it a box; a clerk puts it there.
    assert shelves_assigning.assign_new(actor=SYSTEM, now=now).count == 1
    assert Card.objects.get(pk=card).spot_id == first.pk
    page = clerk.post("/cards/shelves/put/", {"code": code_of_spot(first)})["location"]
    assert "に置きました" in clerk.post(page, {"code": "AABC123456A"}, follow=True).content.decode()
    # Its holder wants it at a branch.
    slot = Slot.objects.filter(place=branch, is_open=True, starts_at__gt=now + timedelta(days=5))[0]
    request = booking.BookingRequest(
        slot_id=slot.pk,
        party=(VerifiedPickup(pickup=card, reference="ABC123456"),),
        contact_id=None,
        key=uuid4(),
        channel="phone",
    )
    booking.book(request=request, actor=CLERK, now=now)
    hear(PickupBooked)
    listed = clerk.get("/cards/shelves/forwarding/").content.decode()
    assert "ABC123456" in listed
    assert branch.name in listed
    _forward(clerk, hall, branch)
    lies = Card.objects.get(pk=card)
    assert (lies.state, lies.site, lies.spot_id) == ("ready", branch.pk, None)
    pulled = clerk.get(f"/cards/shelves/pull/?place={branch.pk}&day={slot.day.isoformat()}").content.decode()
    assert "1件中1件" in pulled
    # At the counter everything agrees.
    matched(card, now=now)
    moving.move(card_id=card, action=Action.HAND_OVER, actor=CLERK, now=now)
    steps = CardMovement.objects.filter(card_id=card).order_by("id")
    assert [step.action for step in steps] == ["pull", "send", "take_in", "hand_over"]
    assert not ShelfTask.objects.filter(done_at=None).exists()


def _forward(clerk: Client, hall: Place, branch: Place) -> None:
    """Send what is wanted at the branch there, signed for at both ends."""
    clerk.post("/cards/shelves/parcels/make/", {"from_place": str(hall.pk), "to_place": str(branch.pk)})
    act = f"/cards/shelves/parcels/{Parcel.objects.get().pk}/act/"
    for step in ({"do": "pack", "code": "ABC123456"}, {"do": "send"}, {"do": "take_in", "code": "ABC123456"}):
        assert clerk.post(act, step).status_code in (200, 302)
    assert "くい違いはありません" in clerk.post(act, {"do": "sign"}, follow=True).content.decode()
