"""The list of bookings of any days: narrowed, kept as a view, taken away as a file, set on paper."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from openpyxl import load_workbook  # type: ignore[import-untyped]

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.places.models import Place
from madoguchi.residents.services import contact_for
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.services import booking, listing, moving
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.views import day_board, listed

pytestmark = pytest.mark.django_db
Slots = Callable[[int], list[queries.SlotView]]


@pytest.fixture
def admin() -> Client:
    """The browser of the city's administrator."""
    return sign_in(
        Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["city_admin"])
    )


@pytest.fixture
def three(people: People, free_slots: Slots, now: Any) -> list[Booking]:
    """Three bookings on two days: one by mail, one by telephone, one cancelled."""
    slots = free_slots(20)
    later = next(slot for slot in slots if slot.starts_at.date() != slots[0].starts_at.date())
    contact = contact_for(email="hanako@example.jp", language="ja", now=now)
    first = _book(people.add("KB0001", "0229", name="𠮷野 花子"), slots[0].id, now, contact_id=contact)
    second = _book(people.add("KB0002", "0301", name="外\ue000 太郎"), later.id, now, channel="phone")
    third = _book(people.add("KB0003", "0302", name="見本 三郎"), later.id, now)
    moving.cancel(booking_id=third.id, actor=RESIDENT, now=now)
    return [first, second, third]


def _book(pickup: UUID, slot_id: UUID, now: Any, **more: Any) -> Booking:
    request = replace(request_for(slot_id, pickup), **more)
    return Booking.objects.get(pk=booking.book(request=request, actor=RESIDENT, now=now).booking_id)


