"""The bookings of an earlier system: a dry run first, lines that say what is wrong, twice is once."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.models import Delivery
from madoguchi.testing.factories import StaffFactory, sign_in
from plugins.card_reservation import queries
from plugins.card_reservation.formats import earlier
from plugins.card_reservation.models import (
    PICKUP_ID,
    Booking,
    BookingPerson,
    Caller,
    LoadedBooking,
    Slot,
    WaitingEntry,
    WaitingOffer,
)
from plugins.card_reservation.services import visits
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_letters import hear

pytestmark = pytest.mark.django_db
Slots = Callable[[int], list[queries.SlotView]]
HEADING = "場所,予約日,開始時刻,交付通知書番号,生月日"


@pytest.fixture
def admin() -> Client:
    """The browser of the city's administrator."""
    return sign_in(
        Client(headers={"host": "staff.midori.localhost"}), StaffFactory.create(roles=["city_admin"])
    )


def line(slot: queries.SlotView, number: str, birthday: str = "0229", *more: str) -> str:
    begins = clock.local(slot.starts_at)
    return ",".join(["main", begins.date().isoformat(), f"{begins:%H:%M}", number, birthday, *more])


def upload(admin: Client, *lines: str, heading: str = HEADING, encoding: str = "utf-8") -> ImportJob:
    text = "\n".join([heading, *lines]) + "\n"
    file = SimpleUploadedFile("yoyaku.csv", text.encode(encoding), content_type="text/csv")
    sent = {"format": earlier.NAME, "file": file}
    page = admin.post("/imports/", sent, follow=True).content.decode()
    job = ImportJob.objects.order_by("-uploaded_at").first()
    assert job is not None, page
    return job


def apply(job: ImportJob) -> ImportJob:
    ImportJob.objects.filter(id=job.id).update(state=ImportJob.State.APPLYING)
    return applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())


def problems(job: ImportJob) -> dict[int, str]:
    return {each["line"]: each["column"] for each in job.problems}


def wrong_and_right(first: queries.SlotView, second: queries.SlotView) -> tuple[str, ...]:
    """Write a file with three lines to load and seven to mend."""
    return (
        line(first, "kb-0001"),
        line(first, "KB0002", "229"),
        line(first, "KB9999"),
        line(second, "KB0003"),
        line(second, "KB0004"),
        line(first, "KB0005", "1332"),
        line(first, "KB0001"),
        "nowhere,2026-12-09,10:00,KB0005,0229",
        f"main,{clock.local(first.starts_at).date()},3:07,KB0005,0229",
        "main,今日,10:00,KB0005,0229",
    )


WRONG = {
    4: "交付通知書番号",
    6: "開始時刻",
    7: "生月日",
    8: "交付通知書番号",
    9: "場所",
    10: "開始時刻",
    11: "予約日",
}


@pytest.fixture
def two(people: People, free_slots: Slots) -> tuple[queries.SlotView, queries.SlotView]:
    """Two times, the second with room for one, and five people who wait for their cards."""
    first, second = free_slots(2)
    Slot.objects.filter(pk=second.id).update(capacity=1)
    for number in ("KB0001", "KB0002", "KB0003", "KB0004", "KB0005"):
        people.add(number, "0229")
    return first, second


def booked(slot: queries.SlotView) -> int:
    return Slot.objects.get(pk=slot.id).booked


@pytest.mark.req("KUR-17")
def test_bookings_are_tried_loaded_and_never_twice(
    admin: Client, two: tuple[queries.SlotView, queries.SlotView]
) -> None:
    first, second = two
    lines = wrong_and_right(first, second)
    # The dry run writes nothing, and names the line and what is wrong with it.
    job = upload(admin, *lines)
    assert (job.new, job.same, job.broken) == (3, 0, 7)
    assert problems(job) == WRONG
    too_many = next(each["message"] for each in job.problems if each["line"] == 6)
    assert "定員を超えます（定員1人、予約1人、この行1人）" in too_many
    assert not Booking.objects.exists()
    apply(job)
    assert (Booking.objects.count(), booked(first), booked(second)) == (3, 2, 1)
    # The same file again brings nothing new; the line that was too many comes once there is room.
    again = upload(admin, *lines)
    assert (again.new, again.same) == (0, 3)
    Slot.objects.filter(pk=second.id).update(capacity=5)
    third = apply(upload(admin, *lines))
    assert (third.new, third.same) == (1, 3)
    assert Booking.objects.count() == 4


def test_a_day_that_is_over_is_called_over_even_where_it_never_had_a_slot(
    admin: Client, two: tuple[queries.SlotView, queries.SlotView]
) -> None:
    job = upload(admin, "main,2020-01-06,10:00,KB0001,0229", "main,2090-01-06,10:00,KB0001,0229")
    assert problems(job) == {2: "予約日", 3: "開始時刻"}
    assert "過ぎた日時です" in job.problems[0]["message"]


