"""Several clerks at the same card in the same moment: one of them does it, and nothing is left half done."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.places.models import Place
from madoguchi.tenancy import City, in_city
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.shelves import ParcelCard, Stocktake
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import (
    moving,
    shelves_counting,
    shelves_parcels,
    shelves_pulling,
    shelves_putting,
)
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.shelves import CLERK, card_at, hall, make_spots, tomorrow, wanted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def all_at_once(home: City, *acts: Callable[[], object]) -> Counter[str]:
    """Run every act in a thread and a transaction of its own, all starting together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            with in_city(home):
                return str(act())
        except Exception as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def moves(card: UUID, action: Action) -> int:
    return CardMovement.objects.filter(card=card, action=action).count()


def test_two_clerks_hand_one_card_over_once(home: City, now: datetime) -> None:
    with in_city(home):
        card = card_at(1)
        matched(card)

    def hand_over() -> object:
        return moving.move(card_id=card, action=Action.HAND_OVER, actor=CLERK, now=now)

    said = all_at_once(home, *[hand_over] * 6)
    assert said == {str(State.HANDED_OVER): 1, "ImpossibleMove": 5}
    with in_city(home):
        assert moves(card, Action.HAND_OVER) == 1


def test_a_hand_over_is_taken_back_once(home: City, now: datetime) -> None:
    with in_city(home):
        card = card_at(1)
        matched(card)
        moving.move(card_id=card, action=Action.HAND_OVER, actor=CLERK, now=now)
        movement = moving.last_move(card_id=card)

    def undo() -> object:
        return moving.undo(card_id=card, actor=CLERK, now=now, movement=movement)

    assert all_at_once(home, *[undo] * 5) == {str(State.STORED): 1, "ImpossibleMove": 4}


def test_two_who_fetch_the_same_list_fetch_each_card_once(home: City, now: datetime) -> None:
    with in_city(home):
        cards = [card_at(number) for number in range(1, 9)]
        for card in cards:
            wanted(card, at=hall(), on=tomorrow())

    def fetch() -> object:
        return bool(shelves_pulling.fetch(cards=cards, scanned=False, actor=CLERK, now=now))

    assert all_at_once(home, *[fetch] * 4) == {"True": 1, "False": 3}
    with in_city(home):
        assert [moves(card, Action.PULL) for card in cards] == [1] * 8


def test_a_parcel_scanned_at_two_desks_takes_each_card_in_once(home: City, now: datetime) -> None:
    with in_city(home):
        there = Place.objects.create(code="branch", name="支所")
        card = card_at(1)
        Card.objects.filter(pk=card).update(wanted_site=there.pk)
        number = shelves_parcels.make(from_place=hall().pk, to_place=there.pk, actor=CLERK, now=now)
        parcel = shelves_parcels.find(parcel_id=number, eyes=EVERYTHING)

    def pack() -> object:
        return shelves_parcels.pack(parcel=parcel, typed="TST000001", actor=CLERK, now=now).is_good

    def take_in() -> object:
        return shelves_parcels.take_in(parcel=parcel, typed="TST000001", actor=CLERK, now=now).is_good

    assert all_at_once(home, *[pack] * 4) == {"True": 1, "False": 3}
    with in_city(home):
        shelves_parcels.send(parcel=parcel, actor=CLERK, now=now)
    assert all_at_once(home, *[take_in] * 4) == {"True": 4}
    with in_city(home):
        assert moves(card, Action.TAKE_IN) == 1
        assert ParcelCard.objects.get().outcome == "received"


def test_the_last_room_of_a_spot_is_given_once(home: City, now: datetime) -> None:
    with in_city(home):
        (spot, *_others) = make_spots(capacity=1)
        cards = [card_at(number) for number in range(1, 6)]

    def put(card: UUID) -> Callable[[], object]:
        return lambda: bool(shelves_putting.put(card_id=card, spot_id=spot.pk, actor=CLERK, now=now))

    assert all_at_once(home, *[put(card) for card in cards]) == {"True": 1, "SpotFull": 4}


def test_a_stocktake_is_begun_once_and_signed_once(home: City, now: datetime) -> None:
    with in_city(home):
        make_spots()
        place = hall().pk

    def begin() -> object:
        return bool(shelves_counting.begin(place_id=place, cabinet="", actor=CLERK, now=now))

    assert all_at_once(home, *[begin] * 4) == {"True": 1, "StocktakeOpen": 3}
    with in_city(home):
        stocktake = Stocktake.objects.get().pk

    def sign() -> object:
        shelves_counting.sign(stocktake_id=stocktake, actor=CLERK, now=now, eyes=EVERYTHING)
        return "signed"

    assert all_at_once(home, *[sign] * 4) == {"signed": 1, "StocktakeClosed": 3}
