"""A person sees what is held about them in every room, and has it erased without a trace."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import services as approvals
from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.hooks.contracts.pickups import NAME
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox import journal
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.privacy import people, requests
from madoguchi.privacy.declarations import DISCLOSE, DISCLOSE_ALL
from madoguchi.privacy.models import PersonRequest
from madoguchi.testing.factories import RoleFactory, StaffFactory
from madoguchi.testing.switched import switched_off
from plugins.card_management.models import Card
from plugins.card_management.tests.factories import add_card
from plugins.card_reservation.models import Booking, Slot
from tests.privacy.world import BORN_ON, EMAIL, KANA, REFERENCE, Planted, contents, plant

pytestmark = pytest.mark.django_db
BY_NUMBER = PersonWanted(reference=REFERENCE)
# What the law wants to stay, and what tells of the request itself without naming anybody.
STAYS = {"audit_auditentry", "approvals_approvalrequest", "privacy_personrequest", "accounts_staff"}
KINDS = {"カード", "予約", "連絡先", "規約への同意", "送った通知", "交付前の照合"}


@pytest.fixture
def admin(db: None) -> Staff:
    """Who answers people."""
    staff: Staff = StaffFactory.create(city_admin=True)
    return staff


@pytest.fixture
def second(db: None) -> Staff:
    """Who approves."""
    staff: Staff = StaffFactory.create(city_admin=True, name="承認 二郎")
    return staff


def begin(admin: Staff, kind: str, wanted: PersonWanted = BY_NUMBER) -> UUID:
    return requests.begin(
        kind=kind, wanted=wanted, reason="窓口で請求", actor=staff_actor(admin), now=clock.now()
    )


def ask(admin: Staff, request_id: UUID) -> UUID:
    found = people.find(wanted=requests.open_case(request_id=request_id).wanted)
    chosen = [record.key for record in found.records if record.is_certain]
    return requests.ask(request_id=request_id, chosen=chosen, actor=staff_actor(admin), now=clock.now())


@pytest.mark.parametrize(
    "wanted",
    [
        PersonWanted(reference="zzk 900001"),
        PersonWanted(kana="かなりあ　はなこ", birthday=BORN_ON),
        PersonWanted(booking_number="ZK770001"),
    ],
    ids=["number", "reading and birth date", "booking number"],
)
def test_one_thing_a_person_knows_leads_to_everything_held(wanted: PersonWanted) -> None:
    plant(now=clock.now())
    found = people.find(wanted=wanted)
    assert {record.label for record in found.records} == KINDS
    assert all(record.is_certain for record in found.records)


def test_a_mail_address_leads_to_bookings_that_may_be_a_relatives() -> None:
    plant(now=clock.now())
    found = {record.label: record for record in people.find(wanted=PersonWanted(email=EMAIL)).records}
    assert found["連絡先"].is_certain
    assert not found["予約"].is_certain
    assert "カード" not in found


def test_what_a_plugin_holds_is_found_while_it_is_off() -> None:
    plant(now=clock.now())
    with switched_off("card_management"), switched_off("card_reservation"):
        labels = {record.label for record in people.find(wanted=BY_NUMBER).records}
    assert labels == KINDS


def test_a_namesake_is_shown_as_somebody_to_make_sure_of() -> None:
    plant(now=clock.now())
    found = people.find(wanted=PersonWanted(kana=KANA)).records
    assert [record.is_certain for record in found] == [False]


def test_nobody_is_found_without_a_question_and_by_a_stranger_city(stranger: Any) -> None:
    from madoguchi.tenancy import in_city

    with pytest.raises(people.NothingAsked):
        people.find(wanted=PersonWanted(birthday=BORN_ON))
    plant(now=clock.now())
    with in_city(stranger):
        assert people.find(wanted=BY_NUMBER).records == []


def test_an_answer_waits_for_a_second_person_and_is_handed_out_as_paper_and_file(
    signed_in: Any, admin: Staff, second: Staff
) -> None:
    plant(now=clock.now())
    made = begin(admin, "disclose")
    asked = ask(admin, made)
    browser = signed_in(admin)
    assert browser.get(f"/privacy/people/{made}/file/").status_code == 409
    approvals.approve(request_id=asked, staff=second, now=clock.now())
    packed = zipfile.ZipFile(io.BytesIO(browser.get(f"/privacy/people/{made}/file/").content))
    content = json.loads(packed.read("disclosure.json"))
    assert {record["kind"] for record in content["records"]} == KINDS
    card = next(record for record in content["records"] if record["kind"] == "カード")
    assert {"name": "氏名", "value": "金糸雀 花子"} in card["facts"]
    assert packed.read("disclosure.pdf").startswith(b"%PDF")
    assert browser.get(f"/privacy/people/{made}/print/")["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.filter(action="privacy.person_handed_out").count() == 2
    browser.post(f"/privacy/people/{made}/close/")
    row = PersonRequest.objects.get(id=made)
    assert (row.state, row.sealed) == ("done", None)
    assert browser.get(f"/privacy/people/{made}/file/").status_code == 409


def test_who_was_looked_for_stands_sealed_and_every_look_in_the_audit_list(admin: Staff) -> None:
    planted = plant(now=clock.now())
    begin(admin, "disclose")
    entry = AuditEntry.objects.get(action="privacy.person_looked_up")
    assert str(planted.card) in entry.object_ids
    text = "\n".join(contents()["privacy_personrequest"])
    assert REFERENCE not in text


def test_after_erasing_every_table_is_as_if_the_person_had_never_come(
    admin: Staff, second: Staff, django_capture_on_commit_callbacks: Any
) -> None:
    before = contents()
    planted = plant(now=clock.now())
    for event in OutboxEvent.objects.all():
        journal.append(event)
    made = begin(admin, "erase")
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(request_id=ask(admin, made), staff=second, now=clock.now())
    after = contents()
    remembered = [str(record.payload) for record in journal.records(since=date.min)]
    assert not any(planted.number in text or str(planted.card) in text for text in remembered)
    changed = {name for name in after if after[name] != before[name]}
    # The slot stays with its count; mails about the request went to staff, not to the person.
    assert changed <= STAYS | {"card_reservation_slot", "outbox_outboxevent"}
    assert_gone(planted, after)
    row = PersonRequest.objects.get(id=made)
    assert (row.state, row.sealed) == ("done", None)
    assert row.counts["カード"] == 1
    assert Slot.objects.filter(booked=1).exists()


def assert_gone(planted: Planted, after: Any) -> None:
    """Find no word and no id of the person outside the audit list."""
    words = (REFERENCE, EMAIL, planted.number, str(planted.card), str(planted.booking), str(planted.contact))
    for name, rows in after.items():
        for word in words if name != "audit_auditentry" else (REFERENCE, EMAIL):
            assert not any(word in row for row in rows), (name, word)


def test_what_still_has_to_happen_stands_in_the_way(admin: Staff) -> None:
    plant(now=clock.now())
    Card.objects.update(state="stored")
    made = begin(admin, "erase")
    found = people.find(wanted=BY_NUMBER)
    keys = [record.key for record in found.records]
    with pytest.raises(requests.InTheWay):
        requests.ask(request_id=made, chosen=keys, actor=staff_actor(admin), now=clock.now())
    assert Booking.objects.filter(number="ZK77-0001").exists()


def test_where_everything_stands_in_the_way_no_button_asks_for_an_approval(
    signed_in: Any, admin: Staff
) -> None:
    browser, button = signed_in(admin), "選んだデータの消去の承認を依頼する"
    add_card(reference=REFERENCE)
    path = f"/privacy/people/{begin(admin, 'erase')}/"
    page = browser.get(path).content.decode()
    assert "いま消せるデータはありません" in page
    assert button not in page
    Card.objects.update(state="handed_over")
    assert button in browser.get(path).content.decode()


def test_a_plugin_that_cannot_look_leaves_no_half_answer(
    admin: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.residents import privacy

    def broken(wanted: PersonWanted) -> Any:
        raise RuntimeError("down")

    monkeypatch.setattr(privacy, "held_about", broken)
    with pytest.raises(people.NotSearchable):
        begin(admin, "disclose")
    assert not PersonRequest.objects.exists()


def test_a_refusal_gives_the_request_back(admin: Staff, second: Staff) -> None:
    plant(now=clock.now())
    made = begin(admin, "erase")
    approvals.refuse(request_id=ask(admin, made), staff=second, note="本人確認が足りない", now=clock.now())
    assert PersonRequest.objects.get(id=made).state == "draft"
    assert Card.objects.filter(state="handed_over").count() == 1


def test_the_pages_lead_from_the_question_to_the_approval(signed_in: Any, admin: Staff) -> None:
    plant(now=clock.now())
    browser = signed_in(admin)
    assert browser.get("/privacy/people/").status_code == 200
    assert browser.post("/privacy/people/new/", {"kind": "disclose", "reason": "x"}).status_code == 422
    wrong = {"kind": "disclose", "reason": "x", "kana": KANA, "birthday": "きのう"}
    assert browser.post("/privacy/people/new/", wrong).status_code == 422
    sent = {"kind": "disclose", "reason": "窓口で本人確認", "reference": REFERENCE}
    page = browser.post("/privacy/people/new/", sent, follow=True)
    assert "金糸雀 花子" in page.content.decode()
    made = PersonRequest.objects.get()
    none = browser.post(f"/privacy/people/{made.id}/ask/", {}, follow=True).content.decode()
    assert "1件以上選んでください" in none
    keys = [record.key for record in people.find(wanted=BY_NUMBER).records]
    asked = browser.post(f"/privacy/people/{made.id}/ask/", {"record": keys}, follow=True)
    assert "承認を依頼しました" in asked.content.decode()
    assert "金糸雀" not in asked.content.decode()


def test_only_who_answers_people_may_look(signed_in: Any) -> None:
    for role in ("counter_clerk", "auditor"):
        assert signed_in(StaffFactory.create(**{role: True})).get("/privacy/people/new/").status_code == 403


def test_an_answer_nobody_fetches_is_emptied_after_a_fortnight(admin: Staff, second: Staff) -> None:
    plant(now=clock.now())
    made = begin(admin, "disclose")
    approvals.approve(request_id=ask(admin, made), staff=second, now=clock.now())
    assert requests.forget(now=clock.now() + timedelta(days=13)) == 0
    assert requests.forget(now=clock.now() + timedelta(days=15)) == 1
    assert PersonRequest.objects.get(id=made).sealed is None


def test_a_file_that_waits_and_names_the_person_stands_in_the_way_of_erasing(admin: Staff) -> None:
    from madoguchi.exchange.models import ImportJob
    from madoguchi.exchange.services import pieces

    plant(now=clock.now())
    waiting = ImportJob.objects.create(
        format="issuance_notices",
        file_name="notices.csv",
        content_hash="0" * 64,
        size=1,
        encoding="cp932",
        state=ImportJob.State.CHECKED,
        uploaded_by_id="1",
        uploaded_at=clock.now(),
    )
    assert {record.label for record in people.find(wanted=BY_NUMBER).records} == KINDS
    pieces.store(import_id=waiting.id, content=f"{REFERENCE},金糸雀 花子\r\n".encode("cp932"))
    found = {record.label: record for record in people.find(wanted=BY_NUMBER).records}
    assert found["取り込む前のファイル"].obstacle
    assert not found["取り込む前のファイル"].is_certain


def limited_role(masks: dict[str, str], *, beyond: bool) -> Role:
    """Make a role that answers people, with columns kept from it."""
    role: Role = RoleFactory.create(permissions=[DISCLOSE, *([DISCLOSE_ALL] if beyond else [])])
    role.masks = masks
    role.save(update_fields=["masks"])
    return role


@pytest.mark.parametrize("limit", ["a column", "the places"])
def test_whose_sight_is_limited_answers_people_only_where_the_city_says_so(
    limit: str, signed_in: Any, admin: Staff
) -> None:
    plant(now=clock.now())
    made = begin(admin, "disclose")
    masks = {NAME: "hide"} if limit == "a column" else {}
    places = [Slot.objects.all()[0].place_id] if limit == "the places" else None
    refused = StaffFactory.create(roles=[limited_role(masks, beyond=False)], place_ids=places)
    browser = signed_in(refused)
    for path in ("people/new/", f"people/{made}/", f"people/{made}/print/", f"people/{made}/file/"):
        answer = browser.get(f"/privacy/{path}")
        assert answer.status_code == 403, path
        assert "制限のない担当者に依頼" in answer.content.decode()
    assert browser.post(f"/privacy/people/{made}/ask/", {}).status_code == 403
    assert AuditEntry.objects.filter(actor_id=str(refused.id), object_ids=[DISCLOSE_ALL]).count() == 5
    browser = signed_in(StaffFactory.create(roles=[limited_role(masks, beyond=True)], place_ids=places))
    assert "金糸雀 花子" in browser.get(f"/privacy/people/{made}/").content.decode()
