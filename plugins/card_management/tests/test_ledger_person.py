"""One screen per person, the list, the one box, and the printed ledger."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pypdf
import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked, VisitMarked
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.tests.factories import PlaceFactory
from madoguchi.tenancy import City
from plugins.card_management import queries
from plugins.card_management.models import Card, SearchPage
from plugins.card_management.queries import CardSearch
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import facts, moving, reservations, search_pages
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


@pytest.fixture
def admin(home: City) -> Client:
    return client_of(home, "city_admin")


def booked(*cards: UUID, starts_at: datetime, booking: UUID | None = None) -> UUID:
    number = booking or uuid4()
    event = PickupBooked(
        booking_id=number,
        number="4827-3916",
        place_id=PlaceFactory.create().pk,
        slot_starts_at=starts_at,
        pickups=cards,
        channel="web",
    )
    reservations.note_booked(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    return number


def found(text: str) -> set[str]:
    cards = queries.cards(wanted=CardSearch(words=text), order=(), first=0, count=50, eyes=EVERYTHING)
    return {card.reference for card in cards}


@pytest.mark.req("KUR-34")
def test_each_of_a_group_keeps_a_state_of_their_own(clerk: Client) -> None:
    issued, defect, missing = (
        add_card(reference=f"GRP00000{number}", name=f"見本 {number}", kana=f"ミホン {number}")
        for number in range(3)
    )
    start = clock.now() - timedelta(hours=1)
    booking = booked(issued, defect, missing, starts_at=start)
    event = VisitMarked(
        booking_id=booking,
        number="4827-3916",
        place_id=uuid4(),
        slot_starts_at=start,
        pickups=(issued, defect, missing),
        channel="web",
        visit="arrived",
    )
    reservations.note_visit(event=event, key=uuid4(), actor=SYSTEM, now=clock.now())
    matched(issued, now=clock.now())
    moving.move(card_id=issued, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    moving.move(card_id=defect, action=Action.MARK_REDO, actor=SYSTEM, now=clock.now(), reason="写真")
    facts.change(card_id=missing, fact=Fact.VISIT, value="absent", actor=SYSTEM, now=clock.now())
    said = [clerk.get(f"/cards/{card}/").content.decode() for card in (issued, defect, missing)]
    words = ("交付済み", "不備・再手続き", "来庁なし")
    marks = [page.partition("進捗</dt>")[2].partition("</dd>")[0] for page in said]
    assert [word in mark for word, mark in zip(words, marks, strict=True)] == [True, True, True]
    assert clerk.get("/cards/?visit=absent").content.decode().count("GRP000002") >= 1
    assert "GRP000000" not in clerk.get("/cards/?visit=absent").content.decode()


@pytest.mark.req("NAN-22")
def test_kinds_are_kept_apart_and_a_change_is_logged(clerk: Client) -> None:
    add_card()
    renewal = add_card(reference="ABC123457", name="更新 太郎")
    clerk.post(f"/cards/{renewal}/facts/", {"kind": "renewal"})
    page = clerk.get("/cards/?kind=renewal").content.decode()
    assert ("更新 太郎" in page, "見本 花子" in page) == (True, False)
    entry = AuditEntry.objects.get(action="card_management.change_fact")
    assert entry.details == {"fact": "kind", "before": "new", "after": "renewal"}
    assert "新規" in clerk.get(f"/cards/{renewal}/").content.decode().partition("履歴</h2>")[2]


@pytest.mark.req("KUR-04")
def test_one_number_of_two_people_is_two_cards_each_found_by_its_own_birthday(clerk: Client) -> None:
    from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay

    hanako, taro = add_card(), add_card(born_on="1957-04-01", name="見本 太郎", kana="タロウ")
    asked = [queries.find_pickup(reference="ABC123456", birthday=MonthDay(*day)) for day in ((2, 29), (4, 1))]
    assert asked == [Found(pickup=hanako, label="ミ…"), Found(pickup=taro, label="タ…")]
    add_card(born_on="1960-02-29", name="別人")
    assert queries.find_pickup(reference="ABC123456", birthday=MonthDay(2, 29)) == Ambiguous()
    # The reader at the counter chooses nobody either.
    page = clerk.post("/cards/scan/", {"action": "pull", "codes": "ABC123456"}).content.decode()
    assert "2枚以上" in page
    assert set(Card.objects.values_list("state", flat=True)) == {"stored"}


@pytest.mark.req("NAN-34")
def test_one_screen_shows_state_place_bookings_notes_history_and_what_to_do_next(clerk: Client) -> None:
    card = add_card()
    second = add_card(reference="NEW000001")
    clerk.post(f"/cards/{card}/notes/", {"text": "耳が不自由な方"})
    clerk.post(f"/cards/{card}/facts/", {"kind": "new", "notice_sent_on": "2026-11-04"})
    booked(card, starts_at=datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    page = clerk.get(f"/cards/{card}/").content.decode()
    for words in ("保管中", "本庁A-01-001", "昭和63年2月29日", "耳が不自由な方", "予約済み", "引き抜く"):
        assert words in page, words
    # Both cards of the holder stand on it, the other one click away.
    assert f'href="/cards/{second}/"' in page
    assert "この方のカード" in page
    read = AuditEntry.objects.filter(action="personal_data.read").latest("id")
    assert set(read.object_ids) == {str(card), str(second)}


def test_the_one_box_finds_by_part_of_number_kana_name_birthday_and_day(clerk: Client) -> None:
    add_card()
    card = add_card(reference="XYZ777001", name="例示 次郎", kana="レイジ ジロウ", born_on="1957-04-01")
    booked(card, starts_at=datetime(2026, 11, 26, 1, 0, tzinfo=UTC))
    for text in ("777", "xyz77", "ＸＹＺ７７７００１", "れいじ", "ﾚｲｼﾞ", "ジロウ", "例示", "例示　次郎"):
        assert found(text) == {"XYZ777001"}, text
    for text in ("1957-04-01", "昭和32年4月1日", "4/1", "0401", "2026-11-26", "11/26"):
        assert found(text) == {"XYZ777001"}, text
    for text in ("ヌヌヌ", "999999", "1957-04-02", "|", ";", '"', "%", "_", "\\"):
        assert found(text) == set(), text
    page = clerk.get("/cards/?words=れいじ").content.decode()
    assert ("例示 次郎" in page, "見本 花子" in page) == (True, False)


def test_pages_of_search_find_the_same_as_opening_every_card(
    home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_pages, "LEAST_CARDS", 1)
    for number in range(12):
        add_card(reference=f"SRC0000{number:02d}", name=f"試験 {number}", kana=f"シケン {number}")
    texts = ("シケン", "0005", "試験", "2/29")
    before = [found(text) for text in texts]
    assert search_pages.build(now=clock.now()) == search_pages.PAGES
    assert [found(text) for text in texts] == before
    assert search_pages.build(now=clock.now()) == 0
    # What is written after a page was made stands on none until it is made anew.
    late = add_card(reference="LAT000001", kana="オソイ")
    search_pages.forget(cards=[late])
    assert found("オソイ") == {"LAT000001"}
    search_pages.build(now=clock.now())
    assert found("オソイ") == {"LAT000001"}
    page = SearchPage.objects.first()
    assert page is not None
    assert "シケン".encode() not in bytes(page.sealed)
    search_pages.forget()
    assert not SearchPage.objects.exists()


def test_too_many_hits_are_cut_and_said(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pages, "MOST", 2)
    for number in range(5):
        add_card(reference=f"CUT00000{number}")
    assert len(found("ミホン")) == 3
    assert "件までを表示します" in clerk.get("/cards/?words=ミホン").content.decode()


@pytest.mark.req("KUR-37")
def test_files_and_paper_hold_as_many_rows_as_the_screen(admin: Client) -> None:
    place = PlaceFactory.create(name="北支所", code="north")
    for number in range(7):
        add_card(
            reference=f"CNT00000{number}", name="=cmd|' /C calc'!A0" if number == 3 else f"試験 {number}"
        )
    chosen = Card.objects.values_list("id", flat=True)[:4]
    Card.objects.filter(id__in=list(chosen)).update(site=place.pk, wanted_on=date(2026, 11, 24))
    query = f"state=stored&site={place.pk}&wanted_on=2026-11-24"
    screen = admin.get(f"/cards/?{query}").content.decode()
    assert "4件" in screen
    rows = list(csv.reader(io.StringIO(admin.get(f"/cards/?{query}&as=csv").content.decode("utf-8-sig"))))
    assert len([row for row in rows if row and row[0].startswith("CNT")]) == 4
    paper = pypdf.PdfReader(io.BytesIO(admin.get(f"/cards/?{query}&as=sheet").content))
    assert sum(page.extract_text().count("CNT0000") for page in paper.pages) == 4
    everything = admin.get("/cards/?as=csv").content.decode()
    assert ",=cmd" not in everything
    assert "'=cmd" in everything


@pytest.mark.req("FUJ-21")
def test_the_ledger_fills_itself_and_prints_in_the_citys_form(admin: Client) -> None:
    for number in range(60):
        add_card(reference=f"LDG0000{number:02d}", name=f"試験 {number}")
    # Nothing anywhere makes a card by hand.
    assert "/cards/new" not in admin.get("/cards/").content.decode()
    query = "basis=arrived_on&first=2026-11-01&last=2026-11-30&site=&state=stored&kind="
    around = admin.get(f"/cards/ledger/?{query}")
    assert around.status_code == 200
    answer = admin.get(f"/cards/ledger/pdf/?{query}")
    assert answer.headers["Content-Type"] == "application/pdf"
    paper = pypdf.PdfReader(io.BytesIO(answer.content))
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert text.count("LDG0000") == 60
    for words in ("カード管理簿", "合計 60件", f"1 / {len(paper.pages)}", "到着日"):
        assert words in text, words
    assert len(paper.pages) > 1
    nothing = admin.get("/cards/ledger/?basis=arrived_on&first=2020-01-01&last=2020-01-02")
    assert nothing.status_code == 422
    assert admin.get("/cards/ledger/?basis=arrived_on&first=2026-12-01&last=2026-11-01").status_code == 422
    assert admin.get("/cards/ledger/pdf/?basis=birthday&first=x&last=y").status_code == 422


def test_somebody_of_one_place_sees_no_card_of_another(home: City) -> None:
    north, south = PlaceFactory.create(name="北支所"), PlaceFactory.create(name="南支所")
    card = add_card()
    Card.objects.filter(id=card).update(site=south.pk)
    staff = StaffFactory.create(roles=["counter_clerk"], place_ids=[north.pk])
    client = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), staff)
    assert "見本 花子" not in client.get("/cards/").content.decode()
    assert client.get(f"/cards/{card}/").status_code == 404
    assert client.post(f"/cards/{card}/move/", {"action": "pull"}).status_code == 404
    page = client.post("/cards/scan/", {"action": "pull", "codes": "ABC123456"}).content.decode()
    assert "見つかりません" in page
    Card.objects.filter(id=card).update(wanted_site=north.pk)
    assert "見本 花子" in client.get("/cards/").content.decode()
