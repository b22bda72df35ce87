"""What a clerk did a moment ago in the rooms of cards can be taken back, once and by whoever did it."""

import re

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.tenancy import City
from plugins.card_management.models import Card
from plugins.card_management.models.register import PostalCorrection
from plugins.card_management.models.shelves import AssignmentRule, Parcel, Spot, Stocktake
from plugins.card_management.services import intake_choices, postal_corrections
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.intake import address_profile, apply, bring, issuance_profile, sample
from plugins.card_management.tests.shelves import (
    CLERK,
    browser_of,
    card_at,
    code_of_spot,
    hall,
    make_spots,
)
from plugins.card_management.tests.test_intake_addresses import addresses

pytestmark = pytest.mark.django_db
STOCKTAKES = "/cards/shelves/stocktakes"


@pytest.fixture
def clerk(home: City) -> Client:
    return browser_of()


@pytest.fixture
def keeper(home: City) -> Client:
    return browser_of("city_admin")


def undo(browser: Client, page: str) -> str:
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found, "no way back was offered"
    return browser.post(found[1], follow=True).content.decode()


def act(browser: Client, address: str, **sent: str) -> str:
    return browser.post(address, sent, follow=True).content.decode()


def begun(clerk: Client, cabinet: str = "A-01") -> Stocktake:
    clerk.post(f"{STOCKTAKES}/begin/", {"place": str(hall().pk), "cabinet": cabinet})
    return Stocktake.objects.get()


def counted(clerk: Client, stocktake: Stocktake, spot: Spot, *codes: str) -> str:
    box = str(clerk.post(f"{STOCKTAKES}/{stocktake.pk}/scan/", {"code": code_of_spot(spot)})["location"])
    for code in codes:
        clerk.post(box, {"code": code})
    return box


def test_a_stocktake_that_was_closed_is_opened_again(clerk: Client) -> None:
    spots = make_spots()
    stocktake = begun(clerk)
    clerk.post(counted(clerk, stocktake, spots[0]), {"end": "1"})
    page = act(clerk, f"{STOCKTAKES}/{stocktake.pk}/sign/")
    stocktake.refresh_from_db()
    assert stocktake.closed_at is not None
    assert "元に戻しました" in undo(clerk, page)
    assert Stocktake.objects.filter(closed_at=None, closed_by="", found={}).exists()
    assert AuditEntry.objects.filter(action="card_management.stocktake_reopened").count() == 1
    # Another count of the same cabinet may have begun since: then this one stays closed.
    page = act(clerk, f"{STOCKTAKES}/{stocktake.pk}/sign/")
    clerk.post(f"{STOCKTAKES}/begin/", {"place": str(hall().pk), "cabinet": "A-01"})
    assert "元に戻せません" in undo(clerk, page)


def test_a_stocktake_begun_by_mistake_is_given_up_until_a_box_was_opened(clerk: Client) -> None:
    spots = make_spots()
    refused = clerk.post(f"{STOCKTAKES}/begin/", {"place": str(hall().pk), "cabinet": "Z-99"})
    assert refused.status_code == 422
    assert "数える箱がありません" in refused.content.decode()
    stocktake = begun(clerk)
    address = f"{STOCKTAKES}/{stocktake.pk}/"
    assert "数え終えていない箱" not in clerk.get(address).content.decode()
    assert "取りやめました" in act(clerk, f"{address}sign/", do="drop")
    assert not Stocktake.objects.exists()
    stocktake = begun(clerk)
    address = f"{STOCKTAKES}/{stocktake.pk}/"
    counted(clerk, stocktake, spots[0])
    assert "数え終えていない箱が2か所あります" in clerk.get(address).content.decode()
    assert "取りやめられません" in act(clerk, f"{address}sign/", do="drop")
    assert Stocktake.objects.exists()


def test_a_box_is_counted_again_from_its_first_card_and_not_after_the_end(clerk: Client) -> None:
    spots = make_spots()
    card_at(1)
    stocktake = begun(clerk)
    box = counted(clerk, stocktake, spots[0], "TST000001", "qq")
    assert "はじめから数え直します" in act(clerk, box, again="1")
    assert stocktake.counts.get().scanned == []
    assert stocktake.counts.get().strange == []
    act(clerk, f"{STOCKTAKES}/{stocktake.pk}/sign/")
    assert "もう締めてあります" in act(clerk, box, code="TST000001")
    assert stocktake.counts.get().scanned == []


