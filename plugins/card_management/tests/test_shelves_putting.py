"""Where a card lies is known from its scan on, and whatever nobody put anywhere stands on a list."""

import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Role
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.places.tests.factories import PlaceFactory
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import AssignmentRule, Spot, SpotMove
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.rules.shelves_codes import Code, code_of
from plugins.card_management.rules.shelves_codes import read as read_code
from plugins.card_management.services import moving, shelves_assigning, shelves_putting
from plugins.card_management.tests.shelves import (
    CLERK,
    browser_of,
    card_at,
    code_of_spot,
    hall,
    make_spots,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return browser_of()


def read_into(clerk: Client, spot: Spot, *codes: str) -> str:
    """Scan a spot and then cards, as a reader does: each code ends with Enter."""
    page = clerk.post("/cards/shelves/put/", {"code": code_of_spot(spot)})
    for code in codes:
        last = clerk.post(page["location"], {"code": code}, follow=True)
    return last.content.decode()


def where(clerk: Client, code: str) -> str:
    return clerk.post("/cards/shelves/find/", {"code": code}).content.decode()


@pytest.mark.req("KUR-21")
def test_a_scanned_number_tells_site_cabinet_and_box_and_what_is_not_shelved_stands_on_a_list(
    clerk: Client,
) -> None:
    spot, *_others = make_spots()
    lying, lost = card_at(1), card_at(2)
    page = read_into(clerk, spot, "ATST000001A")
    assert f"{spot.name} に置きました" in page
    found = where(clerk, "tst-000001")
    assert f"{hall().name} A-01-1" in found
    assert "試験 1" in found
    assert "決まっていません" not in found
    Card.objects.filter(pk=lost).update(site=None)
    assert "決まっていません" in where(clerk, "TST000002")
    unplaced = clerk.get("/cards/shelves/unplaced/").content.decode()
    assert ("TST000001" in unplaced, "TST000002" in unplaced) == (False, True)
    assert "この番号のカードはありません" in where(clerk, "TST000009")
    reads = AuditEntry.objects.filter(
        action="personal_data.read", details__purpose="card_management.where_is"
    )
    assert [str(lying)] in [entry.object_ids for entry in reads]


def test_what_cannot_lie_in_a_spot_is_refused_aloud(clerk: Client) -> None:
    spot, other, *_rest = make_spots()
    cards = [card_at(number) for number in range(4)]
    assert "いっぱい" in read_into(clerk, spot, "TST000000", "TST000001", "TST000002")
    shelves_putting.put(card_id=cards[0], spot_id=other.pk, actor=CLERK, now=clock.now())
    assert "に置きました" in read_into(clerk, spot, "TST000002")
    Card.objects.filter(pk=cards[3]).update(state="handed_over")
    assert "棚に置けません" in read_into(clerk, other, "TST000003")
    assert "見つかりません" in read_into(clerk, other, "ZZZ999999")
    wrong = clerk.post("/cards/shelves/put/", {"code": "TST000003"}, follow=True).content.decode()
    assert "先に、保管場所のコード" in wrong
    Spot.objects.filter(pk=other.pk).update(is_open=False)
    card_at(7)
    assert "いま使っていません" in read_into(clerk, other, "TST000007")


def test_two_people_with_one_number_are_never_mixed_up(clerk: Client) -> None:
    spot, *_others = make_spots()
    card_at(1)
    from plugins.card_management.tests.factories import add_card

    add_card(reference="TST000001", born_on="1957-04-01", storage="")
    assert "2枚以上" in read_into(clerk, spot, "TST000001")
    assert not Card.objects.filter(spot=spot).exists()


def test_every_move_between_spots_is_kept_with_its_author(clerk: Client) -> None:
    first, second, *_others = make_spots()
    card = card_at(1)
    read_into(clerk, first, "TST000001")
    read_into(clerk, second, "TST000001")
    moves = list(SpotMove.objects.order_by("id").values_list("from_name", "to_name", "how", "actor_name"))
    assert moves == [("", "A-01-1", "scan", "窓口 花子"), ("A-01-1", "A-01-2", "scan", "窓口 花子")]
    assert Card.objects.get(pk=card).storage == "A-01-2"
    page = clerk.get(f"/cards/{card}/").content.decode()
    assert "保管場所の履歴" in page


def test_a_card_that_leaves_frees_its_spot_and_comes_back_without_one() -> None:
    spot, *_others = make_spots()
    card = card_at(1)
    shelves_putting.put(card_id=card, spot_id=spot.pk, actor=CLERK, now=clock.now())
    Card.objects.filter(pk=card).update(state="withdrawn")
    moving.move(card_id=card, action=Action.DISPOSE, actor=CLERK, now=clock.now())
    assert Card.objects.get(pk=card).spot_id is None
    assert SpotMove.objects.latest("id").to_name == ""


def test_new_cards_get_the_spot_of_their_file_else_the_next_free_one_of_the_rules() -> None:
    spots = make_spots()
    annex = PlaceFactory.create(name="東支所", code="east")
    make_spots(annex, cabinets="E")
    for number, facts in enumerate(({"storage": "Ａ-02-1"}, {}, {}, {}, {"storage": "知らない棚"})):
        card = card_at(number)
        Card.objects.filter(pk=card).update(site=None, **facts)
    AssignmentRule.objects.create(order=1, place=hall(), cabinets="A-01", batch="")
    AssignmentRule.objects.create(order=2, place=annex)
    done = shelves_assigning.assign_new(actor=CLERK, now=clock.now())
    assert (done.count, done.left) == (4, 1)
    lies = {card.pk: card.spot_id for card in Card.objects.all()}
    assert sorted(str(Spot.objects.get(pk=key)) for key in lies.values() if key) == [
        "A-01-1",
        "A-01-1",
        "A-01-2",
        "A-02-1",
    ]
    again = shelves_assigning.assign(cards=Card.objects.all(), actor=CLERK, now=clock.now(), by_rules=True)
    assert (again.count, again.left) == (1, 0)
    assert Card.objects.filter(spot__in=spots).count() == 5
    assert SpotMove.objects.filter(how="file").count() == 1


def test_spots_are_made_in_bulk_after_a_look_and_only_once() -> None:
    admin = browser_of("city_admin")
    typed = {
        "place": str(hall().pk),
        "cabinets": "A-01〜A-20",
        "shelves": "5",
        "boxes": "10",
        "positions": "0",
        "capacity": "100",
    }
    page = admin.post("/cards/shelves/spots/make/", {**typed, "check": "1"}).content.decode()
    assert "1000か所を作ります" in page
    assert not Spot.objects.exists()
    admin.post("/cards/shelves/spots/make/", {**typed, "make": "1"})
    again = admin.post("/cards/shelves/spots/make/", {**typed, "make": "1"}, follow=True).content.decode()
    assert "もうあるので作りませんでした" in again
    assert Spot.objects.count() == 1000
    names = list(Spot.objects.order_by("walk").values_list("name", flat=True))
    assert (names[0], names[10], names[-1]) == ("A-01-1-01", "A-01-2-01", "A-20-5-10")
    wrong = admin.post("/cards/shelves/spots/make/", {**typed, "cabinets": "A-9〜A-1", "check": "1"})
    assert wrong.status_code == 422
    assert browser_of().get("/cards/shelves/spots/make/").status_code == 403


def test_the_walk_follows_the_order_of_the_city() -> None:
    make_spots()
    admin = browser_of("city_admin")
    page = f"/cards/shelves/spots/order/?place={hall().pk}"
    admin.post(page, {"order-0": "2", "order-1": "1"})
    names = list(Spot.objects.order_by("walk").values_list("name", flat=True))
    assert names == ["A-02-1", "A-02-2", "A-01-1", "A-01-2"]


def test_who_works_for_another_place_neither_sees_nor_fills_these_spots() -> None:
    spot, *_others = make_spots()
    away: Place = PlaceFactory.create(name="西支所", code="west")
    stranger = browser_of(place_ids=[away.pk])
    assert stranger.get(f"/cards/shelves/spots/{spot.pk}/").status_code == 404
    assert spot.name not in stranger.get("/cards/shelves/spots/").content.decode()
    assert stranger.post("/cards/shelves/put/", {"code": code_of_spot(spot)}).status_code == 404


def test_a_role_that_hides_storage_reads_no_spot() -> None:
    spot, *_others = make_spots()
    card = card_at(1)
    shelves_putting.put(card_id=card, spot_id=spot.pk, actor=CLERK, now=clock.now())
    Role.objects.filter(key="counter_clerk").update(
        masks={"pickups.storage": "hidden", "pickups.name": "hidden"}
    )
    clerk = browser_of()
    page = where(clerk, "TST000001")
    assert "A-01-1" not in page
    assert "試験 1" not in page


def test_printed_labels_are_read_back_as_their_spots() -> None:
    spots = make_spots(cabinets="A-01〜A-12")
    pdf = browser_of().get(f"/cards/shelves/spots/labels/?place={hall().pk}&as=sheet").content
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    picture = document[0].render(scale=4).to_pil()
    found = zxingcpp.read_barcodes(picture)
    codes = {code_of(kind=Code.SPOT, number=spot.number) for spot in spots}
    assert {read.text for read in found if read.format == zxingcpp.QRCode} == codes
    bars = {read_code(read.text).text for read in found if read.format == zxingcpp.Codabar}
    assert bars == codes
