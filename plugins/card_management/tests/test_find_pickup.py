"""Finding the one card for a number and a birthday, and never another person's."""

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay, Unknown
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City, in_city
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched

pytestmark = pytest.mark.django_db
LEAP_DAY = MonthDay(2, 29)


def ask(reference: str, birthday: MonthDay = LEAP_DAY) -> object:
    return plugins.ask("find_pickup", reference=reference, birthday=birthday)


def test_number_and_birthday_find_the_card_with_a_masked_label() -> None:
    card = add_card()
    assert ask("ABC123456") == Found(pickup=card, label="ミ…")


@pytest.mark.parametrize("typed", ["ＡＢＣ－１２３４５６", "abc-123456", " abc 123456 ", "ABC‐123456"])
def test_the_number_may_be_typed_in_any_usual_way(typed: str) -> None:
    card = add_card()
    assert ask(typed) == Found(pickup=card, label="ミ…")


def test_a_wrong_day_and_a_wrong_number_are_equally_unknown() -> None:
    add_card()
    assert ask("ABC123456", MonthDay(2, 28)) == Unknown()
    assert ask("ABC123457") == Unknown()


def test_the_same_number_with_another_birthday_is_another_person() -> None:
    hanako, taro = add_card(), add_card(born_on="1957-04-01", name="見本 太郎", kana="タロウ")
    assert ask("ABC123456") == Found(pickup=hanako, label="ミ…")
    assert ask("ABC123456", MonthDay(4, 1)) == Found(pickup=taro, label="タ…")


def test_two_people_under_one_number_and_birthday_are_ambiguous() -> None:
    add_card()
    second = add_card(born_on="1960-02-29", name="別人")
    assert ask("ABC123456") == Ambiguous()
    matched(second)
    moving.move(card_id=second, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert ask("ABC123456") == Ambiguous()


def test_a_card_that_was_handed_over_is_unknown() -> None:
    card = add_card()
    matched(card)
    moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert ask("ABC123456") == Unknown()


def test_a_card_of_one_city_is_unknown_in_another(home: City, stranger: City) -> None:
    add_card()
    with in_city(home):
        assert isinstance(ask("ABC123456"), Found)
    with in_city(stranger):
        assert ask("ABC123456") == Unknown()


def test_staff_are_told_who_comes() -> None:
    card = add_card()
    described = plugins.ask("describe_pickups", pickups=(card,))
    assert (described[card].name, described[card].reference) == ("見本 花子", "ABC123456")
