"""Deadlines come from the day of the notice; nothing is destroyed before two people agree."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import SamePerson
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.testing.factories import StaffFactory
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Disposal, RadarAct
from plugins.card_management.rules.shelves_radar import Step, months_later
from plugins.card_management.services import shelves_disposal, shelves_radar
from plugins.card_management.tests.shelves import CLERK, browser_of, card_at, hall, tomorrow, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return browser_of()


def late(number: int, days: int) -> UUID:
    """Give a card whose deadline was so many days ago."""
    return card_at(number, deadline_on=clock.today() - timedelta(days=days))


def candidate(number: int) -> UUID:
    card = late(number, 120)
    shelves_radar.act(card_id=card, step=Step.CANDIDATE, actor=CLERK, now=clock.now())
    return card


def test_a_deadline_is_set_from_the_notice_and_one_set_by_hand_stays() -> None:
    from plugins.card_management.rules.facts import Fact
    from plugins.card_management.services import facts

    today = clock.today()
    sent, again, by_hand, never = (card_at(number) for number in range(4))
    Card.objects.filter(id__in=[sent, again, by_hand]).update(notice_sent_on=today)
    later = today + timedelta(days=20)
    Card.objects.filter(pk=again).update(notice_resent_on=later)
    own = today + timedelta(days=5)
    facts.change(card_id=by_hand, fact=Fact.DEADLINE_ON, value=own, actor=CLERK, now=clock.now())
    assert shelves_radar.refresh_deadlines() == 2
    assert shelves_radar.refresh_deadlines() == 0
    found = dict(Card.objects.values_list("id", "deadline_on"))
    assert found == {
        sent: months_later(day=today, months=3),
        again: months_later(day=later, months=3),
        by_hand: own,
        never: None,
    }


def test_each_card_is_due_for_one_step_and_nobody_with_a_visit_ahead_is_bothered() -> None:
    cards = {
        step: late(number, days)
        for number, (step, days) in enumerate(
            ((Step.LETTER, -20), (Step.NUDGE, -10), (Step.CALL, 1), (Step.CANDIDATE, 95))
        )
    }
    coming = late(8, 1)
    wanted(coming, at=hall(), on=tomorrow())
    for step, card in cards.items():
        due = shelves_radar.due(step=step, today=clock.today(), eyes=EVERYTHING)
        assert [each.pk for each in due] == [card], step
    shelves_radar.act(card_id=cards[Step.CALL], step=Step.CALL, actor=CLERK, now=clock.now())
    assert not shelves_radar.due(step=Step.CALL, today=clock.today(), eyes=EVERYTHING).exists()
    shelves_radar.take_back(card_id=cards[Step.CALL], step=Step.CALL, actor=CLERK, now=clock.now())
    assert shelves_radar.due(step=Step.CALL, today=clock.today(), eyes=EVERYTHING).count() == 1
    assert RadarAct.objects.count() == 1


def test_many_steps_are_recorded_at_once_and_a_second_time_is_refused(clerk: Client) -> None:
    cards = [late(number, 1) for number in range(3)]
    late(7, 200)
    page = clerk.get("/cards/shelves/radar/?step=call").content.decode()
    assert "TST000007" not in page
    from plugins.card_management.views.shelves_radar import find

    # All rows of the list are those of the step, not every card with a deadline.
    assert set(find(query="step=call", eyes=EVERYTHING)) == set(cards)
    assert page.count("TST00000") >= 3
    for card in cards:
        shelves_radar.act(card_id=card, step=Step.CALL, actor=CLERK, now=clock.now())
    with pytest.raises(shelves_radar.StepDone):
        shelves_radar.act(card_id=cards[0], step=Step.CALL, actor=CLERK, now=clock.now())
    Card.objects.filter(pk=cards[1]).update(state="handed_over")
    with pytest.raises(shelves_radar.NotOnRadar):
        shelves_radar.act(card_id=cards[1], step=Step.CANDIDATE, actor=CLERK, now=clock.now())
    assert "TST00000" not in clerk.get("/cards/shelves/radar/?step=call").content.decode()


def test_two_people_dispose_of_cards_and_the_evidence_stays(clerk: Client) -> None:
    cards = [candidate(number) for number in range(2)]
    other = late(7, 1)
    page = clerk.get("/cards/shelves/disposals/ask/").content.decode()
    assert ("TST000000" in page, "TST000007" in page) == (True, False)
    typed = {"reason": "受取期限の経過", "way": "cut", "card": [str(card) for card in (*cards, other)]}
    assert clerk.post("/cards/shelves/disposals/ask/", {**typed, "reason": ""}).status_code == 422
    assert clerk.post("/cards/shelves/disposals/ask/", {**typed, "card": []}).status_code == 422
    asked = clerk.post("/cards/shelves/disposals/ask/", typed)
    disposal = Disposal.objects.get()
    assert asked["location"] == f"/cards/shelves/disposals/{disposal.pk}/"
    assert disposal.count == 2
    assert Card.objects.filter(state="disposed").count() == 0
    # The same cards are in one request only.
    assert "TST000000" not in clerk.get("/cards/shelves/disposals/ask/").content.decode()
    assert disposal.request is not None
    request = ApprovalRequest.objects.get(pk=disposal.request)
    admin = StaffFactory.create(city_admin=True)
    approvals.approve(request_id=request.pk, staff=admin, now=clock.now())
    disposal.refresh_from_db()
    assert (disposal.state, disposal.decided_by) == ("done", admin.name)
    assert set(Card.objects.filter(state="disposed").values_list("id", flat=True)) == set(cards)
    pdf = clerk.get(f"/cards/shelves/disposals/{disposal.pk}/paper/?as=sheet").content
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    for word in ("TST000000", "受取期限の経過", "窓口 花子", admin.name, "廃棄済み"):
        assert word in text.replace("\n", "")


def test_nobody_approves_what_they_asked_for_and_a_refusal_changes_no_card(clerk: Client) -> None:
    card = candidate(1)
    admin = StaffFactory.create(city_admin=True)
    made = shelves_disposal.ask(
        cards=[card], reason="期限切れ", way="melt", actor=staff_actor(admin), now=clock.now()
    )
    request = Disposal.objects.get(pk=made).request
    assert request is not None
    with pytest.raises(SamePerson):
        approvals.approve(request_id=request, staff=admin, now=clock.now())
    other = StaffFactory.create(city_admin=True)
    approvals.refuse(request_id=request, staff=other, note="まだ連絡中", now=clock.now())
    # Whoever asked reads why, though they may not open the room of approvals.
    assert "まだ連絡中" in clerk.get(f"/cards/shelves/disposals/{made}/").content.decode()
    assert Card.objects.get(pk=card).state == "stored"
    again = shelves_disposal.ask(
        cards=[card], reason="期限切れ", way="melt", actor=staff_actor(admin), now=clock.now()
    )
    assert again != made


def test_a_card_that_is_wanted_meanwhile_is_kept() -> None:
    kept, gone = candidate(1), candidate(2)
    asker = staff_actor(StaffFactory.create(roles=["counter_clerk"]))
    made = shelves_disposal.ask(
        cards=[kept, gone], reason="期限切れ", way="cut", actor=asker, now=clock.now()
    )
    wanted(kept, at=hall(), on=tomorrow())
    request = Disposal.objects.get(pk=made).request
    assert request is not None
    approvals.approve(request_id=request, staff=StaffFactory.create(city_admin=True), now=clock.now())
    assert Card.objects.get(pk=kept).state == "stored"
    assert Card.objects.get(pk=gone).state == "disposed"
    with pytest.raises(shelves_disposal.MayNotBeDisposed):
        shelves_disposal.ask(cards=[kept], reason="x", way="cut", actor=CLERK, now=clock.now())


def test_a_card_that_can_still_be_fetched_is_not_disposed_of(clerk: Client) -> None:
    early = late(3, -5)
    shelves_radar.act(card_id=early, step=Step.CANDIDATE, actor=CLERK, now=clock.now())
    typed = {"reason": "受取期限の経過", "way": "cut", "card": [str(early), str(candidate(4))]}
    refused = clerk.post("/cards/shelves/disposals/ask/", typed)
    assert refused.status_code == 422
    assert "受取期限がまだ来ていないカード" in refused.content.decode()
    assert not Disposal.objects.exists()
