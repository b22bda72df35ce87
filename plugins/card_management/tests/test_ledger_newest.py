"""The first pages of all cards come without sorting all of them, and hold the same cards as if they did."""

from datetime import date, timedelta

import pytest

from madoguchi.hooks.contracts.eyes import EVERYTHING
from plugins.card_management import queries
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.tests.factories import add_card

pytestmark = pytest.mark.django_db
ORDER = ("-arrived_on", "storage", "id")
STATES = (State.STORED, State.HANDED_OVER, State.READY)


def test_every_page_of_all_cards_holds_what_sorting_all_would_give() -> None:
    for number in range(12):
        day = date(2026, 11, 2) + timedelta(days=number % 4)
        card = add_card(reference=f"NEW{number:06}", storage=f"棚{number % 3}", arrived_on=day)
        Card.objects.filter(id=card).update(state=STATES[number % 3])
    whole = list(Card.objects.order_by(*ORDER).values_list("id", flat=True))
    for first in range(0, 15, 5):
        shown = queries.cards(wanted=queries.CardSearch(), order=ORDER, first=first, count=5, eyes=EVERYTHING)
        assert [card.id for card in shown] == whole[first : first + 5]
