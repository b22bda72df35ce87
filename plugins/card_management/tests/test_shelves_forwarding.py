"""Cards wanted elsewhere are listed in time, packed, signed for at both ends, and missed when missing."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupMoved
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.models import Place
from madoguchi.places.tests.factories import PlaceFactory
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Parcel, ParcelCard, ShelfTask
from plugins.card_management.queries import shelves_forwarding
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.rules.shelves_codes import Code, code_of
from plugins.card_management.rules.shelves_forwarding import Urgency
from plugins.card_management.services import moving, reservations, shelves_parcels, shelves_tasks
from plugins.card_management.tests.shelves import CLERK, browser_of, card_at, hall, tomorrow, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Client:
    return browser_of()


@pytest.fixture
def branch() -> Place:
    made: Place = PlaceFactory.create(name="東支所 市民係", code="east")
    return made


def travelling(number: int, branch: Place, *, days: int = 7) -> UUID:
    card = card_at(number)
    wanted(card, at=branch, on=clock.today() + timedelta(days=days))
    return card


def listed() -> dict[UUID, Urgency]:
    found = shelves_forwarding.travels(today=clock.today(), eyes=EVERYTHING)
    return {each.card.id: each.urgency for each in found}


def parcel_of(clerk: Client, branch: Place) -> tuple[Parcel, str]:
    clerk.post("/cards/shelves/parcels/make/", {"from_place": str(hall().pk), "to_place": str(branch.pk)})
    parcel = Parcel.objects.latest("number")
    return parcel, f"/cards/shelves/parcels/{parcel.pk}/"


def say(clerk: Client, page: str, act: str, code: str = "") -> str:
    return clerk.post(f"{page}act/", {"do": act, "code": code}, follow=True).content.decode()


def back_home(card: UUID) -> None:
    """Let the booking of a card go back to the place that stored it."""
    starts = clock.now() + timedelta(days=3)
    event = PickupMoved(
        booking_id=uuid4(),
        number="4827-3916",
        place_id=hall().pk,
        slot_starts_at=starts,
        previous_starts_at=starts,
        pickups=(card,),
        channel="phone",
    )
    key = uuid4()
    for _ in range(2):
        reservations.note_booked(event=event, key=key, actor=CLERK, now=clock.now())
        shelves_tasks.note_moved(event=event, key=key, actor=CLERK, now=clock.now())


@pytest.mark.req("KUR-41")
def test_cards_stored_elsewhere_than_wanted_are_listed_until_they_are_wanted_at_home_again(
    clerk: Client, branch: Place
) -> None:
    away, home, late = travelling(1, branch), card_at(2), travelling(3, branch, days=0)
    wanted(home, at=hall(), on=tomorrow())
    found = listed()
    assert set(found) == {away, late}
    assert found[late] is Urgency.LATE
    page = clerk.get("/cards/shelves/forwarding/").content.decode()
    for word in (branch.name, hall().name, "TST000001", "間に合わない"):
        assert word in page
    wanted(away, at=hall(), on=tomorrow())
    assert set(listed()) == {late}
    # One that was sent already is called back.
    _parcel, way = parcel_of(clerk, branch)
    say(clerk, way, "pack", "TST000003")
    say(clerk, way, "send")
    back_home(late)
    task = ShelfTask.objects.get()
    assert (task.kind, task.card_id, task.place_id) == ("recall", late, branch.pk)
    assert "予約が変わりました" in clerk.get(way).content.decode()


def test_a_card_nobody_wants_at_the_other_end_is_packed_with_a_warning(clerk: Client, branch: Place) -> None:
    card_at(1)
    travelling(2, branch)
    _parcel, page = parcel_of(clerk, branch)
    doubtful = say(clerk, page, "pack", "TST000001")
    assert "送り先で受け取る予約がないカードです" in doubtful
    assert 'data-tone="warn"' in doubtful
    assert 'data-tone="ok"' in say(clerk, page, "pack", "TST000002")


def test_going_back_after_a_scan_does_not_send_it_again(clerk: Client, branch: Place) -> None:
    travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    scanned = clerk.post(f"{page}act/", {"do": "pack", "code": "TST000001"})
    assert (scanned.status_code, scanned["location"]) == (302, page)
    other = clerk.get("/cards/shelves/parcels/").content.decode()
    assert "荷物に入れました" not in other
    assert "荷物に入れました" in clerk.get(page).content.decode()
    assert "荷物に入れました" not in clerk.get(page).content.decode()


def test_a_parcel_with_a_card_whose_booking_changed_does_not_leave(clerk: Client, branch: Place) -> None:
    moved, stays = travelling(1, branch), travelling(2, branch)
    parcel, page = parcel_of(clerk, branch)
    for code in ("TST000001", "TST000002"):
        say(clerk, page, "pack", code)
    wanted(moved, at=hall(), on=clock.today() + timedelta(days=7))
    assert "予約が変わったカードが入っています" in say(clerk, page, "send")
    parcel.refresh_from_db()
    assert parcel.state == "packing"
    # Sent twice, and once for a card that lies in no parcel: one card was taken out, and so it is written.
    for card in (moved, moved, uuid4()):
        clerk.post(f"{page}act/", {"do": "unpack", "card": str(card)})
    unpacked = AuditEntry.objects.filter(action="card_management.parcel_unpacked")
    assert [entry.object_ids for entry in unpacked] == [[str(moved)]]
    say(clerk, page, "send")
    assert Card.objects.get(pk=stays).state == "in_transit"
    assert Card.objects.get(pk=moved).state == "pulled"


def test_a_card_that_left_is_not_to_be_put_back_where_it_was(clerk: Client, branch: Place) -> None:
    card = travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    say(clerk, page, "pack", "TST000001")
    # Another day at the same place: it may leave, and then nothing is left to do here.
    ShelfTask.objects.create(
        card_id=card, kind="put_back", reason="moved", place=hall(), event=card, since=clock.now()
    )
    say(clerk, page, "send")
    assert Card.objects.get(pk=card).state == "in_transit"
    assert not ShelfTask.objects.filter(done_at=None).exists()


def test_a_card_that_was_sent_before_its_booking_changed_is_called_back(clerk: Client, branch: Place) -> None:
    card = travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    say(clerk, page, "pack", "TST000001")
    assert listed() == {}
    say(clerk, page, "send")
    say(clerk, page, "take_in", "TST000001")
    say(clerk, page, "sign")
    assert Card.objects.get(pk=card).site == branch.pk
    # The booking goes back to the place that stored it: the card travels the other way.
    wanted(card, at=hall(), on=clock.today() + timedelta(days=7))
    moving.move(card_id=card, action=Action.PUT_BACK, actor=CLERK, now=clock.now())
    assert set(listed()) == {card}


@pytest.mark.req("KUR-42")
def test_a_parcel_is_signed_for_at_both_ends_and_what_was_sent_and_not_received_is_an_alert(
    clerk: Client, branch: Place
) -> None:
    cards = [travelling(number, branch) for number in range(3)]
    stranger = card_at(9)
    parcel, page = parcel_of(clerk, branch)
    for number in range(3):
        assert "荷物に入れました" in say(clerk, page, "pack", f"TST{number:06d}")
    wanted(stranger, at=hall(), on=tomorrow())
    assert "別の場所です" in say(clerk, page, "pack", "TST000009")
    assert "もう荷物に入っています" in say(clerk, page, "pack", "TST000001")
    say(clerk, page, "send")
    assert set(Card.objects.filter(id__in=cards).values_list("state", flat=True)) == {"in_transit"}
    pdf = clerk.get(f"{page}paper/?as=sheet").content
    text = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    for word in (branch.name, hall().name, "TST000002", "3枚"):
        assert word in text
    assert "受け取りました" in say(clerk, page, "take_in", "TST000000")
    assert "もう受け取ってあります" in say(clerk, page, "take_in", "TST000000")
    assert "入っていないはずのカード" in say(clerk, page, "take_in", "TST000009")
    say(clerk, page, "take_in", "TST000001")
    alert = say(clerk, page, "sign")
    assert "1枚が届いていません" in alert
    parcel.refresh_from_db()
    assert (parcel.sent_by, parcel.received_by, parcel.state) == ("窓口 花子", "窓口 花子", "received")
    assert shelves_parcels.differences(eyes=EVERYTHING) == 2
    assert "荷物のくい違い" in clerk.get("/").content.decode()
    assert Card.objects.get(pk=cards[2]).state == "in_transit"
    clerk.post(f"{page}act/", {"do": "found", "card": str(cards[2])})
    clerk.post(f"{page}act/", {"do": "gone", "card": str(stranger)})
    assert shelves_parcels.differences(eyes=EVERYTHING) == 0
    assert Card.objects.get(pk=cards[2]).site == branch.pk


def test_a_card_too_many_is_a_difference_even_where_none_is_missing(clerk: Client, branch: Place) -> None:
    travelling(1, branch)
    card_at(9)
    _parcel, page = parcel_of(clerk, branch)
    say(clerk, page, "pack", "TST000001")
    say(clerk, page, "send")
    say(clerk, page, "take_in", "TST000001")
    say(clerk, page, "take_in", "TST000009")
    signed = say(clerk, page, "sign")
    assert "くい違いはありません" not in signed
    assert "入っていないはずのカードが1枚あります" in signed


def test_a_parcel_that_does_not_arrive_in_time_is_an_alarm(clerk: Client, branch: Place) -> None:
    travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    assert "1枚も入っていません" in say(clerk, page, "send")
    say(clerk, page, "pack", "TST000001")
    say(clerk, page, "send")
    assert shelves_parcels.overdue(today=clock.today(), eyes=EVERYTHING) == 0
    Parcel.objects.update(due_on=clock.today() - timedelta(days=1))
    assert "届く予定を過ぎています" in clerk.get(page).content.decode()
    assert "届いていない回送の荷物" in clerk.get("/").content.decode()


def test_a_parcel_is_opened_by_its_code(clerk: Client, branch: Place) -> None:
    parcel, page = parcel_of(clerk, branch)
    code = code_of(kind=Code.PARCEL, number=parcel.number)
    assert clerk.post("/cards/shelves/parcels/open/", {"code": f"A{code}A"})["location"] == page


def test_the_menu_marks_what_travels_and_what_is_disposed_of_under_their_own_lines(
    clerk: Client, branch: Place
) -> None:
    _parcel, page = parcel_of(clerk, branch)
    for address, line in (
        (page, "/cards/shelves/forwarding/"),
        ("/cards/shelves/parcels/", "/cards/shelves/forwarding/"),
        ("/cards/shelves/disposals/", "/cards/shelves/radar/"),
        ("/cards/shelves/spots/", "/cards/shelves/"),
    ):
        menu = clerk.get(address).content.decode().split('class="s-side"')[1]
        marked = re.findall(r'<a href="([^"]+)"[^>]*aria-current="page"', menu.split("<main")[0])
        assert set(marked) == {line}


def test_each_end_does_only_its_own_part(clerk: Client, branch: Place) -> None:
    card = travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    far = browser_of(place_ids=[branch.pk])
    assert far.post(f"{page}act/", {"do": "pack", "code": "TST000001"}).status_code == 403
    say(clerk, page, "pack", "TST000001")
    say(clerk, page, "send")
    near = browser_of(place_ids=[hall().pk])
    assert near.post(f"{page}act/", {"do": "take_in", "code": "TST000001"}).status_code == 403
    elsewhere = browser_of(place_ids=[PlaceFactory.create().pk])
    assert elsewhere.get(page).status_code == 404
    say(far, page, "take_in", "TST000001")
    assert Card.objects.get(pk=card).state == "ready"


def test_a_card_is_in_one_parcel_at_most_and_leaves_it_when_it_is_moved_otherwise(
    clerk: Client, branch: Place
) -> None:
    card = travelling(1, branch)
    _parcel, page = parcel_of(clerk, branch)
    _other, second = parcel_of(clerk, branch)
    say(clerk, page, "pack", "TST000001")
    assert "もう荷物に入っています" in say(clerk, second, "pack", "TST000001")
    moving.move(card_id=card, action=Action.PUT_BACK, actor=CLERK, now=clock.now())
    assert not ParcelCard.objects.filter(is_open=True).exists()
    assert set(listed()) == {card}


def test_the_list_of_parcels_counts_cards_and_differences_by_place(clerk: Client, branch: Place) -> None:
    travelling(1, branch)
    parcel, page = parcel_of(clerk, branch)
    say(clerk, page, "pack", "TST000001")
    say(clerk, page, "send")
    say(clerk, page, "sign")
    listed_here = clerk.get("/cards/shelves/parcels/").content.decode()
    assert f">{parcel.number}<" in listed_here
    elsewhere = browser_of(place_ids=[PlaceFactory.create().pk])
    assert f">{parcel.number}<" not in elsewhere.get("/cards/shelves/parcels/").content.decode()
    assert "荷物のくい違い" not in elsewhere.get("/").content.decode()
