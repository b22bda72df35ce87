"""Booking in a city that keeps no names, or no address either: every way works by the notice alone."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.models import Delivery
from madoguchi.places.models import Place
from madoguchi.residents import attempts
from madoguchi.residents import services as residents
from madoguchi.residents.models import Attempt, Contact
from madoguchi.testing.factories import StaffFactory
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Caller, Reference
from plugins.card_reservation.tests.conftest import _signed_in
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_guesses import fail, solved
from plugins.card_reservation.tests.way import confirm, fields, identify

pytestmark = pytest.mark.django_db
WRITTEN = ("TextField", "EmailField", "JSONField")
FreeSlots = Callable[[int], list[queries.SlotView]]


def begin(browser: Client, place: Place, slot: queries.SlotView) -> str:
    """go from the page without an address to the last page before the button."""
    assert browser.get("/booking/begin/").status_code == 200
    browser.post("/booking/begin/", {"agreed": "on", "place": str(place.id)})
    browser.post("/booking/time/", {"slot": str(slot.id)})
    return browser.get("/booking/check/").content.decode()


def book(browser: Client, people: People, hall: Place, free_slots: FreeSlots) -> Any:
    """book without an address and show the last page."""
    people.add("ABC123456", "0229")
    identify(browser)
    answer = confirm(browser, begin(browser, hall, free_slots(1)[0]))
    return browser.get(answer["Location"])


class TestResidents:
    def test_whoever_has_a_booking_hears_so_before_choosing_anything(
        self,
        keeping: Callable[[str], None],
        resident: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        keeping("none")
        book(resident, people, hall, free_slots)
        other = Client(headers={"host": "midori.localhost"})
        assert identify(other)["Location"] == "/booking/begin/"
        told = other.get("/booking/begin/")
        assert told.status_code == 409
        assert "すでに予約があります" in told.content.decode()

    @pytest.mark.parametrize(("personal_data", "following"), [("none", "begin"), ("email", "mail")])
    def test_a_visit_is_booked_found_again_and_cancelled_without_an_address(
        self,
        personal_data: str,
        following: str,
        keeping: Callable[[str], None],
        resident: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        keeping(personal_data)
        people.add("ABC123456", "0229")
        assert identify(resident)["Location"] == f"/booking/{following}/"
        page = book(resident, people, hall, free_slots).content.decode()
        booked = Booking.objects.get()
        assert booked.number in page
        assert "確認のメールは届きません" in page
        assert (booked.contact_id, Contact.objects.count(), Delivery.objects.count()) == (None, 0, 0)
        link = re.search(r"/booking/manage/[^/\"]+/", page)
        assert link is not None
        assert booked.number in resident.get(link.group()).content.decode()

        another = Client(headers={"host": "midori.localhost"})
        sent = {"number": booked.number, "reference": "ABC123456", "month": "2", "day": "29"}
        found = another.post("/booking/find/", sent)
        assert found.status_code == 303
        assert another.post(f"{found['Location']}cancel/").status_code == 303
        booked.refresh_from_db()
        assert booked.state == Booking.State.CANCELLED

    def test_a_booking_is_not_found_by_a_wrong_number_notice_or_day(
        self,
        keeping: Callable[[str], None],
        resident: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        keeping("none")
        book(resident, people, hall, free_slots)
        people.add("XYZ123456", "0229")
        right = {
            "number": Booking.objects.get().number,
            "reference": "ABC123456",
            "month": "2",
            "day": "29",
        }
        wrong = [{"number": "0000-0000"}, {"reference": "XYZ123456"}, {"day": "28"}]
        pages = [resident.post("/booking/find/", {**right, **each}) for each in wrong]
        assert [page.status_code for page in pages] == [422] * 3
        assert all("確認できませんでした" in page.content.decode() for page in pages)
        assert resident.post("/booking/find/", right).status_code == 303

    def test_a_flood_of_guesses_keeps_nobody_from_their_own_booking(
        self,
        keeping: Callable[[str], None],
        resident: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        keeping("none")
        book(resident, people, hall, free_slots)
        right = {"number": Booking.objects.get().number, "reference": "ABC123456", "month": "2", "day": "29"}
        fail(220, clock.now())
        assert resident.get("/booking/").status_code == 429, "nobody new is heard for an hour"
        assert resident.post("/booking/find/", right).status_code == 303
        # A flood of wrong bookings asks for a sum, and leaves those who look for their card alone.
        Attempt.objects.all().delete()
        fail(500, clock.now(), kind=attempts.OWN)
        assert "data-proof" in resident.get("/booking/find/").content.decode()
        assert resident.get("/booking/").status_code == 200
        assert "data-proof" not in resident.get("/booking/").content.decode()
        assert resident.post("/booking/find/", right).status_code == 422
        solved_sum = solved(now=clock.now())
        assert resident.post("/booking/find/", {**right, "proof": solved_sum}).status_code == 303

    def test_where_no_address_is_kept_no_page_takes_one(
        self, keeping: Callable[[str], None], resident: Client, people: People, now: datetime
    ) -> None:
        keeping("none")
        people.add("ABC123456", "0229")
        identify(resident)
        assert resident.get("/booking/mail/").status_code == 410
        assert resident.post("/booking/mail/", {"email": "hanako@example.jp"}).status_code == 410
        assert resident.post("/booking/confirm/", {"email": "hanako@example.jp"}).status_code == 429
        assert Contact.objects.count() == 0
        with pytest.raises(residents.AddressesNotKept):
            residents.contact_for(email="hanako@example.jp", language="ja", now=now)

    def test_where_names_are_kept_the_mail_cannot_be_skipped(self, resident: Client, people: People) -> None:
        people.add("ABC123456", "0229")
        identify(resident)
        assert resident.get("/booking/begin/").status_code == 410


class TestStaff:
    def test_the_list_the_booking_the_search_and_the_print_show_no_name(
        self,
        keeping: Callable[[str], None],
        clerk: Client,
        resident: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        slot = free_slots(1)[0]
        day = f"{slot.starts_at.astimezone():%Y-%m-%d}"
        keeping("email")
        book(resident, people, hall, free_slots)
        booked = Booking.objects.get()
        pages = [
            f"/reservations/?day={day}",
            f"/reservations/{booked.id}/",
            f"/reservations/?day={day}&words=ミホン",
            f"/reservations/?day={day}&as=csv",
        ]
        shown = [clerk.get(page).content.decode() for page in pages]
        assert not any("見本 花子" in text or "ミホン ハナコ" in text for text in shown)
        assert booked.number in shown[0]
        assert "番号・氏名・カナ" not in shown[0]
        sought = clerk.get("/reservations/search/").content.decode()
        assert "予約番号・交付通知書の番号・来庁日" in sought
        assert not any(word in sought for word in ("氏名・", "カナ", "ミホン"))
        assert booked.number not in shown[2]
        assert "予約で氏名を扱わない設定です" not in shown[1], "the number of the notice is known"
        assert "ABC123456" in shown[1]
        assert clerk.get(f"/reservations/day/pdf/?day={day}").status_code == 200

    def test_a_call_is_booked_without_an_address_field_and_notes_no_caller(
        self,
        keeping: Callable[[str], None],
        clerk: Client,
        people: People,
        hall: Place,
        free_slots: FreeSlots,
    ) -> None:
        keeping("none")
        people.add("ABC123456", "0229")
        page = clerk.get("/reservations/new/").content.decode()
        assert 'name="email"' not in page
        sent = {
            **fields(page),
            "reference": "ABC123456",
            "birthday": "0229",
            "slot": str(free_slots(1)[0].id),
            "email": "hanako@example.jp",
        }
        answer = clerk.post("/reservations/new/", sent)
        assert answer.status_code == 303
        booked = Booking.objects.get()
        assert (booked.contact_id, Contact.objects.count()) == (None, 0)
        assert "電話をかけた方" not in clerk.get(f"/reservations/{booked.id}/").content.decode()
        noted = clerk.post(f"/reservations/{booked.id}/caller/", {"name": "見本 花子", "phone": "0000000000"})
        assert (noted.status_code, Caller.objects.count()) == (404, 0)

    def test_a_city_that_keeps_names_notes_who_called_sealed(
        self, clerk: Client, people: People, hall: Place, free_slots: FreeSlots
    ) -> None:
        people.add("ABC123456", "0229")
        sent = {
            **fields(clerk.get("/reservations/new/").content.decode()),
            "reference": "ABC123456",
            "birthday": "0229",
            "slot": str(free_slots(1)[0].id),
        }
        clerk.post("/reservations/new/", sent)
        address = f"/reservations/{Booking.objects.get().id}/"
        answer = clerk.post(f"{address}caller/", {"name": "見本 花子", "phone": "000-0000-1234"})
        assert answer.status_code == 303
        page = clerk.get(address).content.decode()
        assert "見本 花子" in page
        assert "000-0000-1234" in page
        assert "見本".encode() not in bytes(Caller.objects.get().sealed)
        clerk.post(f"{address}caller/", {"name": "", "phone": ""})
        assert not Caller.objects.exists()
        assert clerk.post(f"{address}caller/", {"phone": "no number"}).status_code == 422

    def test_an_administrator_sees_the_choice_its_history_and_the_rights_in_the_database(
        self, keeping: Callable[[str], None], db: None
    ) -> None:
        admin = _signed_in(StaffFactory.create(roles=["city_admin"]))
        page = admin.get("/reservations/personal-data/").content.decode()
        assert "氏名と連絡先を扱う" in page
        assert "合っていません" not in page
        keeping("none")
        page = admin.get("/reservations/personal-data/").content.decode()
        assert "氏名もメールアドレスも扱わない" in page
        assert "運用 一郎" in page
        assert "運用 二郎" in page
        assert "合っていません" in page, "here the database still lets the city write"
        assert admin.post("/reservations/personal-data/", {"personal_data": "names"}).status_code == 405


class TestReferences:
    @pytest.fixture
    def admin(self, db: None) -> Client:
        return _signed_in(StaffFactory.create(roles=["city_admin"]))

    @pytest.fixture(autouse=True)
    def no_ledger(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Let nobody else know the cards."""
        manager = plugins._manager
        real = manager.get_plugin("card_management")
        manager.unregister(real)
        yield
        manager.register(real, "card_management")

    def upload(self, admin: Client, text: str) -> Any:
        file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
        return admin.post("/imports/", {"format": "card_reservation.references", "file": file}, follow=True)

    @pytest.mark.parametrize("heading", ["氏名", "フリガナ", "住所", "電話番号", "Name", "メールアドレス"])
    def test_a_column_with_personal_data_is_refused_by_name_with_the_reason(
        self, heading: str, keeping: Callable[[str], None], admin: Client
    ) -> None:
        keeping("none")
        text = f"交付通知書番号,生月日,{heading}\nABC123456,0229,見本\n"
        page = self.upload(admin, text).content.decode()
        assert "予約で個人情報を扱わない設定です" in page
        assert f"「{heading}」" in page
        assert not Reference.objects.exists()

    def test_a_list_of_notices_opens_the_way_and_holds_no_number(
        self, keeping: Callable[[str], None], admin: Client, resident: Client, db: None
    ) -> None:
        keeping("none")
        assert "確認できません" in identify(resident).content.decode()
        text = "交付通知書番号,生月日\nABC-123456,0229\nXYZ123456,1988-02-29\nTWO000001,229\nBAD,1332\n"
        assert self.upload(admin, text).status_code == 200
        job = ImportJob.objects.get()
        ImportJob.objects.update(state=ImportJob.State.APPLYING)
        applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())
        assert Reference.objects.count() == 3
        stored = b"".join(
            bytes(row.number_index) + bytes(row.birthday_index) for row in Reference.objects.all()
        )
        assert b"123456" not in stored
        assert identify(resident)["Location"] == "/booking/begin/"
        assert identify(resident, reference="TWO000001").status_code == 303
        assert identify(resident, reference="XYZ123456", day="28").status_code == 422


def test_no_table_of_bookings_has_a_column_for_a_person() -> None:
    from django.apps import apps

    closed = {one.table for one in plugins.declared("personal_tables") if one.table}
    personal = re.compile("name|kana|mail|phone|tel|address|birth|born|note|memo|remark|comment|gender|zip")
    # What a city calls its own things, and what it drafts of its rules: no row of these belongs to anybody.
    of_the_city = {
        f"card_reservation_{table}"
        for table in ("service", "serviceterms", "pattern", "servicestop", "scheduledraft")
    }
    # An index that cannot be read back, and codes of things to bring.
    known = {"card_reservation_reference.birthday_index", "card_reservation_bringlist.codes"}
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_app_config("card_reservation").get_models()
        if model._meta.db_table not in closed | of_the_city
        for field in model._meta.fields
        if personal.search(str(field.column))
        or field.get_internal_type() in ("TextField", "EmailField", "JSONField")
    }
    assert found - known == set()
    sealed = {
        model._meta.db_table
        for model in apps.get_app_config("card_reservation").get_models()
        if any(field.column == "sealed" for field in model._meta.fields)
    }
    assert sealed == {"card_reservation_caller", "card_reservation_paperkit"}
