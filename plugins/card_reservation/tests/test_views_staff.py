"""The day board and the desk for calls."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.models import AuditEntry
from plugins.card_reservation.models import Booking, Slot
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db


def test_a_call_is_booked_with_four_inputs_on_one_page(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    page = clerk.get(f"/reservations/new/?place={hall.id}&day={_day(slot)}").content.decode()
    form = page[page.index('<form id="desk"') :]
    asked = set(re.findall(r'name="(\w+)"', form)) - {"csrfmiddlewaretoken", "key", "scan", "look", "_draft"}
    assert asked == {"reference", "birthday", "slot", "email"}
    answer = clerk.post("/reservations/new/", _call(slot))
    assert answer.status_code == 303
    booking = Booking.objects.get()
    assert booking.channel == "phone"
    assert booking.contact_id is None
    shown = clerk.get(answer["Location"]).content.decode()
    assert booking.number in shown
    assert "見本 花子" in shown


def test_a_second_click_books_once(clerk: Client, people: People, hall: Any, free_slots: Any) -> None:
    people.add("ABC123456", "0229")
    sent = _call(free_slots(1)[0])
    answers = {clerk.post("/reservations/new/", sent)["Location"] for _ in range(2)}
    assert len(answers) == 1
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("birthday", ["0229", "２／２９", "2-29", "2月29日"])
def test_a_birthday_may_be_typed_in_many_ways(
    clerk: Client, people: People, hall: Any, free_slots: Any, birthday: str
) -> None:
    people.add("ABC123456", "0229")
    assert (
        clerk.post("/reservations/new/", _call(free_slots(1)[0]) | {"birthday": birthday}).status_code == 303
    )


def test_what_is_wrong_is_said_beside_what_was_typed(
    clerk: Client, people: People, hall: Any, free_slots: Any, fill: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    sent = _call(slot)
    for wrong in (
        {"birthday": "0230"},
        {"birthday": "1301"},
        {"birthday": "-229"},
        {"birthday": "2--29"},
        {"birthday": "+2/29"},
        {"reference": "NOBODY"},
        {"slot": ""},
        {"email": "x@"},
    ):
        page = clerk.post(f"/reservations/new/?place={hall.id}&day={_day(slot)}", sent | wrong)
        assert page.status_code == 422
        assert "<title>エラー：" in page.content.decode()
    fill(slot)
    page = clerk.post("/reservations/new/", sent)
    assert page.status_code == 422
    assert "満員" in page.content.decode()
    assert not Booking.objects.exists()


def test_a_full_slot_cannot_be_chosen(
    clerk: Client, people: People, hall: Any, free_slots: Any, fill: Any
) -> None:
    slot = free_slots(1)[0]
    fill(slot)
    page = clerk.get(f"/reservations/new/?place={hall.id}&day={_day(slot)}").content.decode()
    assert re.search(rf'value="{slot.id}" disabled', page)


def test_the_board_shows_counts_names_and_who_called(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    clerk.post("/reservations/new/", _call(slot))
    page = clerk.get(f"/reservations/?day={_day(slot)}&place={hall.id}").content.decode()
    for shown in (Booking.objects.get().number, "見本 花子", "ミホン ハナコ", "ABC123456", "電話"):
        assert shown in page


def test_names_on_a_list_leave_one_entry_and_a_quiet_refresh_none(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    clerk.post("/reservations/new/", _call(slot))
    before = AuditEntry.objects.count()
    page = clerk.get(f"/reservations/?day={_day(slot)}").content.decode()
    assert AuditEntry.objects.count() == before + 1
    quiet = re.search(r'hx-get="([^"]+)"', page)
    assert quiet
    address = quiet.group(1).replace("&amp;", "&")
    assert clerk.get(address, headers={"X-Background": "1"}).status_code == 204
    assert AuditEntry.objects.count() == before + 1
    Slot.objects.filter(pk=slot.id).update(booked=2)
    assert clerk.get(address, headers={"X-Background": "1"}).status_code == 200
    assert AuditEntry.objects.count() == before + 2


def test_a_day_without_bookings_says_so(clerk: Client, people: People) -> None:
    assert "この日の予約はありません" in clerk.get("/reservations/?day=2020-01-01").content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_board_does_not_go_to_the_edges_of_the_calendar(clerk: Client, people: People, day: str) -> None:
    page = clerk.get(f"/reservations/?day={day}")
    assert page.status_code == 200
    assert page.context["board"].day == clock.today()


def test_a_clerk_moves_and_cancels(clerk: Client, people: People, hall: Any, free_slots: Any) -> None:
    people.add("ABC123456", "0229")
    first, second = free_slots(2)
    clerk.post("/reservations/new/", _call(first))
    booking = Booking.objects.get()
    sent = {"slot": str(second.id), "key": str(uuid4())}
    assert clerk.post(f"/reservations/{booking.id}/move/", sent).status_code == 303
    assert Booking.objects.get().slot_id == second.id
    assert clerk.post(f"/reservations/{booking.id}/cancel/").status_code == 422
    assert clerk.post(f"/reservations/{booking.id}/cancel/", {"confirmed": "on"}).status_code == 303
    assert Booking.objects.get().state == "cancelled"
    assert "この予約を取り消す" not in clerk.get(f"/reservations/{booking.id}/").content.decode()


def test_who_may_only_look_sees_no_buttons_and_is_refused(
    clerk: Client, viewer: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    clerk.post("/reservations/new/", _call(slot))
    booking = Booking.objects.get()
    for page in (viewer.get(f"/reservations/?day={_day(slot)}"), viewer.get(f"/reservations/{booking.id}/")):
        assert page.status_code == 200
        assert "/new/" not in page.content.decode()
        assert "/move/" not in page.content.decode()
    for path in ("new/", f"{booking.id}/move/", f"{booking.id}/cancel/"):
        assert viewer.post(f"/reservations/{path}", _call(slot)).status_code == 403
    assert Booking.objects.get().state == "active"


def test_strangers_are_sent_to_the_sign_in(people: People) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    for path in ("", "new/", f"{uuid4()}/"):
        assert browser.get(f"/reservations/{path}")["Location"].startswith("/sign-in/")


def test_the_desk_does_not_exist_on_the_resident_host(resident: Client) -> None:
    assert resident.get("/reservations/").status_code == 404
    staff = Client(headers={"host": "staff.midori.localhost"})
    assert staff.get("/booking/").status_code == 404


def _day(slot: Any) -> str:
    return clock.local(slot.starts_at).date().isoformat()


def _call(slot: Any) -> dict[str, str]:
    return {
        "reference": "abc-123456",
        "birthday": "0229",
        "slot": str(slot.id),
        "email": "",
        "key": str(uuid4()),
    }


def test_a_caller_who_has_a_booking_is_led_to_it(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    first, second = free_slots(2)
    entry = {"reference": "ABC123456", "birthday": "0229", "email": ""}
    made = clerk.post("/reservations/new/", {**entry, "slot": str(first.id), "key": str(uuid4())})
    again = clerk.post("/reservations/new/", {**entry, "slot": str(second.id), "key": str(uuid4())})
    assert again.status_code == 422
    assert f'href="{made["Location"].partition("?")[0]}"' in again.content.decode()


def test_a_number_from_a_reader_waits_for_the_birthday_and_books_nothing(
    clerk: Client, people: People, hall: Any
) -> None:
    page = clerk.post("/reservations/new/", {"reference": "ＡＢＣ１２３４５６", "scan": "1", "birthday": ""})
    text = page.content.decode()
    assert page.status_code == 200
    assert "ＡＢＣ１２３４５６" in text
    assert re.search(r'name="birthday"[^>]*autofocus', text)
    assert "エラー" not in text


def test_another_day_and_a_free_time_keep_what_was_typed_and_book_nothing(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    (slot,) = free_slots(1)
    typed = {"reference": "ABC123456", "birthday": "0229", "email": "call@example.jp", "key": str(uuid4())}
    later = clock.local(slot.starts_at).date() + timedelta(days=7)
    looked = clerk.post(
        f"/reservations/new/?place={hall.id}&day={_day(slot)}",
        typed | {"look": "1", "place": str(hall.id), "day": later.isoformat()},
    )
    assert looked.status_code == 200
    assert looked.context["offered"].day == later
    taken = clerk.post(
        f"/reservations/new/?place={hall.id}&day={_day(slot)}&slot={slot.id}", typed | {"take": "1"}
    )
    assert re.search(rf'value="{slot.id}" checked', taken.content.decode())
    for answer in (looked, taken):
        assert all(f'value="{text}"' in answer.content.decode() for text in typed.values())
    unread = clerk.post("/reservations/new/", typed | {"look": "1", "place": "?", "day": "x", "service": "?"})
    assert unread.status_code == 200
    assert not Booking.objects.exists()


def test_times_of_another_day_than_the_one_picked_are_not_booked(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    (slot,) = free_slots(1)
    later = clock.local(slot.starts_at).date() + timedelta(days=7)
    address = f"/reservations/new/?place={hall.id}&day={_day(slot)}"
    sent = _call(slot) | {"place": str(hall.id), "day": later.isoformat()}
    turned = clerk.post(address, sent)
    assert turned.status_code == 422
    assert turned.context["offered"].day == later
    assert "時間を表示しなおしました" in turned.content.decode()
    assert f"{hall.name} " in turned.content.decode().partition("<legend>")[2]
    assert not Booking.objects.exists()
    assert clerk.post(address, sent | {"day": _day(slot)}).status_code == 303


def test_a_reason_stays_and_the_birthday_is_not_asked_for_twice(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    (slot,) = free_slots(1)
    sent = _call(slot) | {"in_spite": "急ぎの回送", "place": str(hall.id), "day": _day(slot), "look": "1"}
    page = clerk.post("/reservations/new/", sent).content.decode()
    assert 'value="急ぎの回送"' in page
    assert "autofocus" not in page


def test_a_move_keeps_what_was_typed_and_takes_no_time_of_another_day(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot, other = free_slots(2)
    clerk.post("/reservations/new/", _call(slot))
    made = Booking.objects.get()
    later = clock.local(slot.starts_at).date() + timedelta(days=7)
    address = f"/reservations/{made.pk}/move/?place={hall.id}&day={_day(other)}"
    sent = {"slot": str(other.id), "key": str(uuid4()), "place": str(hall.id), "day": later.isoformat()}
    looked = clerk.post(address, sent | {"look": "1", "in_spite": "急ぎの回送"})
    assert looked.status_code == 200
    assert 'value="急ぎの回送"' in looked.content.decode()
    turned = clerk.post(address, sent)
    assert turned.status_code == 422
    assert {answer.context["offered"].day for answer in (looked, turned)} == {later}
    assert Booking.objects.get().slot_id == slot.id
    assert clerk.post(address, sent | {"day": _day(other)}).status_code == 303
    assert Booking.objects.get().slot_id == other.id


def test_the_switch_between_the_ways_keeps_the_day_and_what_was_typed(
    clerk: Client, hall: Any, free_slots: Any
) -> None:
    (slot,) = free_slots(1)
    day = clock.local(slot.starts_at).date() + timedelta(days=7)
    typed = {"reference": "ABC123456", "birthday": "0229", "email": "call@example.jp"}
    picked = {"place": str(hall.id), "day": day.isoformat(), "look": "1"}
    first = clerk.post("/reservations/new/", typed | picked).content.decode()
    switch = re.search(r'name="look" value="1" formaction="([^"]*way=without)"', first)
    assert switch
    address = "/reservations/new/" + switch.group(1).replace("&amp;", "&")
    without = clerk.post(address, typed | picked)
    assert without.context["offered"].day == day
    shown = without.content.decode()
    assert 'name="phone"' in shown
    assert all(re.search(rf'name="{name}"[^>]*value="{text}"', shown) for name, text in typed.items())
    assert not Booking.objects.exists()


def test_times_without_a_notice_have_room_for_the_whole_party(
    clerk: Client, hall: Any, free_slots: Any
) -> None:
    (slot,) = free_slots(1)
    Slot.objects.filter(pk=slot.id).update(capacity=2)
    address = f"/reservations/new/?way=without&place={hall.id}"
    for size, states in (("2", {"free", "few"}), ("3", {"full"})):
        looked = clerk.post(
            address, {"party_size": size, "look": "1", "place": str(hall.id), "day": _day(slot)}
        )
        (shown,) = [one for one in looked.context["offered"].slots if one.id == slot.id]
        assert shown.state in states
    # The number of people comes along when the switch is pressed and pressed back.
    back = f"/reservations/new/?place={hall.id}&day={_day(slot)}"
    with_notice = clerk.post(back, {"party_size": "3", "look": "1"})
    assert 'name="party_size" value="3"' in with_notice.content.decode()
    (shown,) = [one for one in with_notice.context["offered"].slots if one.id == slot.id]
    assert shown.state in {"free", "few"}


@pytest.mark.req("NAN-31")
def test_the_next_free_time_the_last_time_and_the_keys_save_steps(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    answer = clerk.get("/reservations/new/")
    began = answer.content.decode()
    assert "直前の予約と同じ時間" not in began
    slot = answer.context["next_free"][0].times[0].slot
    assert slot.starts_at <= free_slots(1)[0].starts_at
    soonest = f"place={hall.id}&amp;day={_day(slot)}&amp;slot={slot.id}"
    assert soonest in began.partition("近い空き時間から選ぶ")[2]
    assert clerk.post("/reservations/new/", _call(slot)).status_code == 303
    page = clerk.get("/reservations/new/").content.decode()
    again = re.search(r'直前の予約と同じ時間</b> <button[^>]* formaction="\?([^"]+)"', page)
    assert again
    assert again.group(1).startswith(soonest)
    query = again.group(1).replace("&amp;", "&")
    chosen = clerk.get(f"/reservations/new/?{query}").content.decode()
    assert re.search(rf'value="{slot.id}" checked', chosen)
    keys = clerk.get("/shortcuts/").content.decode()
    for named in ("電話で予約", "予約をさがす", "窓口の受付・呼び出し"):
        assert named in keys


def test_pairs_that_do_not_fit_are_written_down_without_the_pair(
    clerk: Client, people: People, hall: Any, free_slots: Any
) -> None:
    people.add("ABC123456", "0229")
    slot = free_slots(1)[0]
    for birthday in ("0301", "0302"):
        wrong = {**_call(slot), "birthday": birthday}
        assert clerk.post("/reservations/new/", wrong).status_code == 422
    found = AuditEntry.objects.filter(action="card_reservation.lookup_refused")
    assert found.count() == 2
    assert {entry.actor_name for entry in found} == {"窓口 一郎"}
    assert not any("ABC123456" in f"{entry.details}{entry.object_ids}" for entry in found)
