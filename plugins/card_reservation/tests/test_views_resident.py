"""A resident's way through the pages, straight and with every stumble of the issue."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import (
    HANAKO,
    confirm,
    fields,
    identify,
    open_link,
    walk_to_check,
)

pytestmark = pytest.mark.django_db


class TestIdentify:
    def test_full_width_digits_hyphens_and_29_february_lead_to_the_next_page(
        self, resident: Client, people: People
    ) -> None:
        people.add("ABC123456", "0229")
        answer = identify(resident, reference="ａｂｃ－１２３４５６", month="２", day="２９")
        assert answer.status_code == 303
        assert answer["Location"] == "/booking/mail/"

    def test_an_unknown_number_a_wrong_birthday_and_an_ambiguous_number_look_the_same(
        self, resident: Client, people: People
    ) -> None:
        people.add("ABC123456", "0401")
        people.ambiguous.add("TWICE0001")
        pages = [
            identify(resident, reference=reference, month="4", day="2")
            for reference in ("ABC123456", "NOBODY001", "TWICE0001")
        ]
        assert [page.status_code for page in pages] == [422, 422, 422]
        bodies = {_without_input(page.content.decode()) for page in pages}
        assert len(bodies) == 1
        assert "000-0000-0001" in bodies.pop()

    def test_the_error_comes_first_and_leads_to_the_field(self, resident: Client, people: People) -> None:
        page = identify(resident, reference="", month="13", day="").content.decode()
        assert "<title>エラー：" in page
        assert 'href="#id_reference"' in page
        assert 'aria-invalid="true"' in page
        assert "novalidate" in page
        assert 'value="13"' in page

    def test_30_february_is_explained(self, resident: Client, people: People) -> None:
        page = identify(resident, reference="ABC123456", month="2", day="30")
        assert page.status_code == 422
        assert "その月にない日です" in page.content.decode()

    def test_a_month_that_does_not_exist_is_named(self, resident: Client, people: People) -> None:
        page = identify(resident, reference="ABC123456", month="13", day="1").content.decode()
        assert "月は、1から12の数字で入力してください" in page

    def test_a_birthday_typed_into_one_field_is_understood(self, resident: Client, people: People) -> None:
        people.add("ABC123456", "0229")
        assert identify(resident, reference="ABC123456", month="0229", day="").status_code == 303
        assert identify(resident, reference="ABC123456", month="229", day="").status_code == 422

    def test_what_to_do_about_a_wrong_pair_is_said_once(self, resident: Client, people: People) -> None:
        page = identify(resident, reference="NOBODY001", month="4", day="2").content.decode()
        assert page.count("何度か間違えた番号は") == 1

    def test_the_year_is_never_asked(self, resident: Client, people: People) -> None:
        names = set(re.findall(r'<input[^>]* name="(\w+)"', _main(resident.get("/booking/"))))
        assert names == {"csrfmiddlewaretoken", "reference", "month", "day", "email", "consent", "agreed"}


class TestMail:
    def test_any_address_gets_the_same_page(self, resident: Client, people: People) -> None:
        people.add(*HANAKO)
        identify(resident)
        pages = []
        for address in ("hanako@example.jp", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"):
            answer = resident.post("/booking/mail/", {"email": address})
            assert answer["Location"] == "/booking/sent/"
            pages.append(resident.get("/booking/sent/").status_code)
        assert pages == [200, 200]

    def test_a_wrong_address_is_kept_for_correction(self, resident: Client, people: People) -> None:
        people.add(*HANAKO)
        identify(resident)
        page = resident.post("/booking/mail/", {"email": "hanako@"})
        assert page.status_code == 422
        assert 'value="hanako@"' in page.content.decode()

    def test_sending_again_never_says_whether_it_was_sent(self, resident: Client, people: People) -> None:
        people.add(*HANAKO)
        identify(resident)
        resident.post("/booking/mail/", {"email": "hanako@example.jp"})
        answers = {resident.post("/booking/sent/")["Location"] for _ in range(8)}
        assert answers == {"/booking/sent/"}

    def test_without_the_step_before_the_page_offers_a_new_start(self, resident: Client) -> None:
        page = resident.get("/booking/mail/")
        assert page.status_code == 410
        assert 'href="/booking/"' in page.content.decode()

    def test_people_without_a_mailbox_are_led_to_the_telephone(self, resident: Client) -> None:
        assert "tel:00000000001" in resident.get("/booking/phone/").content.decode()


class TestLink:
    def test_looking_at_the_link_does_not_use_it_up(self, resident: Client, people: People) -> None:
        token = open_link(resident, people)
        assert [resident.get(f"/booking/start/{token}/").status_code for _ in range(3)] == [200] * 3
        assert resident.post(f"/booking/start/{token}/", {"agreed": "on"})["Location"] == "/booking/place/"

    def test_a_used_link_is_a_kind_page_on_another_device(self, resident: Client, people: People) -> None:
        token = open_link(resident, people)
        resident.get(f"/booking/start/{token}/")
        resident.post(f"/booking/start/{token}/", {"agreed": "on"})
        other = Client(headers={"host": "midori.localhost"})
        for page in (
            other.get(f"/booking/start/{token}/"),
            other.post(f"/booking/start/{token}/", {"agreed": "on"}),
        ):
            assert page.status_code == 410
            assert "もう使われています" in page.content.decode()

    def test_the_browser_that_used_the_link_may_press_twice(self, resident: Client, people: People) -> None:
        token = open_link(resident, people)
        resident.get(f"/booking/start/{token}/")
        waiting = resident.cookies["booking"].value
        assert resident.post(f"/booking/start/{token}/", {"agreed": "on"}).status_code == 303
        resident.cookies["booking"] = waiting
        assert resident.post(f"/booking/start/{token}/", {"agreed": "on"})["Location"] == "/booking/place/"

    def test_a_tampered_link_is_not_found(self, resident: Client, people: People) -> None:
        token = open_link(resident, people)
        assert resident.get(f"/booking/start/{token[:-2]}xx/").status_code == 404
        assert resident.get("/booking/manage/nobody/").status_code == 404

    def test_the_link_of_one_city_is_unknown_in_another(self, resident: Client, people: People) -> None:
        token = open_link(resident, people)
        stranger = Client(headers={"host": "kasumi.localhost"})
        assert stranger.get(f"/booking/start/{token}/").status_code == 404


class TestChoosing:
    def test_nobody_chooses_without_the_link(self, resident: Client) -> None:
        for step in ("place", "time", "check", "family"):
            assert resident.get(f"/booking/{step}/").status_code == 410

    def test_a_place_is_chosen_from_a_pull_down(self, resident: Client, people: People, hall: Any) -> None:
        _start(resident, people)
        page = resident.get("/booking/place/").content.decode()
        assert f'<option value="{hall.id}">' in page

    def test_a_hidden_place_is_neither_shown_nor_taken(
        self, resident: Client, people: People, hall: Any, free_slots: Callable[[int], list[queries.SlotView]]
    ) -> None:
        slot = free_slots(1)[0]
        type(hall).objects.filter(pk=hall.pk).update(is_public=False)
        _start(resident, people)
        assert str(hall.id) not in resident.get("/booking/place/").content.decode()
        assert resident.post("/booking/place/", {"place": str(hall.id)}).status_code == 422
        _choose_other_place(resident, hall)
        assert resident.post("/booking/time/", {"slot": str(slot.id)}).status_code == 422

    def test_the_calendar_never_shows_a_count(
        self, resident: Client, people: People, hall: Any, free_slots: Callable[[int], list[queries.SlotView]]
    ) -> None:
        slot = free_slots(1)[0]
        Slot.objects.filter(pk=slot.id).update(capacity=97, booked=4)
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        page = resident.get(f"/booking/time/?day={slot.starts_at:%Y-%m-%d}").content.decode()
        for count in ("97", "93"):
            assert not re.search(rf"(?<![0-9a-f-]){count}(?![0-9a-f-])", _visible(page))

    def test_a_month_without_a_free_day_says_so(
        self, resident: Client, people: People, hall: Any, free_slots: Callable[[int], list[queries.SlotView]]
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        assert "日にちを選ぶと" in resident.get("/booking/time/").content.decode()
        empty = resident.get("/booking/time/?month=2020-01").content.decode()
        assert "この月に予約できる日はありません" in empty
        assert "日にちを選ぶと" not in empty

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_the_edges_of_the_calendar_are_no_days(
        self, resident: Client, people: People, hall: Any, day: str
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        assert resident.get(f"/booking/time/?day={day}").status_code == 200

    def test_a_slot_that_filled_up_meanwhile_is_refused_on_the_same_page(
        self,
        resident: Client,
        people: People,
        hall: Any,
        free_slots: Callable[[int], list[queries.SlotView]],
        fill: Callable[[queries.SlotView], None],
    ) -> None:
        slot = free_slots(1)[0]
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        fill(slot)
        page = resident.post("/booking/time/", {"slot": str(slot.id)})
        assert page.status_code == 422
        assert "予約できなくなりました" in page.content.decode()

    def test_nonsense_in_the_address_shows_the_calendar_all_the_same(
        self, resident: Client, people: People, hall: Any
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        for query in ("day=2026-02-31", "month=2026-13", "day=x&view=list", "month=%00", "day=99999-01-01"):
            assert resident.get(f"/booking/time/?{query}").status_code == 200


class TestCautions:
    def test_every_item_has_to_be_ticked(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        resident.post("/booking/time/", {"slot": str(free_slots(1)[0].id)})
        shown = fields(resident.get("/booking/check/").content.decode())
        some: list[list[str]] = [[], shown["ticks"][:-1]]
        for ticks in some:
            page = resident.post("/booking/check/", shown | {"ticks": ticks})
            assert page.status_code == 422
            assert 'href="#id_ticks_0"' in page.content.decode()
            assert page.content.decode().count(" checked") == len(ticks), "no tick is lost"
        assert not Booking.objects.exists()

    def test_ticks_beside_older_words_do_not_count(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        resident.post("/booking/time/", {"slot": str(free_slots(1)[0].id)})
        shown = fields(resident.get("/booking/check/").content.decode())
        for version in ("2020-01", ""):
            page = resident.post("/booking/check/", shown | {"version": version})
            assert page.status_code == 422
            assert " checked" not in page.content.decode()

    def test_a_crafted_post_past_the_cautions_leads_back_to_them(
        self, resident: Client, people: People, hall: Any, free_slots: Any
    ) -> None:
        _start(resident, people)
        resident.post("/booking/place/", {"place": str(hall.id)})
        slot = free_slots(1)[0]
        resident.post("/booking/time/", {"slot": str(slot.id)})
        page = resident.post("/booking/check/", {"slot": str(slot.id), "key": str(uuid4())})
        assert page.status_code == 422
        assert 'name="ticks"' in page.content.decode()
        assert not Booking.objects.exists()


def test_a_resident_never_gets_a_session(
    resident: Client, people: People, hall: Any, free_slots: Any
) -> None:
    page = walk_to_check(resident, people, hall.id, free_slots(1)[0].id)
    with CaptureQueriesContext(connection) as sent:
        confirm(resident, page)
    assert set(resident.cookies) == {"booking", "csrftoken"}
    assert not any("django_session" in query["sql"] for query in sent.captured_queries)
    assert resident.cookies["booking"]["httponly"]
    assert resident.cookies["booking"]["samesite"] == "Lax"


def test_over_https_the_cookie_belongs_to_this_very_host(people: People) -> None:
    browser = Client(headers={"host": "midori.localhost"})
    people.add(*HANAKO)
    browser.post("/booking/", {"reference": HANAKO[0], "month": "2", "day": "29"}, secure=True)
    cookie = browser.cookies["__Host-booking"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert "booking" not in browser.cookies


@pytest.mark.parametrize("prefix", ["", "/en", "/ja-easy"])
def test_every_language_has_the_first_page(resident: Client, prefix: str) -> None:
    page = resident.get(f"{prefix}/booking/")
    assert page.status_code == 200
    assert "<c-" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def _start(browser: Client, people: People) -> None:
    token = open_link(browser, people)
    browser.get(f"/booking/start/{token}/")
    browser.post(f"/booking/start/{token}/", {"agreed": "on"})


def _choose_other_place(browser: Client, hall: Any) -> None:
    other = type(hall).objects.exclude(pk=hall.pk).filter(is_public=True).first()
    browser.post("/booking/place/", {"place": str(other.id)})


def _without_input(page: str) -> str:
    page = re.sub(r'value="[^"]*"', "", page)
    return re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", page)


def _visible(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken"[^>]*|<svg.*?</svg>|\?v=\w+', "", page, flags=re.DOTALL)


def _main(answer: Any) -> str:
    return str(answer.content.decode().partition("<main")[2].partition("</main>")[0])
