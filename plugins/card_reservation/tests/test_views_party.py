"""My booking: relatives join and stay at home, two visits become one, answers by a button."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.notifications.models import Delivery
from madoguchi.residents import services as residents
from plugins.card_reservation.models import Booking, BookingPerson, BringList, Slot, VisitReply
from plugins.card_reservation.services import booking, moving
from plugins.card_reservation.services.links import new_manage_token
from plugins.card_reservation.services.verification import most_failures
from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.test_booking import RESIDENT, request_for
from plugins.card_reservation.tests.way import confirm, fields, token_in_mail, walk_to_check

pytestmark = pytest.mark.django_db
TARO = {"reference": "DEF-222222", "month": "5", "day": "5"}


@pytest.fixture
def slots(free_slots: Any) -> Any:
    """Four free slots, the first of them booked by the fixture below."""
    return free_slots(4)


@pytest.fixture
def token(resident: Client, people: People, hall: Any, slots: Any, now: Any) -> str:
    """The manage link of a fresh booking by mail."""
    confirm(resident, walk_to_check(resident, people, hall.id, slots[0].id))
    made = Booking.objects.get()
    return new_manage_token(booking_id=made.id, contact_id=made.contact_id, until=slots[0].ends_at, now=now)


@pytest.fixture
def taro(people: People) -> Any:
    """A relative whose card waits, too."""
    return people.add("DEF222222", "0505")


def at(token: str, page: str = "") -> str:
    return f"/booking/manage/{token}/{page}"


def other_visit(slot: Any, person: Any, now: Any, *, email: str = "") -> booking.Receipt:
    contact = residents.contact_for(email=email, language="ja", now=now) if email else None
    return booking.book(request=request_for(slot.id, person, contact_id=contact), actor=RESIDENT, now=now)


def test_a_relative_joins_and_stays_at_home_again(
    resident: Client, token: str, taro: Any, slots: Any
) -> None:
    page = resident.get(at(token, "family/")).content.decode()
    assert "取り除く" not in page
    assert resident.post(at(token, "family/"), TARO)["Location"] == f"{at(token)}?done=party"
    assert Booking.objects.get().party_size == 2
    assert Slot.objects.get(pk=slots[0].id).booked == 2
    page = resident.get(at(token, "family/")).content.decode()
    # Enough of the number to know it again; never all of it.
    assert "…222" in page
    assert "DEF222222" not in page
    asked = resident.get(at(token, f"family/leave/?person={taro}")).content.decode()
    assert Booking.objects.get().party_size == 2
    assert resident.post(at(token, "family/leave/"), fields(asked)).status_code == 303
    assert Booking.objects.get().party_size == 1
    assert Slot.objects.get(pk=slots[0].id).booked == 1


def test_a_wrong_number_and_somebody_who_is_there_are_explained_beside_the_field(
    resident: Client, token: str, people: People
) -> None:
    wrong = resident.post(at(token, "family/"), {**TARO, "day": "6"})
    assert wrong.status_code == 422
    assert "確認できませんでした" in wrong.content.decode()
    same = resident.post(at(token, "family/"), {"reference": "ABC-123456", "month": "2", "day": "29"})
    assert same.status_code == 422
    assert "もうこの予約に入っています" in same.content.decode()
    assert Booking.objects.get().party_size == 1


def test_a_full_time_offers_times_for_everybody_and_takes_one(
    resident: Client, token: str, taro: Any, slots: Any, fill: Any
) -> None:
    fill(slots[0])
    refused = resident.post(at(token, "family/"), TARO)
    page = refused.content.decode()
    assert (refused.status_code, Booking.objects.get().party_size) == (409, 1)
    chosen = re.findall(r'name="slot" value="([^"]+)"', page)[0]
    sent = {"person": fields(page)["person"], "slot": chosen}
    assert resident.post(at(token, "family/join/"), sent).status_code == 303
    made = Booking.objects.get()
    assert (str(made.slot_id), made.party_size) == (chosen, 2)


@pytest.mark.req("KUR-59")
def test_a_relative_with_a_visit_is_offered_one_visit_and_never_doubled(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    """Added within the places that are left; whoever has a booking is offered to merge."""
    other = other_visit(slots[1], taro, now, email="hanako@example.jp")
    page = resident.post(at(token, "family/"), TARO).content.decode()
    assert "もう別に予約しています" in page
    assert BookingPerson.objects.filter(pickup=taro, active=True).count() == 1
    answer = resident.post(at(token, "family/join/"), fields(page))
    assert answer["Location"].endswith("?done=party")
    assert Booking.objects.get(pk=other.booking_id).state == "cancelled"
    assert BookingPerson.objects.filter(pickup=taro, active=True).count() == 1
    assert Booking.objects.get(state="active").party_size == 2
    assert Slot.objects.get(pk=slots[1].id).booked == 0
    # No more than the party may be, and no more than the time has places for.
    Slot.objects.filter(pk=slots[0].id).update(capacity=2)
    assert resident.post(at(token, "family/"), {**TARO}).status_code == 422


def test_the_visit_of_another_address_is_given_up_by_its_owner_alone(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    other = other_visit(slots[1], taro, now, email="taro@example.jp")
    page = resident.post(at(token, "family/"), TARO).content.decode()
    assert "確認のメールを送る" in page
    answer = resident.post(at(token, "family/join/"), fields(page))
    assert answer["Location"].endswith("?done=asked")
    assert Booking.objects.get(pk=other.booking_id).state == "active"
    link = f"/booking/merge/{token_in_mail('merge')}/"
    assert "一緒に来る" in resident.get(link).content.decode()
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        late = resident.get(link)
    assert late.status_code == 410
    assert "そのまま残っています" in late.content.decode()
    assert "はじめから予約する" not in late.content.decode()
    assert Booking.objects.get(pk=other.booking_id).state == "active"
    done = resident.post(link)
    assert Booking.objects.get(pk=other.booking_id).state == "cancelled"
    said = resident.get(done["Location"]).content.decode()
    assert "1つの予約にまとまりました" in said
    assert "この予約をした方のメール" in said, "the mail goes to whoever made the booking"
    assert "確認のメールを送ります" not in said
    again = resident.post(link)
    assert again.status_code == 410
    assert "もうまとめられています" in again.content.decode()


def test_who_was_asked_gives_up_no_visit_that_somebody_else_booked_since(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    asked = other_visit(slots[1], taro, now, email="taro@example.jp")
    page = resident.post(at(token, "family/"), TARO).content.decode()
    resident.post(at(token, "family/join/"), fields(page))
    link = f"/booking/merge/{token_in_mail('merge')}/"
    moving.cancel(booking_id=asked.booking_id, actor=RESIDENT, now=now)
    anew = other_visit(slots[2], taro, now, email="parent@example.jp")
    assert resident.post(link).status_code == 410
    assert Booking.objects.get(pk=anew.booking_id).state == "active"
    # Once it is the visit of who was asked again, in whatever language, the link still serves.
    moving.cancel(booking_id=anew.booking_id, actor=RESIDENT, now=now)
    again = residents.contact_for(email="taro@example.jp", language="en", now=now)
    booking.book(request=request_for(slots[2].id, taro, contact_id=again), actor=RESIDENT, now=now)
    assert resident.post(link).status_code == 303


def test_the_owner_of_another_visit_is_asked_twice_a_day_and_not_every_hour(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    other_visit(slots[1], taro, now, email="taro@example.jp")
    said = set()
    for hours in (0, 0, 0, 5, 23):
        with clock.frozen_at(clock.now() + timedelta(hours=hours)):
            page = resident.post(at(token, "family/"), TARO).content.decode()
            said.add(resident.post(at(token, "family/join/"), fields(page))["Location"])
    assert len(said) == 1, "whoever asks again is told the same"
    assert Delivery.objects.filter(kind="card_reservation.merge_request").count() == 2


def test_a_visit_without_an_address_is_given_up_by_its_number(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    other = other_visit(slots[1], taro, now)
    page = resident.post(at(token, "family/"), TARO).content.decode()
    wrong = resident.post(at(token, "family/join/"), {**fields(page), "number": "1234-5678"})
    assert (wrong.status_code, "予約番号が違います" in wrong.content.decode()) == (422, True)
    right = {**fields(page), "number": other.number}
    assert resident.post(at(token, "family/join/"), right).status_code == 303
    assert Booking.objects.get(pk=other.booking_id).state == "cancelled"


def test_somebody_elses_signature_joins_nobody(resident: Client, token: str) -> None:
    for sent in ({}, {"person": "x", "slot": str(uuid4())}):
        assert resident.post(at(token, "family/join/"), sent).status_code == 410
    assert resident.get(at(token, f"family/leave/?person={uuid4()}")).status_code == 303


def test_after_the_cut_off_the_party_changes_by_telephone_alone(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    Slot.objects.filter(pk=slots[0].id).update(
        starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=25)
    )
    for page in ("family/", "earlier/"):
        late = resident.get(at(token, page))
        assert (late.status_code, "tel:" in late.content.decode()) == (409, True)


def test_i_come_is_kept_by_the_button_and_not_by_opening_the_link(resident: Client, token: str) -> None:
    page = resident.get(at(token, "coming/")).content.decode()
    assert "行きます" in page
    assert at(token, "move/") in page
    assert at(token, "cancel/") in page
    assert not VisitReply.objects.exists()
    for _ in range(2):
        answer = resident.post(at(token, "coming/"))
    assert VisitReply.objects.count() == 1
    assert "お返事ありがとうございます" in resident.get(answer["Location"]).content.decode()


def test_the_list_of_what_to_bring_comes_before_the_slot_and_stays_with_the_booking(
    resident: Client, people: People, hall: Any, slots: Any
) -> None:
    answers = {"who": "child", "notice": "yes", "photo": "no", "old": "none", "paper": "yes"}
    asked = resident.post("/booking/bring/", {"who": "child", "notice": "x"})
    assert asked.status_code == 422
    summary = asked.content.decode().partition('role="alert"')[2].partition("</ul>")[0]
    told = re.findall(r"<li><a [^>]+>([^<]+)</a></li>", summary)
    assert len(told) == len(set(told)) == 4
    assert told[0] == "「交付通知書（はがき）はありますか」の答えを1つ選んでください"
    page = walk_to_check(resident, people, hall.id, slots[0].id)
    listed = resident.post("/booking/bring/", answers).content.decode()
    assert "保護者" in listed
    assert "本人確認書類2点" in listed
    page = resident.get("/booking/check/").content.decode()
    assert "保護者とわかる書類" in page
    done = resident.get(confirm(resident, page)["Location"]).content.decode()
    assert "保護者とわかる書類" in done
    assert "two_ids" in BringList.objects.get().codes
    signed = re.search(r"/booking/done/([^/]+)/slip.pdf", done)
    assert signed is not None
    slip = resident.get(signed.group(0))
    assert (slip["Content-Type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    assert "attachment" not in slip.get("Content-Disposition", "")


def test_a_proxy_is_sent_to_the_telephone_before_any_slot_is_taken(resident: Client, db: None) -> None:
    answers = {"who": "proxy", "notice": "lost", "photo": "yes", "old": "none", "paper": "no"}
    page = resident.post("/booking/bring/", answers).content.decode()
    assert "予約の前に、お電話ください" in page
    assert "tel:" in page


def test_each_letter_leads_to_its_booking_or_to_plain_advice(resident: Client, db: None) -> None:
    page = resident.get("/booking/letters/").content.decode()
    links = re.findall(r'href="(/booking/letters/[a-z]+/)"', page)
    assert len(links) == 6
    leads = {link: "予約へ進む" in resident.get(link).content.decode() for link in links}
    assert leads["/booking/letters/pickup/"]
    assert not leads["/booking/letters/none/"]
    assert resident.get("/booking/letters/unknown/").status_code == 404


def test_one_visit_for_the_household_is_found_and_taken(
    resident: Client, people: People, hall: Any, slots: Any, taro: Any
) -> None:
    walk_to_check(resident, people, hall.id, slots[0].id)
    resident.post("/booking/family/", TARO)
    page = resident.get("/booking/household/").content.decode()
    offered = re.findall(r'name="slot" value="([^"]+)"', page)
    assert offered
    Slot.objects.exclude(place=hall).update(capacity=0)
    page = resident.get("/booking/household/").content.decode()
    assert page.count("いま予約できる時間がありません") == 1, "one sentence for all places without a time"
    assert page.count("<fieldset") == 1
    answer = resident.post("/booking/household/", {"slot": offered[0]})
    assert answer["Location"] == "/booking/check/"
    made = confirm(resident, resident.get("/booking/check/").content.decode())
    assert made.status_code == 303
    assert (str(Booking.objects.get().slot_id), Booking.objects.get().party_size) == (offered[0], 2)
    assert resident.post("/booking/household/", {"slot": "x"}).status_code in (303, 422)


@pytest.mark.req("NAN-14")
def test_my_booking_is_seen_changed_cancelled_and_added_to_by_link_or_by_number(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    """See, move, add, cancel; found by number and birthday, too; another city's link is not found."""
    made = Booking.objects.get()
    assert made.number in resident.get(at(token)).content.decode()
    assert resident.post(at(token, "family/"), TARO).status_code == 303
    page = resident.post(at(token, "move/"), {"slot": str(slots[1].id)}, follow=True)
    assert resident.post(at(token, "move/"), fields(page.content.decode())).status_code == 303
    made.refresh_from_db()
    assert (made.slot_id, made.party_size) == (slots[1].id, 2)
    by_number = {"number": made.number, "reference": "ABC-123456", "month": "2", "day": "29"}
    answer = resident.post("/booking/find/", by_number)
    assert "リンクを送りました" in answer.content.decode()
    mailed = token_in_mail("manage")
    assert made.number in resident.get(at(mailed)).content.decode()
    assert resident.post("/booking/find/", {**by_number, "number": "1111-1111"}).status_code == 422
    stranger = Client(headers={"host": "kasumi.localhost"})
    for page_of in ("", "family/", "move/", "cancel/", "coming/", "slip.pdf"):
        assert stranger.get(at(token, page_of)).status_code == 404
    assert resident.post(at(mailed, "cancel/")).status_code == 303
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert Slot.objects.get(pk=slots[1].id).booked == 0


def test_the_number_of_a_visit_is_not_found_by_trying(
    resident: Client, token: str, taro: Any, slots: Any, now: Any
) -> None:
    other = other_visit(slots[1], taro, now)
    page = fields(resident.post(at(token, "family/"), TARO).content.decode())
    for turn in range(most_failures()):
        wrong = resident.post(at(token, "family/join/"), {**page, "number": f"1111-{turn:04}"})
        assert wrong.status_code == 422
    right = resident.post(at(token, "family/join/"), {**page, "number": other.number})
    assert right.status_code == 422
    assert Booking.objects.get(pk=other.booking_id).state == "active"
    assert resident.post(at(token, "family/"), TARO).status_code == 422
