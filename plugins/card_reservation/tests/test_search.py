"""One box for whatever a caller says."""

import re
import urllib.parse
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import HIDDEN, Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, MonthDay
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.services import READ
from madoguchi.places.models import Place
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import CALLER_PHONE
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.rules.search import read
from plugins.card_reservation.services import booking, callers, search
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.way import find

TODAY = date(2026, 12, 9)
pages = pytest.mark.django_db


def meant(text: str) -> Any:
    return read(text, day=None, today=TODAY)


def test_words_mean_all_they_can_mean() -> None:
    assert meant("48273916").number == "48273916"
    assert meant("４８２７－３９１６").number == "48273916"
    assert meant("090-1234").phone == "0901234"
    assert meant("0229").people.birthday == MonthDay(2, 29)
    assert meant("みほん").people.kana == "ミホン"
    assert meant("ﾐﾎﾝ ﾊﾅｺ").people.kana == "ミホンハナコ"
    assert meant("見本 花子").people.name == "見本花子"
    assert meant("abc-12").people.number == "ABC12"
    assert meant("12/10").day == date(2026, 12, 10)
    assert meant("1月5日").day == date(2027, 1, 5)
    assert meant("明日").day == date(2026, 12, 10)
    assert meant("2/30").day is None


@pytest.mark.parametrize("text", ["", " ", "12", "?!", "　", "%", "-"])
def test_too_little_means_nothing(text: str) -> None:
    assert meant(text).number == ""
    assert meant(text).people.number == ""


@pytest.fixture
def booked(people: People, free_slots: Any, now: datetime) -> Booking:
    """A booking of somebody with a card."""
    pickup = people.add("ABC123456", "0229")
    made = booking.book(request=request_for(free_slots(1)[0].id, pickup), actor=RESIDENT, now=now)
    found: Booking = Booking.objects.select_related("slot").get(pk=made.booking_id)
    return found


@pages
@pytest.mark.req("NAN-35")
def test_every_word_of_a_caller_finds_the_booking(
    clerk: Client, people: People, hall: Place, booked: Booking, free_slots: Any, now: datetime
) -> None:
    called = {"name": "架空 太郎", "phone": "090-1234-5678", "party_size": "1", "key": str(uuid4())}
    sent = called | {"slot": str(free_slots(1)[0].id), "email": ""}
    assert clerk.post("/reservations/new/?way=without", sent).status_code == 303
    other = Booking.objects.exclude(pk=booked.pk).get()
    day = f"{booked.slot.day.month}/{booked.slot.day.day}"
    for words in (booked.number[:4], "abc123", "みほん", "ハナコ", "見本花子", "0229", "2月29日", day):
        shown = find(clerk, words).content.decode()
        assert booked.number in shown, words
        assert "保管中" in shown
    for words in ("5678", "0901234", "架空"):
        shown = find(clerk, words).content.decode()
        assert other.number in shown, words
        assert booked.number not in shown
        assert "架空 太郎" in shown, "no card tells the name"
    assert find(clerk, booked.number).status_code == 302
    assert "該当する予約はありません" in find(clerk, "NOBODY").content.decode()
    _fill(hall, booked.slot.day, now=now)
    many = find(clerk, day).content.decode()
    assert "500件を超える予約" in many
    assert "<table" not in many


@pages
def test_whoever_booked_without_a_notice_is_called_by_the_name_they_gave(
    clerk: Client, people: People, hall: Place, free_slots: Any
) -> None:
    slot = free_slots(1)[0]
    sent = {
        "name": "架空 太郎",
        "phone": "090-1234-5678",
        "party_size": "2",
        "key": str(uuid4()),
        "email": "",
    }
    assert clerk.post("/reservations/new/?way=without", sent | {"slot": str(slot.id)}).status_code == 303
    day = clock.local(slot.starts_at).date()
    board = f"/reservations/?day={day}&place={hall.id}"
    for page in (board, "/reservations/list/"):
        assert "架空 太郎" in clerk.get(page).content.decode()
    seen = AuditEntry.objects.filter(action=READ, details__purpose="card_reservation.day_board")
    assert seen.exists()
    paper = PdfReader(BytesIO(clerk.get("/reservations/day/pdf/", {"day": day.isoformat()}).content))
    assert "架空太郎" in "".join(sheet.extract_text() for sheet in paper.pages).replace(" ", "")
    hidden = Eyes(masks={NAME: HIDDEN})
    (row,) = callers.named(
        rows=queries.day_board(place_id=hall.id, day=day, now=clock.now(), eyes=hidden), eyes=hidden
    )
    assert "架空" not in row.name


def _fill(hall: Place, day: date, *, now: datetime) -> None:
    slot = Slot.objects.filter(place=hall, day=day)[0]
    Booking.objects.bulk_create(
        Booking(
            number=f"{number:04}-{number:04}",
            slot=slot,
            party_size=1,
            channel="web",
            key=uuid4(),
            request_hash=b"",
            created_at=now,
            changed_at=now,
        )
        for number in range(501)
    )


@pages
def test_old_bookings_are_found_when_asked_for(people: People, booked: Booking, now: datetime) -> None:
    Slot.objects.filter(pk=booked.slot_id).update(day=clock.today() - timedelta(days=60))
    everything = Eyes()
    assert not search.search(text="みほん", with_past=False, now=now, eyes=everything)
    assert search.search(text="みほん", with_past=True, now=now, eyes=everything)


@pages
def test_what_a_reader_may_not_see_finds_nothing(people: People, booked: Booking, now: datetime) -> None:
    def hits(text: str, eyes: Eyes) -> int:
        return len(search.search(text=text, with_past=False, now=now, eyes=eyes))

    assert hits("みほん", Eyes()) == 1
    assert hits("みほん", Eyes(masks={KANA: HIDDEN})) == 0
    assert hits("2月29日", Eyes(masks={BORN_ON: HIDDEN})) == 0
    assert hits("みほん", Eyes(places=frozenset())) == 0
    assert hits(booked.number, Eyes(masks={CALLER_PHONE: HIDDEN})) == 1


@pages
def test_a_search_that_shows_names_is_recorded_once(clerk: Client, people: People, booked: Booking) -> None:
    before = AuditEntry.objects.count()
    find(clerk, "みほん")
    find(clerk, "NOBODY")
    assert AuditEntry.objects.count() == before + 1
    assert AuditEntry.objects.latest("id").details["purpose"] == "card_reservation.search"


@pages
def test_no_address_carries_what_was_looked_for(clerk: Client, people: People, booked: Booking) -> None:
    addresses = [
        clerk.post("/reservations/search/", {"q": words, "past": "on"})["Location"]
        for words in ("みほん", "0229", "見本花子")
    ]
    assert not any(
        each in urllib.parse.unquote(address) for address in addresses for each in ("みほん", "花子", "0229")
    )
    for address in addresses:
        page = clerk.get(address).content.decode()
        assert booked.number in page
        assert not re.search(r'(?:href|action)="[^"]*(?:0229|%E3%81%BF)', page)
    assert booked.number not in clerk.get("/reservations/search/", {"q": "みほん"}).content.decode()
    assert booked.number not in clerk.get(addresses[0][:-2] + "xx").content.decode()
    assert clerk.post("/reservations/search/", {"q": " "})["Location"] == "/reservations/search/"
