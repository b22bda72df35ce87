"""Reminders are printed from the radar of deadlines, and note the step of whoever gets one."""

import re
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Role
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.jobs import bulk
from madoguchi.jobs.models import BulkRun
from plugins.card_management.models import Card
from plugins.card_management.models.forms import LetterRun
from plugins.card_management.models.shelves import RadarAct
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import forms_letters, shelves_radar
from plugins.card_management.tests.shelves import CLERK, browser_of, card_at

pytestmark = pytest.mark.django_db
RADAR = "/cards/shelves/radar/"


@pytest.fixture
def clerk() -> Client:
    return browser_of()


def late(number: int) -> UUID:
    return card_at(number, deadline_on=clock.today())


def chosen(clerk: Client, *cards: UUID) -> str:
    """Tick cards on the radar, choose to print, and give the address of the confirmation."""
    page = clerk.get(RADAR).content.decode()
    assert "案内の手紙を印刷する" in page
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    typed = {
        "ticket": ticket[1],
        "action": "card_management.radar_letters",
        "row": [str(card) for card in cards],
    }
    address: str = clerk.post("/jobs/bulk/", typed)["Location"]
    return address


def steps() -> set[UUID]:
    return set(RadarAct.objects.filter(step="letter", taken_back_at=None).values_list("card_id", flat=True))


def test_the_ticked_cards_get_their_letters_at_once_and_the_step_is_noted(clerk: Client) -> None:
    cards = [late(number) for number in range(3)]
    page = clerk.post(chosen(clerk, *cards), follow=True)
    run = LetterRun.objects.get()
    assert page.redirect_chain[-1][0] == f"/cards/letters/{run.pk}/"
    text = page.content.decode()
    assert "「案内の手紙を送った」と記録しました" in text
    assert (run.key, run.state, run.printed) == ("nudge", "done", 3)
    assert steps() == set(cards)
    assert shelves_radar.due(step=Step.LETTER, today=clock.today(), eyes=EVERYTHING).count() == 0
    clerk.post(f"/cards/letters/{run.pk}/undo/")
    assert steps() == set()
    assert RadarAct.objects.count() == 3


def test_who_gets_no_letter_has_no_step_and_one_letter_is_enough(clerk: Client) -> None:
    first, second, moved = late(1), late(2), late(3)
    shelves_radar.act(card_id=first, step=Step.LETTER, actor=CLERK, now=clock.now())
    Card.objects.filter(pk=moved).update(flags=["moved_out"])
    page = clerk.post(chosen(clerk, first, second, moved), follow=True).content.decode()
    assert "もう記録されています" in page
    run = LetterRun.objects.get()
    assert f'href="/cards/letters/{run.pk}/"' in page
    assert (run.printed, run.left_out) == (1, 1)
    assert steps() == {first, second}


def test_many_letters_are_set_by_a_worker_with_progress(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms_letters, "AT_ONCE", 1)
    cards = [late(number) for number in range(2)]
    answer = clerk.post(chosen(clerk, *cards))
    run = LetterRun.objects.get()
    assert answer["Location"] == f"/jobs/{run.job}/"
    assert (run.state, steps()) == ("waiting", set())


def test_whoever_may_not_see_names_has_no_letter_begun_and_is_told() -> None:
    clerk, card = browser_of(), late(1)
    address = chosen(clerk, card)
    Role.objects.filter(name__isnull=False).update(masks={"pickups.name": "hidden"})
    page = clerk.post(address, follow=True).content.decode()
    assert "できなかった" in page
    assert not LetterRun.objects.exists()
    assert bulk.done(BulkRun.objects.get()) == []
