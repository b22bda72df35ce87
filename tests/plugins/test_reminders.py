"""Whoever booked for a card before and let it lie is reminded by mail, from the radar of deadlines."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.notifications.models import Delivery
from madoguchi.residents.services import contact_for
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import RadarAct
from plugins.card_management.services import shelves_reminding
from plugins.card_management.tests.factories import add_card
from plugins.card_reservation.models import Booking, BookingPerson, Slot
from plugins.card_reservation.services.slots import open_slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    """A counter clerk's browser."""
    staff = StaffFactory.create(roles=["counter_clerk"])
    return sign_in(Client(headers={"host": "staff.midori.localhost"}), staff)


def late(number: int) -> UUID:
    """Give a card whose deadline is today."""
    card = add_card(reference=f"LTE{number:06}", born_on=f"19{50 + number}-03-04")
    Card.objects.filter(pk=card).update(deadline_on=clock.today())
    return card


def booked_before(card: UUID, email: str) -> None:
    """Let somebody have booked for a card and have cancelled."""
    now = clock.now()
    booking = Booking.objects.create(
        number=f"{card.int % 10**4:04}-0000",
        slot=Slot.objects.order_by("starts_at")[0],
        party_size=1,
        contact_id=contact_for(email=email, language="en", now=now),
        channel="web",
        state=Booking.State.CANCELLED,
        key=uuid4(),
        request_hash=b"",
        created_at=now,
        changed_at=now,
    )
    BookingPerson.objects.create(booking=booking, pickup=card, active=False)


def remind(clerk: Client, *cards: UUID) -> str:
    """Tick cards on the radar, choose to send mails, and confirm."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', clerk.get("/cards/shelves/radar/").content.decode())
    assert ticket is not None
    typed = {
        "ticket": ticket[1],
        "action": "card_management.radar_mails",
        "row": [str(card) for card in cards],
    }
    return clerk.post(clerk.post("/jobs/bulk/", typed)["Location"], follow=True).content.decode()


def test_whoever_booked_before_gets_one_mail_and_the_step_is_noted(clerk: Client) -> None:
    open_slots(now=clock.now())
    known, unknown, coming = late(1), late(2), late(3)
    booked_before(known, "hanako@example.jp")
    booked_before(coming, "taro@example.jp")
    Card.objects.filter(pk=coming).update(wanted_on=clock.today())
    page = remind(clerk, known, unknown, coming)
    assert "メールアドレスがわかりません" in page
    assert "来庁の予約がある方です" in page
    delivery = Delivery.objects.get(kind="card_management.reminder")
    assert delivery.about == known
    assert list(RadarAct.objects.filter(step="nudge").values_list("card_id", flat=True)) == [known]
    # A second time is refused, and no mail is sent twice.
    assert "もう記録されています" in remind(clerk, known)
    assert Delivery.objects.count() == 1


def test_a_reminder_says_what_is_true_when_it_leaves() -> None:
    card, now = late(1), clock.now()
    for language in ("ja", "en", "ja-easy"):
        found = shelves_reminding.fresh(about=card, queued={}, language=language, now=now)
        assert found is not None
        assert set(found) == {"deadline", "link", "phone"}
    Card.objects.filter(pk=card).update(state="handed_over")
    assert shelves_reminding.fresh(about=card, queued={}, language="en", now=now) is None
