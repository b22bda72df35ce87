"""The ten main tasks of staff cost no more than they did: `effort.toml` may shrink, never grow (FUJ-60)."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in
from madoguchi.hooks.registry import plugins
from madoguchi.places.models import Place
from madoguchi.web.dates import month_and_day
from plugins.card_reservation import tasks
from plugins.card_reservation.models import BookingPerson, PaperKit, Slot
from plugins.card_reservation.services import papers
from plugins.card_reservation.services.slots import open_slots
from plugins.card_reservation.tests.stand_ins import People, people_who_are_known
from tests.effort.hand import Effort, Hand

pytestmark = pytest.mark.django_db
TABLE = tomllib.loads((Path(__file__).parent / "effort.toml").read_text(encoding="utf-8"))
HOST = "staff.midori.localhost"
CALLER = ("ABC123456", "0229")


@pytest.fixture(autouse=True)
def people(db: None) -> Iterator[People]:
    """A city with slots, and a caller with a card."""
    open_slots(now=clock.now())
    with people_who_are_known() as known:
        known.add(*CALLER)
        yield known


def clerk() -> Hand:
    """Somebody at the counter, on the staff home."""
    return Hand(sign_in(Client(headers={"host": HOST}), StaffFactory.create(roles=["counter_clerk"]))).start()


def admin() -> Hand:
    """An administrator on the staff home."""
    return Hand(sign_in(Client(headers={"host": HOST}), StaffFactory.create(city_admin=True))).start()


def booked(hand: Hand) -> Hand:
    """Take a call."""
    hand.follow("電話で予約").type("reference", CALLER[0]).type("birthday", CALLER[1])
    return hand.choose("slot").press("この内容で予約する").sees("予約を登録しました")


def sign_in_task() -> Hand:
    """Sign in."""
    staff = StaffFactory.create(roles=["counter_clerk"])
    hand = Hand(Client(headers={"host": HOST})).start("/sign-in/")
    return (
        hand.type("staff_code", staff.staff_code)
        .type("password", PASSWORD)
        .press("サインイン")
        .sees("メニュー")
    )


def today_task() -> Hand:
    """See who comes today."""
    return clerk().follow("予約一覧").sees("予約一覧")


def book_task() -> Hand:
    """Book for a caller."""
    return booked(clerk())


def move_task() -> Hand:
    """Move a booking."""
    hand = _fresh(booked(clerk()))
    return hand.follow("日時を変更する").choose("slot").press("変更").sees("予約を変更しました")


def cancel_task() -> Hand:
    """Cancel a booking."""
    hand = _fresh(booked(clerk()))
    return hand.follow("予約を取り消す").choose("confirmed").press("取り消す").sees("予約を取り消しました")


def print_task() -> Hand:
    """Print the list of a day."""
    hand = clerk().follow("予約一覧").follow("印刷")
    return hand.sees("印刷用の画面を開く")


def kit_task() -> Hand:
    """Open the paper kit."""
    papers.make_kits(now=clock.now())
    hand = clerk().follow("紙の予備リスト").follow(PaperKit.objects.select_related("place")[0].place.name)
    return hand.sees("印刷用の画面を開く")


def close_day_task() -> Hand:
    """Close a day."""
    hand = admin().follow("閉庁日・臨時開庁").type("first", "2027-12-28").type("name", "臨時閉庁")
    return hand.press("登録する").sees("保存しました")


def capacity_task() -> Hand:
    """Change the capacity of a whole day."""
    day = Slot.objects.filter(place__code="main", is_open=True).order_by("-day")[0].day
    hand = admin().follow("予約枠").type("day", day.isoformat()).press("表示").follow(month_and_day(day))
    return hand.type("every", "7").press("すべての枠をこの定員にする").sees("変更しました")


def staff_task() -> Hand:
    """Add a person."""
    hand = admin().follow("職員・権限").follow("職員を登録")
    hand.type("staff_code", "N00001").type("name", "新人 一郎").choose("roles", "counter_clerk")
    return hand.press("登録して初回設定コードを表示").sees("再設定コード")


TASKS: dict[str, Callable[[], Hand]] = {
    "sign in": sign_in_task,
    "see who comes today": today_task,
    "book for a caller": book_task,
    "move a booking": move_task,
    "cancel a booking": cancel_task,
    "print the list of a day": print_task,
    "open the paper kit": kit_task,
    "close a day": close_day_task,
    "change the capacity of a day": capacity_task,
    "add a person": staff_task,
}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_costs_no_more_than_the_table_says(name: str) -> None:
    spent = TASKS[name]().effort
    assert grown(name, spent) == {}, spent


@pytest.mark.req("FUJ-60")
def test_the_work_stays_small_and_goes_on_on_paper(people: People) -> None:
    for name in TASKS:
        # One caller serves all tasks, each time without a booking.
        BookingPerson.objects.update(active=False)
        spent = TASKS[name]().effort
        assert grown(name, spent) == {}, name
        # The bad case: one page more is noticed.
        longer = replace(spent, pages=spent.pages + 1, clicks=spent.clicks + 1)
        assert set(grown(name, longer)) == {"pages", "clicks", "seconds"}
    (evening,) = [
        each for each in plugins.declared("schedules") if each.name == "card_reservation.make_paper_kits"
    ]
    assert evening.at == "0 18 * * *"
    assert evening.task == tasks.make_paper_kits.name
    tasks.make_paper_kits.run()
    tomorrow = clock.today() + timedelta(days=1)
    kits = PaperKit.objects.filter(first_day=tomorrow)
    assert kits.count() == Place.objects.count()
    assert all(kit.last_day >= tomorrow + timedelta(days=2) for kit in kits)
    pdf = clerk().browser.get(f"/reservations/kits/{kits[0].id}/pdf/")
    assert pdf.content.startswith(b"%PDF")


def test_the_table_has_ten_tasks_and_no_other() -> None:
    assert list(TABLE["tasks"]) == list(TASKS)
    assert len(TASKS) == 10


def grown(name: str, spent: Effort) -> dict[str, float]:
    """Name what costs more than the table allows."""
    found = asdict(spent) | {"seconds": spent.seconds}
    allowed: dict[str, float] = TABLE["tasks"][name]
    return {what: cost for what, cost in found.items() if cost > allowed[what]}


def _fresh(hand: Hand) -> Hand:
    hand.effort = type(hand.effort)()
    return hand
