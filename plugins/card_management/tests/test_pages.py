"""The card pages: what they show, what they record, and whom they refuse."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched

pytestmark = pytest.mark.django_db


def client_of(city: City, role: str) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


def reads() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="personal_data.read").order_by("id"))


def test_the_list_shows_cards_and_leaves_one_entry_for_all_of_them(clerk: Client) -> None:
    cards = {str(add_card()), str(add_card(reference="ABC123457", name="例示 次郎", kana="レイジ ジロウ"))}
    page = clerk.get("/cards/").content.decode()
    assert "見本 花子" in page
    assert "例示 次郎" in page
    (read,) = reads()
    assert set(read.object_ids) == cards
    assert read.details == {"purpose": "card_management.card_list"}


@pytest.mark.parametrize("typed", ["ABC123456", "ａｂｃ－１２３４５６"])
def test_a_number_finds_everybody_who_has_it(clerk: Client, typed: str) -> None:
    add_card()
    add_card(born_on="1957-04-01", name="見本 太郎")
    add_card(reference="ABC123457", name="例示 次郎")
    page = clerk.get("/cards/", {"words": typed}).content.decode()
    assert ("見本 花子" in page, "見本 太郎" in page, "例示 次郎" in page) == (True, True, False)


@pytest.mark.parametrize("typed", ["みほん", "ﾐﾎﾝ", "ミホンハ"])
def test_the_beginning_of_a_name_in_any_kana_finds_its_people(clerk: Client, typed: str) -> None:
    add_card()
    add_card(reference="ABC123457", name="例示 次郎", kana="レイジ ジロウ")
    page = clerk.get("/cards/", {"words": typed}).content.decode()
    assert ("見本 花子" in page, "例示 次郎" in page) == (True, False)


def test_the_list_goes_on_over_pages(clerk: Client) -> None:
    for number in range(30):
        add_card(reference=f"ABC1234{number:02d}", name=f"試験 {number}")
    first, second = (clerk.get("/cards/", {"page": page}).content.decode() for page in (1, 2))
    assert (first.count("試験"), second.count("試験")) == (25, 5)
    assert clerk.get("/cards/?page=-1").status_code == 200
    assert clerk.get("/cards/?page=999999").status_code == 200


def test_a_card_shows_its_person_and_leaves_an_entry(clerk: Client) -> None:
    card = add_card()
    page = clerk.get(f"/cards/{card}/").content.decode()
    assert "昭和63年2月29日" in page
    assert reads()[-1].object_ids == [str(card)]


def test_a_move_is_written_with_its_author_and_an_impossible_one_is_refused(clerk: Client) -> None:
    card = add_card()
    matched(card)
    clerk.post(f"/cards/{card}/move/", {"action": "hand_over"})
    again = clerk.post(f"/cards/{card}/move/", {"action": "hand_over"}, follow=True).content.decode()
    assert "その操作はできません" in again
    movement = CardMovement.objects.get()
    assert (movement.from_state, movement.to_state, movement.actor_name) == (
        "stored",
        "handed_over",
        "窓口 花子",
    )
    assert AuditEntry.objects.get(action="card_management.hand_over").object_ids == [str(card)]
    assert "窓口 花子" in clerk.get(f"/cards/{card}/").content.decode()


def test_a_hand_over_by_mistake_is_taken_back(clerk: Client) -> None:
    card = add_card()
    matched(card)
    for action in ("hand_over", "take_back"):
        clerk.post(f"/cards/{card}/move/", {"action": action})
    assert Card.objects.get().state == "stored"


def test_an_unknown_card_is_not_found(clerk: Client) -> None:
    assert clerk.get("/cards/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_those_without_the_right_see_no_card_and_move_none(home: City) -> None:
    card = add_card()
    for role in ("auditor", "call_centre", "site_editor"):
        client = client_of(home, role)
        assert client.get("/cards/").status_code == 403
        assert client.get(f"/cards/{card}/").status_code == 403
        assert client.post(f"/cards/{card}/move/", {"action": "dispose"}).status_code == 403
    assert Card.objects.get().state == "stored"
    assert not reads()


def test_the_home_page_counts_the_cards_that_wait(clerk: Client) -> None:
    add_card()
    assert "受け取りを待つカード" in clerk.get("/").content.decode()