def rows(page: str) -> list[str]:
    """Read the numbers of the bookings that a page lists."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r"\d{4}-\d{4}", re.sub(r"<[^>]+>", " ", body))


def ticket_of(browser: Client, address: str) -> str:
    """Read which list a page shows, for the forms around it."""
    found = re.search(r'name="ticket" value="([^"]+)"', browser.get(address).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.req("NAN-30")
def test_bookings_are_narrowed_kept_as_a_view_with_its_columns_and_taken_away(
    admin: Client, three: list[Booking]
) -> None:
    first, second, third = three
    opened = admin.get("/reservations/list/", follow=True).content.decode()
    assert rows(opened) == [first.number, second.number, third.number] or len(rows(opened)) == 3
    for query, found in (
        ("standing=cancelled", [third]),
        ("channel=phone", [second]),
        ("mail=none&standing=expected", [second]),
        ("mail=some", [first]),
        (f"words={first.number.replace('-', '')}", [first]),
        (f"first_day={first.slot.day}&last_day={first.slot.day}", [first]),
        ("period=past_month", []),
        (f"place={first.slot.place_id}&standing=expected", [first, second]),
    ):
        page = admin.get(f"/reservations/list/?{query}").content.decode()
        assert rows(page) == [each.number for each in found], query
    # The conditions stay under a name, the columns too; nobody's typed word is kept.
    query = "/reservations/list/?channel=phone&period=ahead"
    admin.post("/lists/columns/", {"ticket": ticket_of(admin, query), "column": ["name", "standing"]})
    admin.post("/lists/views/", {"ticket": ticket_of(admin, query), "name": "電話の予約", "opens": "on"})
    own = admin.get("/reservations/list/").content.decode()
    assert "電話の予約" in own
    assert rows(own) == [second.number]
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', own, re.DOTALL)
    shown = {re.sub(r"<[^>]+>|[▲▼↕]", "", head).strip() for head in heads}
    assert {"来庁日", "時間", "予約番号", "氏名", "状態"} <= shown
    assert "カナ" not in shown
    file = admin.get("/reservations/list/?channel=phone&as=csv").content.decode("utf-8-sig")
    assert second.number in file
    assert first.number not in file


@pytest.mark.req("KUR-38")
def test_the_list_by_day_and_time_is_a_csv_for_excel_and_a_pdf_with_rare_characters_flagged(
    admin: Client, three: list[Booking]
) -> None:
    answer = admin.get("/reservations/list/?standing=expected&as=csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    times = [(line[0], line[1]) for line in lines[1:3]]
    assert len(times) == 2
    assert lines[1][2] == three[0].number
    assert "𠮷野 花子" in lines[1]
    # A character that Shift_JIS lacks is named before anything is written.
    asked = admin.get("/reservations/list/?standing=expected&as=cp932").content.decode()
    assert "U+20BB7" in asked
    assert "氏名" in asked
    replaced = admin.get("/reservations/list/?standing=expected&as=cp932&replace=1")
    assert "〓野 花子" in replaced.content.decode("cp932")
    book = load_workbook(
        io.BytesIO(admin.get("/reservations/list/?standing=expected&as=xlsx").content)
    ).worksheets[0]
    assert [row[2].value for row in book.iter_rows(min_row=2, max_row=3)] == [
        each.number for each in three[:2]
    ]
    # The PDF opens in the page, nothing is downloaded; a character of the city's own is named on it.
    page = admin.get("/reservations/list/?standing=expected&as=pdf").content.decode()
    assert "<iframe" in page
    sheet = admin.get("/reservations/list/?standing=expected&as=sheet")
    assert sheet["Content-Disposition"].startswith("inline")
    assert sheet.content.startswith(b"%PDF")


def test_who_may_only_look_takes_nothing_away(viewer: Client, three: list[Booking]) -> None:
    assert viewer.get("/reservations/list/?period=ahead").status_code == 200
    for form in ("csv", "cp932", "xlsx", "pdf", "sheet", "print"):
        assert viewer.get(f"/reservations/list/?period=ahead&as={form}").status_code == 403


def test_a_mail_that_came_back_is_flagged_on_the_list(admin: Client, three: list[Booking]) -> None:
    assert three[0].contact_id is not None
    Delivery.objects.create(
        key="bounced",
        kind="card_reservation.booked",
        contact_id=three[0].contact_id,
        about=three[0].id,
        state=DeliveryState.BOUNCED,
        sealed=b"",
        created_at=clock.now(),
    )
    page = admin.get("/reservations/list/?mail=failed").content.decode()
    assert rows(page) == [three[0].number]
    assert "届きません" in page


def test_only_the_bookings_of_a_readers_places_are_listed(three: list[Booking], now: Any) -> None:
    here = frozenset((three[0].slot.place_id,))
    assert listing.bookings(now=now, eyes=Eyes(places=here)).total() == 3
    assert listing.bookings(now=now, eyes=Eyes(places=frozenset((uuid4(),)))).total() == 0
    assert listing.bookings(now=now, eyes=EVERYTHING).total() == 3


def test_the_reading_of_names_is_recorded(admin: Client, three: list[Booking]) -> None:
    admin.get("/reservations/list/?standing=expected")
    assert AuditEntry.objects.filter(details__purpose="card_reservation.list").exists() or (
        AuditEntry.objects.filter(action__contains="read").exists()
    )


def test_many_are_marked_at_once_from_the_list(admin: Client, three: list[Booking], hall: Place) -> None:
    Slot.objects.filter(pk=three[0].slot_id).update(day=clock.today() - timedelta(days=1))
    sent = {
        "ticket": ticket_of(admin, "/reservations/list/?period=yesterday"),
        "action": "card_reservation.listed_arrived",
        "row": [str(three[0].id)],
    }
    asked = admin.post("/jobs/bulk/", sent, follow=True)
    assert asked.status_code == 200
    assert three[0].number in asked.content.decode()


def test_a_list_of_many_takes_a_few_queries(
    admin: Client, three: list[Booking], django_assert_max_num_queries: Any
) -> None:
    admin.get("/reservations/list/?period=ahead")
    with django_assert_max_num_queries(45):
        admin.get("/reservations/list/?period=ahead")


@pytest.mark.parametrize("room", [day_board, listed])
def test_a_reading_beside_a_hidden_name_is_written_down_too(
    room: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "actor_of", lambda _request: SYSTEM)
    person = SimpleNamespace(pickup=uuid4(), name="", kana="ミホン", reference="")
    row: Any = SimpleNamespace(booking_id=uuid4(), people=[person], phone="")
    record = room.record_rows if room is day_board else room._record
    record(None, [row], now=now, purpose="card_reservation.list")
    assert AuditEntry.objects.filter(object_ids=[str(row.booking_id)]).count() == 1