def test_a_parcel_that_was_sent_too_early_comes_back_until_the_other_end_read_a_card(
    clerk: Client,
) -> None:
    other = Place.objects.create(code="branch", name="支所")
    clerk.post("/cards/shelves/parcels/make/", {"from_place": str(hall().pk), "to_place": str(other.pk)})
    parcel = Parcel.objects.get()
    address = f"/cards/shelves/parcels/{parcel.pk}/act/"
    card = card_at(1)
    act(clerk, address, do="pack", code="TST000001")
    assert "先にすべて出してください" in act(clerk, address, do="drop")
    page = act(clerk, address, do="send")
    assert Card.objects.get(id=card).state == "in_transit"
    assert "元に戻しました" in undo(clerk, page)
    back, parcel = Card.objects.get(id=card), Parcel.objects.get()
    assert (back.state, back.site, parcel.state, parcel.sent_at) == ("pulled", hall().pk, "packing", None)
    page = act(clerk, address, do="send")
    act(clerk, address, do="take_in", code="TST000001")
    assert "元に戻せません" in undo(clerk, page)
    assert Card.objects.get(id=card).state == "ready"


def test_an_empty_parcel_is_given_up_and_its_number_never_used_again(clerk: Client) -> None:
    other = Place.objects.create(code="branch", name="支所")
    ends = {"from_place": str(hall().pk), "to_place": str(other.pk)}
    clerk.post("/cards/shelves/parcels/make/", ends)
    parcel = Parcel.objects.get()
    assert "取りやめました" in act(clerk, f"/cards/shelves/parcels/{parcel.pk}/act/", do="drop")
    clerk.post("/cards/shelves/parcels/make/", ends)
    assert sorted(Parcel.objects.values_list("number", "state")) == [(1, "dropped"), (2, "packing")]


def test_a_rule_comes_back_where_it_stood(keeper: Client) -> None:
    make_spots()
    rule = {"place": str(hall().pk), "area": "城南町"}
    act(keeper, "/cards/shelves/rules/", **rule)
    act(keeper, "/cards/shelves/rules/", place=str(hall().pk))
    before = list(AssignmentRule.objects.values())
    page = act(keeper, f"/cards/shelves/rules/{before[0]['id']}/remove/")
    assert AssignmentRule.objects.count() == 1
    undo(keeper, page)
    assert list(AssignmentRule.objects.values()) == before


def test_a_chosen_postal_code_comes_back(clerk: Client) -> None:
    address = "埼玉県熊谷市宮町二丁目47番地1"
    postal_corrections.correct(
        address=address, code="3600041", is_for_area=True, actor=CLERK, now=clock.now()
    )
    before = PostalCorrection.objects.values().get()
    page = act(clerk, "/cards/register/postcodes/places/", correction=str(before["id"]))
    assert not PostalCorrection.objects.exists()
    undo(clerk, page)
    after = PostalCorrection.objects.values().get()
    assert {**after, "id": before["id"]} == before


def test_cards_of_one_sending_go_back_together_or_not_at_all(clerk: Client) -> None:
    cards = [card_at(number) for number in range(3)]
    sent = {"action": "pull", "codes": "TST000000\nTST000001\nTST000002\nqq"}
    page = act(clerk, "/cards/scan/", **sent)
    assert Card.objects.filter(state="pulled").count() == 3
    undo(clerk, act(clerk, "/cards/scan/", action="put_back", codes="TST000002"))
    assert "元に戻せません" in undo(clerk, page)
    assert Card.objects.filter(state="pulled").count() == 3
    assert cards


def test_an_address_given_to_the_wrong_person_is_taken_back_and_waits_again(clerk: Client) -> None:
    apply(bring(clerk, issuance_profile(), sample("issuance_list.psv")))
    kana, name, born, _address = sample("address_list.csv").decode("cp932").splitlines()[1].split(",")
    twin = {"kana": kana, "name": name, "born_on": born.replace("/", "-"), "address": "別の町1"}
    for number in ("TWN000001", "TWN000002"):
        add_card(reference=number, **twin)
    apply(bring(clerk, address_profile(), sample("address_list.csv")))
    before = sorted(addresses())
    (choice,) = intake_choices.listed(first=0, count=9)
    chosen = next(card for card, fields in choice.cards if fields["address"] == "別の町1")
    page = act(clerk, f"/cards/intake/addresses/{choice.id}/", card=str(chosen))
    # Both cards of the person have it.
    assert "別の町1" not in addresses()
    assert intake_choices.waiting() == 0
    undo(clerk, page)
    assert sorted(addresses()) == before
    assert len(intake_choices.listed(first=0, count=9)) == 1


def test_the_order_of_cabinets_takes_wide_numbers_and_names_what_is_none(keeper: Client) -> None:
    make_spots()
    address = f"/cards/shelves/spots/order/?place={hall().pk}"
    wrong = keeper.post(address, {"order-0": "２", "order-1": "あ"})
    assert wrong.status_code == 422
    assert "A-02" in wrong.content.decode()
    assert Spot.objects.order_by("walk").values_list("cabinet", flat=True).first() == "A-01"
    keeper.post(address, {"order-0": "２", "order-1": "１"})
    assert Spot.objects.order_by("walk").values_list("cabinet", flat=True).first() == "A-02"
