"""The cards of a day are fetched in walking order; a wrong one is told aloud, a changed booking is marked."""

import re
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import PullRound, Spot
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving, shelves_putting
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.tests.shelves import (
    CLERK,
    browser_of,
    card_at,
    hall,
    make_spots,
    tomorrow,
    wanted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return browser_of()


@pytest.fixture
def twelve() -> list[Spot]:
    """Twelve cards for tomorrow, shelved in another order than they came, and one for nobody."""
    spots = make_spots(capacity=5)
    for number in range(12):
        card = card_at(number)
        spot = spots[3 - number % 4]
        shelves_putting.put(card_id=card, spot_id=spot.pk, actor=CLERK, now=clock.now())
        wanted(card, at=hall(), on=tomorrow())
    shelves_putting.put(card_id=card_at(99), spot_id=spots[0].pk, actor=CLERK, now=clock.now())
    return spots


def address(act: str = "") -> str:
    return f"/cards/shelves/pull/{act}?place={hall().pk}&day={tomorrow().isoformat()}"


def scan(clerk: Client, code: str) -> str:
    return clerk.post(address("act/"), {"do": "scan", "code": code}, follow=True).content.decode()


@pytest.mark.req("KUR-39")
def test_twelve_of_twelve_are_scanned_and_a_card_that_is_not_on_the_list_is_a_loud_error(
    clerk: Client, twelve: list[Spot]
) -> None:
    page = clerk.get(address()).content.decode()
    assert "12件中0件" in page
    order = [page.index(f">{spot.name}<") for spot in twelve]
    assert order == sorted(order)
    assert page.count('type="checkbox" name="card"') == 12
    wrong = scan(clerk, "TST000099")
    assert "リストにないカードです" in wrong
    assert "notice--error" in wrong
    assert Card.objects.filter(state="pulled").count() == 0
    for number in range(12):
        assert "合っています" in scan(clerk, f"ATST{number:06d}A")
    assert "もう引き抜いてあります" in scan(clerk, "TST000003")
    page = scan(clerk, "ZZZ000000")
    assert "12件中12件" in page
    done = clerk.post(address("act/"), {"do": "sign"}, follow=True).content.decode()
    assert "12件中12件、誤り2件" in done
    assert PullRound.objects.get().signed_by == "窓口 花子"
    assert Card.objects.filter(state="pulled", movements__scanned=True).distinct().count() == 12


def test_what_is_ticked_is_fetched_and_nothing_else(clerk: Client, twelve: list[Spot]) -> None:
    mine = Card.objects.filter(wanted_on=tomorrow()).first()
    other = Card.objects.get(wanted_on=None)
    assert mine is not None
    clerk.post(address("act/"), {"do": "tick", "card": [str(mine.pk), str(other.pk), "nonsense"]})
    assert list(Card.objects.filter(state="pulled")) == [mine]


def test_ticks_are_taken_back_all_of_them_or_none(clerk: Client, twelve: list[Spot]) -> None:
    some = list(Card.objects.filter(wanted_on=tomorrow()).order_by("id")[:2])
    ticked = {"do": "tick", "card": [str(card.pk) for card in some]}
    page = clerk.post(address("act/"), ticked, follow=True).content.decode()
    assert "2枚を引き抜き済みにしました" in page
    back = re.search(r'action="(/undo/[^"]+)"', page)
    assert back is not None
    clerk.post(back[1])
    assert Card.objects.filter(state="pulled").count() == 0
    assert {card.spot_id for card in some} == set(
        Card.objects.filter(id__in=[card.pk for card in some]).values_list("spot_id", flat=True)
    )
    page = clerk.post(address("act/"), ticked, follow=True).content.decode()
    back = re.search(r'action="(/undo/[^"]+)"', page)
    assert back is not None
    moving.move(card_id=some[1].pk, action=Action.MAKE_READY, actor=CLERK, now=clock.now())
    assert "別の変更があったため" in clerk.post(back[1], follow=True).content.decode()
    states = Card.objects.filter(pk__in=[card.pk for card in some]).values_list("state", flat=True)
    assert sorted(states) == ["pulled", "ready"]


def test_nothing_ticked_is_said_and_an_empty_day_names_the_next(clerk: Client, twelve: list[Spot]) -> None:
    assert (
        "印の付いたカードがありません"
        in clerk.post(address("act/"), {"do": "tick"}, follow=True).content.decode()
    )
    today = clerk.get(f"/cards/shelves/pull/?place={hall().pk}&day={clock.today().isoformat()}")
    assert "次に引き抜くカードがある日" in today.content.decode()
    assert f"day={tomorrow().isoformat()}" in today.content.decode()


def test_a_booking_that_changes_after_the_list_was_confirmed_is_marked(
    clerk: Client, twelve: list[Spot]
) -> None:
    clerk.post(address("act/"), {"do": "confirm"})
    assert "リストから外れたカード" not in clerk.get(address()).content.decode()
    gone = Card.objects.filter(wanted_on=tomorrow()).first()
    assert gone is not None
    Card.objects.filter(pk=gone.pk).update(wanted_on=None, wanted_site=None, reserved_at=None)
    late = card_at(50)
    wanted(late, at=hall(), on=tomorrow())
    page = clerk.get(address()).content.decode()
    assert "リストから外れたカード" in page
    assert "追加" in page
    assert "12件中0件" in page


def test_the_list_on_paper_stands_in_walking_order(clerk: Client, twelve: list[Spot]) -> None:
    pdf = clerk.get(f"{address('paper/')}&as=sheet").content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    places = [text.index(spot.name) for spot in twelve]
    assert places == sorted(places)
    assert "引き抜きリスト" in text


def test_who_may_only_look_fetches_nothing(twelve: list[Spot]) -> None:
    assert browser_of("call_centre").post(address("act/"), {"do": "sign"}).status_code == 403


def test_whose_card_it_is_is_asked_where_two_in_the_house_have_one_number(
    clerk: Client, twelve: list[Spot]
) -> None:
    number = "TST000000"
    mine = Card.objects.get(id=cards_of_code(code=number)[0])
    other = Card.objects.get(wanted_on=None)
    Card.objects.filter(id=other.id).update(reference_index=mine.reference_index)
    asked = scan(clerk, number)
    assert "手元のカードを選んでください" in asked
    assert Card.objects.filter(state="pulled").count() == 0
    sent = {"do": "scan", "code": number}
    assert (
        "リストにない"
        in clerk.post(address("act/"), {**sent, "card": str(other.id)}, follow=True).content.decode()
    )
    assert (
        "合っています"
        in clerk.post(address("act/"), {**sent, "card": str(mine.id)}, follow=True).content.decode()
    )
    # What is no number of a card is told, and nobody took a wrong card.
    assert "読み取り直してください" in scan(clerk, "xx")
    assert PullRound.objects.get().wrong == 1