def test_an_import_is_undone_as_far_as_nobody_has_touched_it(
    admin: Client, two: tuple[queries.SlotView, queries.SlotView]
) -> None:
    first, second = two
    job = apply(upload(admin, line(first, "KB0001"), line(first, "KB0002"), line(second, "KB0003")))
    touched = Booking.objects.filter(slot_id=first.id).order_by("number")[0]
    Slot.objects.filter(pk=first.id).update(day=clock.today())
    visits.mark(booking_id=touched.id, visit="arrived", actor=SYSTEM, now=clock.now(), eyes=EVERYTHING)
    admin.post(f"/imports/{job.id}/undo/")
    assert Booking.objects.get() == touched
    assert (booked(first), booked(second)) == (1, 0)
    assert LoadedBooking.objects.count() == 1
    # What was undone can be loaded again.
    Slot.objects.filter(pk=first.id).update(day=clock.local(first.starts_at).date())
    assert apply(upload(admin, line(second, "KB0003"))).new == 1


def test_a_family_comes_in_one_line_with_its_earlier_number_and_gets_no_mail(
    admin: Client, people: People, free_slots: Slots, now: Any
) -> None:
    from madoguchi.hooks.contracts.bookings import PickupBooked

    pickups: list[UUID] = [people.add("KB0001", "0229"), people.add("KB0002", "0301")]
    heading = f"{HEADING},交付通知書番号2,生月日2,元の予約番号,氏名,電話番号,メールアドレス"
    slot = free_slots(1)[0]
    person = ("見本 花子", "０００ー００００ー１２３４", "h@example.jp")
    row = line(slot, "KB0001", "0229", "KB0002", "3月1日", "a-17", *person)
    apply(upload(admin, row, heading=heading, encoding="cp932"))
    found = Booking.objects.get()
    assert found.party_size == 2
    assert set(BookingPerson.objects.values_list("pickup", flat=True)) == set(pickups)
    assert found.loaded.earlier_number == "A-17"
    assert found.contact_id is not None
    assert "見本".encode() not in bytes(Caller.objects.get().sealed)
    hear(PickupBooked, now)
    assert not Delivery.objects.exists()
    page = admin.get("/reservations/list/?words=a-17").content.decode()
    assert found.number in page


def test_a_party_that_does_not_fit_as_a_whole_is_not_loaded_in_part(
    admin: Client, people: People, free_slots: Slots
) -> None:
    slot = free_slots(1)[0]
    Slot.objects.filter(pk=slot.id).update(capacity=1)
    people.add("KB0001", "0229")
    people.add("KB0002", "0301")
    heading = f"{HEADING},交付通知書番号2,生月日2"
    job = apply(upload(admin, line(slot, "KB0001", "0229", "KB0002", "0301"), heading=heading))
    assert (job.new, job.broken) == (0, 1)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("column", ["氏名", "電話番号", "メールアドレス", "住所"])
def test_a_city_without_personal_data_refuses_columns_of_people_by_name(
    column: str, keeping: Callable[[str], None], admin: Client
) -> None:
    keeping("none")
    text = f"{HEADING},{column}\nmain,2026-12-09,10:00,KB0001,0229,見本\n"
    file = SimpleUploadedFile("yoyaku.csv", text.encode(), content_type="text/csv")
    page = admin.post("/imports/", {"format": earlier.NAME, "file": file}, follow=True).content.decode()
    assert "予約で個人情報を扱わない設定です" in page
    assert f"「{column}」" in page
    assert not ImportJob.objects.exists()


def test_a_clerk_may_not_load(clerk: Client) -> None:
    assert earlier.NAME not in clerk.get("/imports/").content.decode()


def test_the_sample_is_written_as_it_stands_and_every_line_is_read() -> None:
    from samples import generate

    content = (generate.FOLDER / "earlier_bookings.csv").read_bytes()
    assert content == generate.earlier_bookings()
    heading, *lines = csv.reader(io.StringIO(content.decode("cp932")))
    parse = earlier.open_parser(today=clock.today(), optional=heading[len(earlier.COLUMNS) :])
    assert [type(parse(cells)).__name__ for cells in lines] == ["EarlierBooking"] * generate.EARLIER


def test_what_is_held_for_a_loaded_booking_is_given_back_when_the_import_is_undone(
    admin: Client, two: tuple[queries.SlotView, queries.SlotView], now: Any
) -> None:
    first, second = two
    job = apply(upload(admin, line(second, "KB0003")))
    made = Booking.objects.get()
    entry = WaitingEntry.objects.create(
        place_id=first.place_id,
        service_id=PICKUP_ID,
        first_day=clock.local(first.starts_at).date(),
        last_day=clock.local(first.starts_at).date(),
        party_size=1,
        contact_id=uuid4(),
        booking=made,
        state=WaitingEntry.State.OFFERED,
        joined_at=now,
        changed_at=now,
    )
    WaitingOffer.objects.create(entry=entry, slot_id=first.id, party_size=1, offered_at=now, held_until=now)
    Slot.objects.filter(pk=first.id).update(booked=1)
    admin.post(f"/imports/{job.id}/undo/")
    assert not Booking.objects.exists()
    assert (booked(first), booked(second)) == (0, 0)
