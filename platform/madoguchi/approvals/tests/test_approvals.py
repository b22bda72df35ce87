"""Two pairs of eyes: who asked never decides, what is approved is done once, what is refused never."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import staff_actor
from madoguchi.approvals import errors, queries, services
from madoguchi.approvals.models import ApprovalRequest, State
from madoguchi.ledger import vault
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.services import SEALED_AT
from madoguchi.privacy.declarations import SHORTEN
from madoguchi.privacy.models import RetentionRule
from madoguchi.testing.factories import StaffFactory

pytestmark = pytest.mark.django_db
CLASS = "privacy.requests"


@pytest.fixture
def asker(db: None) -> Staff:
    """The administrator who asks."""
    staff: Staff = StaffFactory.create(city_admin=True, name="依頼 一郎", email="asker@city.example")
    return staff


@pytest.fixture
def approver(db: None) -> Staff:
    """The administrator who decides."""
    staff: Staff = StaffFactory.create(city_admin=True, name="承認 二郎", email="approver@city.example")
    return staff


def ask(asker: Staff, *, subject: str = CLASS) -> UUID:
    wish = services.Wish(
        kind=SHORTEN,
        subject=subject,
        reason="規程が変わった",
        effects=[("保存期間", "3年 → 1年")],
        values={"months": 12, "floor_months": 0},
    )
    return services.ask(wish=wish, actor=staff_actor(asker), now=clock.now())


def state_of(request_id: UUID) -> str:
    return ApprovalRequest.objects.get(id=request_id).state


def test_another_administrator_approves_and_it_is_done_once(asker: Staff, approver: Staff) -> None:
    made = ask(asker)
    assert queries.waiting_for(approver) == 1
    assert queries.waiting_for(asker) == 0
    services.approve(request_id=made, staff=approver, now=clock.now())
    assert state_of(made) == State.DONE
    assert RetentionRule.objects.get(data_class=CLASS).months == 12
    with pytest.raises(errors.AlreadyDecided):
        services.approve(request_id=made, staff=approver, now=clock.now())
    phrases = AuditEntry.objects.filter(object_ids=[str(made)]).values_list("action", "actor_name")
    assert set(phrases) == {("approvals.asked", asker.name), ("approvals.approved", approver.name)}


def test_nobody_approves_their_own_request_not_even_in_the_database(asker: Staff) -> None:
    made = ask(asker)
    with pytest.raises(errors.SamePerson):
        services.approve(request_id=made, staff=asker, now=clock.now())
    with pytest.raises(errors.SamePerson):
        services.refuse(request_id=made, staff=asker, note="x", now=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalRequest.objects.filter(id=made).update(
            state=State.DONE, decided_by_kind="staff", decided_by_id=str(asker.id)
        )
    assert not RetentionRule.objects.exists()


def test_whoever_lacks_the_permission_does_not_decide(asker: Staff) -> None:
    made = ask(asker)
    clerk = StaffFactory.create(counter_clerk=True)
    with pytest.raises(errors.MayNotDecide):
        services.approve(request_id=made, staff=clerk, now=clock.now())


def test_a_refusal_needs_a_word_and_nothing_happens(asker: Staff, approver: Staff) -> None:
    made = ask(asker)
    with pytest.raises(errors.ReasonMissing):
        services.refuse(request_id=made, staff=approver, note=" ", now=clock.now())
    services.refuse(request_id=made, staff=approver, note="まだ早い", now=clock.now())
    assert state_of(made) == State.REFUSED
    assert not RetentionRule.objects.exists()
    ask(asker)


def test_the_same_is_not_asked_twice_while_it_is_open(asker: Staff) -> None:
    made = ask(asker)
    with pytest.raises(errors.AlreadyAsked):
        ask(asker)
    services.withdraw(request_id=made, actor=staff_actor(asker), now=clock.now())
    ask(asker)


def test_nobody_withdraws_for_another(asker: Staff, approver: Staff) -> None:
    made = ask(asker)
    with pytest.raises(errors.MayNotDecide):
        services.withdraw(request_id=made, actor=staff_actor(approver), now=clock.now())


def test_what_nobody_decides_runs_out(asker: Staff, approver: Staff) -> None:
    made = ask(asker)
    later = clock.now() + timedelta(days=15)
    with pytest.raises(errors.AlreadyDecided):
        services.approve(request_id=made, staff=approver, now=later)
    assert services.expire(now=later) == 1
    assert services.expire(now=later) == 0
    assert state_of(made) == State.EXPIRED


def test_without_an_approval_nothing_is_used_up(asker: Staff) -> None:
    ask(asker)
    with pytest.raises(errors.NotApproved):
        services.use(kind=SHORTEN, subject=CLASS, actor=staff_actor(asker), now=clock.now())


def test_a_work_that_fails_takes_the_approval_back(asker: Staff, approver: Staff) -> None:
    made = ask(asker, subject="nobody.declares_this")
    with pytest.raises(Exception, match="unknown_data_class"):
        services.approve(request_id=made, staff=approver, now=clock.now())
    assert state_of(made) == State.ASKED


def test_mails_go_to_those_who_decide_and_back_to_the_asker(asker: Staff, approver: Staff) -> None:
    made = ask(asker)
    assert [key.rpartition(":")[2] for key in Delivery.objects.values_list("key", flat=True)] == [
        str(approver.id)
    ]
    services.approve(request_id=made, staff=approver, now=clock.now())
    assert Delivery.objects.filter(key__endswith=f":{asker.id}").count() == 1


def test_the_pages_show_the_effect_and_only_the_other_person_has_the_buttons(
    signed_in: Any, asker: Staff, approver: Staff
) -> None:
    made = ask(asker)
    own = signed_in(asker).get(f"/approvals/{made}/").content.decode()
    assert "3年 → 1年" in own
    assert 'value="approve"' not in own
    assert "取り下げる" in own
    assert signed_in(asker).post(f"/approvals/{made}/", {"decision": "approve"}).status_code == 302
    assert state_of(made) == State.ASKED
    browser = signed_in(approver)
    assert 'value="approve"' in browser.get(f"/approvals/{made}/").content.decode()
    assert browser.post(f"/approvals/{made}/", {"decision": "refuse"}).status_code == 422
    for decision in ({}, {"decision": "perhaps"}):
        unclear = browser.post(f"/approvals/{made}/", {**decision, "note": "書きかけのメモ"})
        assert unclear.status_code == 422
        assert "書きかけのメモ" in unclear.content.decode()
        assert state_of(made) == State.ASKED
    browser.post(f"/approvals/{made}/", {"decision": "approve", "note": "確認した"})
    assert state_of(made) == State.DONE


def test_the_link_of_the_mail_opens_for_an_asker_who_may_not_list_requests(
    signed_in: Any, approver: Staff
) -> None:
    clerk = StaffFactory.create(counter_clerk=True, name="窓口 三郎", email="clerk@city.example")
    made = ask(clerk)
    services.refuse(request_id=made, staff=approver, note="まだ引き取りに来る方がいます", now=clock.now())
    told = Delivery.objects.get(key__endswith=f":{clerk.id}")
    sealed = vault.open_sealed(sealed=bytes(told.sealed), place=SEALED_AT, row=told.id)
    assert f"/approvals/{made}/" in sealed["values"]["url"]
    page = signed_in(clerk).get(f"/approvals/{made}/")
    assert page.status_code == 200
    shown = page.content.decode()
    assert "まだ引き取りに来る方がいます" in shown
    assert "却下" in shown
    assert "承認 二郎" in shown
    assert 'href="/approvals/"' not in shown
    assert signed_in(clerk).get("/approvals/").status_code == 403
    assert signed_in(StaffFactory.create(counter_clerk=True)).get(f"/approvals/{made}/").status_code == 403


def test_an_asker_who_may_not_list_requests_withdraws_their_own_only(signed_in: Any, asker: Staff) -> None:
    clerk = StaffFactory.create(counter_clerk=True)
    own, other = ask(clerk), ask(asker, subject="privacy.disclosures")
    assert signed_in(clerk).post(f"/approvals/{other}/withdraw/").status_code == 403
    assert signed_in(clerk).post(f"/approvals/{own}/withdraw/").status_code == 302
    assert (state_of(own), state_of(other)) == (State.WITHDRAWN, State.ASKED)
    assert "自分の依頼です" not in signed_in(clerk).get(f"/approvals/{own}/").content.decode()


def test_an_auditor_reads_and_is_refused_when_deciding(signed_in: Any, asker: Staff) -> None:
    made = ask(asker)
    browser = signed_in(StaffFactory.create(auditor=True))
    page = browser.get(f"/approvals/{made}/")
    assert page.status_code == 200
    assert 'value="approve"' not in page.content.decode()
    assert browser.post(f"/approvals/{made}/", {"decision": "approve"}).status_code == 403
    assert browser.get("/approvals/").status_code == 200


def test_a_wish_that_nobody_else_could_grant_says_so_and_what_to_do(
    asker: Staff, signed_in: Callable[[Any], Client]
) -> None:
    made = ask(asker)
    alone = "承認できる人が、ほかにいません"
    page = signed_in(asker).get(f"/approvals/{made}/").content.decode()
    assert alone in page
    assert "保存期間の短縮・開示・消去を承認する" in page
    assert 'href="/staff/"' in page
    StaffFactory.create(city_admin=True, is_active=False)
    assert alone in signed_in(asker).get(f"/approvals/{made}/").content.decode()
    StaffFactory.create(city_admin=True)
    assert alone not in signed_in(asker).get(f"/approvals/{made}/").content.decode()
