"""Six screens: who comes and where the link goes, then place and time, then the cautions and the button."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.notifications.models import Delivery
from madoguchi.residents.models import Consent
from plugins.card_reservation import queries
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.queries import fresh
from plugins.card_reservation.queries.fresh import Fresh
from plugins.card_reservation.services import booking
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import CLERK, request_for
from plugins.card_reservation.tests.way import HANAKO, confirm, fields, token_in_mail
from plugins.card_reservation.views import finished

pytestmark = pytest.mark.django_db
FreeSlots = Callable[[int], list[queries.SlotView]]


def first_page(browser: Client, **changed: str) -> Any:
    """Fill in the first page as a browser sends it."""
    shown = fields(browser.get("/booking/").content.decode())
    ticked = re.search(r'name="agreed"[^>]* value="([^"]+)"', browser.get("/booking/").content.decode())
    assert ticked is not None
    sent = {"reference": HANAKO[0], "month": "2", "day": "29", "email": "hanako@example.jp"}
    sent |= {"consent": shown["consent"], "agreed": ticked[1]} | changed
    return browser.post("/booking/", {name: value for name, value in sent.items() if value != "-"})


def start_page(browser: Client, people: People) -> str:
    """Go as far as the page that the mail opens, and name its address."""
    people.add(*HANAKO)
    assert first_page(browser)["Location"] == "/booking/sent/"
    return f"/booking/start/{token_in_mail('start')}/"


def test_a_visit_is_booked_on_six_screens_from_home_to_number(
    resident: Client, people: People, hall: Any, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    start = start_page(resident, people)
    assert not Consent.objects.exists(), "nobody has shown yet that the mailbox is theirs"
    places = resident.get(start).content.decode()
    assert f'href="?place={hall.id}"' in places
    day = clock.local(slot.starts_at).date()
    calendar = resident.get(f"{start}?place={hall.id}").content.decode()
    links = [html.unescape(link) for link in re.findall(r'<a class="day[^>]* href="([^"#]+)', calendar)]
    assert f"?place={hall.id}&day={day}" in links
    page = resident.get(f"{start}?place={hall.id}&day={day}").content.decode()
    assert f'value="{slot.id}"' in page
    answer = resident.post(f"{start}?place={hall.id}&day={day}", {"choice": "1", "slot": str(slot.id)})
    assert answer["Location"] == "/booking/check/"
    assert Consent.objects.count() == 2
    check = resident.get("/booking/check/").content.decode()
    assert "ステップ 4／4" in check
    done = confirm(resident, check)
    assert done.status_code == 303
    assert Booking.objects.get().slot_id == slot.id


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agreed": "-"}, "内容を読んで、同意するとき"),
        ({"email": ""}, "メールアドレスを入力してください"),
        ({"email": "hanako@"}, "メールアドレスの形を確認してください"),
        ({"agreed": "terms-0 privacy-0"}, "内容が新しくなりました"),
    ],
)
def test_what_is_missing_on_the_first_page_is_named_and_nothing_is_lost(
    resident: Client, people: People, changed: dict[str, str], words: str
) -> None:
    people.add(*HANAKO)
    answer = first_page(resident, **changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{HANAKO[0]}"' in page
    assert not Delivery.objects.exists()


def test_a_wrong_number_mails_nobody(resident: Client, people: People) -> None:
    people.add(*HANAKO)
    assert first_page(resident, day="28").status_code == 422
    assert not Delivery.objects.exists()


def test_looking_and_choosing_nothing_leave_the_link_unused(
    resident: Client, people: People, hall: Any, free_slots: FreeSlots
) -> None:
    slot = free_slots(1)[0]
    start = start_page(resident, people)
    day = clock.local(slot.starts_at).date()
    for address in (start, f"{start}?place={hall.id}", f"{start}?place={hall.id}&view=list&day={day}"):
        assert Client(headers={"host": "midori.localhost"}).get(address).status_code == 200
    empty = resident.post(f"{start}?place={hall.id}&day={day}", {"choice": "1"})
    assert empty.status_code == 422
    assert "来る時間を選んでください" in empty.content.decode()
    Slot.objects.filter(pk=slot.id).update(is_open=False)
    gone = resident.post(f"{start}?place={hall.id}&day={day}", {"choice": "1", "slot": str(slot.id)})
    assert gone.status_code == 422
    assert "予約できなくなりました" in gone.content.decode()
    telephone = Client(headers={"host": "midori.localhost"})
    assert telephone.get(start).status_code == 200, "another device may still open it"
    assert telephone.post(start, {"family": "1"})["Location"] == "/booking/family/"
    assert resident.get(start).status_code == 410


def test_whoever_goes_back_to_the_page_of_the_link_chooses_again(
    resident: Client, people: People, hall: Any, free_slots: FreeSlots
) -> None:
    first, second = free_slots(2)
    start = start_page(resident, people)
    for slot in (first, second):
        answer = resident.post(f"{start}?place={hall.id}", {"choice": "1", "slot": str(slot.id)})
        assert answer["Location"] == "/booking/check/"
    confirm(resident, resident.get("/booking/check/").content.decode())
    assert Booking.objects.get().slot_id == second.id


def test_no_visitor_meets_the_link_or_the_token_of_another(
    resident: Client, people: People, hall: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CALENDAR_MICRO_CACHE_SECONDS = 1.0
    for module, name in ((fresh, "ANSWERS"), (finished, "PAGES")):
        monkeypatch.setattr(module, name, Fresh(largest=50, monotonic=lambda: 0.0))
    other = Client(headers={"host": "midori.localhost"})
    people.add("FAM000002", "0401")
    mine = start_page(resident, people)
    first_page(other, reference="FAM000002", month="4", day="1", email="other@example.jp")
    theirs = f"/booking/start/{token_in_mail('start')}/"
    assert mine != theirs
    pages = [
        (browser.get(f"{address}?place={hall.id}"), address, foreign)
        for browser, address, foreign in ((resident, mine, theirs), (other, theirs, mine))
    ]
    assert pages[0][0].templates
    assert not pages[1][0].templates, "drawn once"
    kept: list[set[str]] = []
    for answer, own, foreign in pages:
        page = answer.content.decode()
        assert own in page, "the links to other languages"
        assert foreign not in page
        assert finished.SECRET not in page
        assert finished.TOKEN not in page
        tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
        assert len(tokens) == 1
        kept.append(tokens)
    assert kept[0] != kept[1]


def test_whoever_has_a_booking_hears_so_before_choosing_anything(
    resident: Client, people: People, hall: Any, free_slots: FreeSlots
) -> None:
    start = start_page(resident, people)
    now = clock.now()
    mine = request_for(free_slots(1)[0].id, people.known[HANAKO], channel="phone")
    booking.book(request=mine, actor=CLERK, now=now)
    told = resident.get(start)
    assert told.status_code == 409
    page = told.content.decode()
    assert "すでに予約があります" in page
    assert "/booking/find/" in page
    assert f"?place={hall.id}" not in page


def test_a_month_without_a_free_day_asks_nobody_to_choose_one(
    resident: Client, people: People, hall: Any, free_slots: FreeSlots
) -> None:
    start = start_page(resident, people)
    asks = "日にちを選ぶと、時間が表示されます"
    assert asks in resident.get(f"{start}?place={hall.id}").content.decode()
    Slot.objects.update(capacity=0)
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        page = resident.get(f"{start}?place={hall.id}").content.decode()
    assert "この月に予約できる日はありません" in page
    assert asks not in page
