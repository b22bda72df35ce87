"""A mailing to very many: a second person looks first; a test of it goes to the writer alone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.approvals import services as approvals
from madoguchi.approvals.errors import SamePerson
from madoguchi.approvals.models import ApprovalRequest
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import mailings, opting_out
from madoguchi.notifications.events import MailingTurn
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing
from madoguchi.notifications.tests.sink import Sink
from madoguchi.notifications.tests.test_mailings import Crowd, crowd, deliver, draft
from madoguchi.preferences import services as preferences
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory

__all__ = ["crowd"]


def limit(most: int) -> None:
    preferences.change(
        plugin="madoguchi.notifications", values={"mailing_limit": most}, actor=SYSTEM, now=clock.now()
    )


def turns() -> int:
    return OutboxEvent.objects.filter(kind=MailingTurn.kind).count()


def nobody_fits(crowd: Crowd, browser: Client) -> None:
    """Where nobody is in the audience, the page says so and nothing leaves."""
    crowd.people, everybody = [], crowd.people
    empty = draft()
    page = f"/messages/mailings/{empty.pk}/"
    assert "条件に合う宛先がありません" in browser.get(page).content.decode()
    browser.post(f"{page}confirm/", {})
    assert Mailing.objects.get(pk=empty.pk).state == Mailing.State.DRAFT
    crowd.people = everybody


@pytest.mark.django_db
def test_above_the_limit_nobody_sends_alone_and_a_second_person_lets_it_leave(
    crowd: Crowd, signed_in: Callable[[Any], Client], city_admin: Any
) -> None:
    limit(1)
    crowd.add("a@example.jp")
    crowd.add("b@example.jp")
    browser, mailing = signed_in(city_admin), draft()
    page = f"/messages/mailings/{mailing.pk}/"
    assert "ほかの職員の承認が必要です" in browser.get(f"{page}confirm/").content.decode()
    # Sending the short form all the same does not help, and without a reason nobody is asked.
    for sent in ({}, {"reason": " "}):
        browser.post(f"{page}confirm/", sent)
        assert Mailing.objects.get().state == Mailing.State.DRAFT
    browser.post(f"{page}confirm/", {"reason": "窓口の移転を知らせるため"})
    assert Mailing.objects.get().state == Mailing.State.ASKED
    assert "承認を待っています" in browser.get(page).content.decode()
    assert browser.get(f"{page}edit/").status_code == 302
    assert turns() == 0
    request = ApprovalRequest.objects.get()
    with pytest.raises(SamePerson):
        approvals.approve(request_id=request.id, staff=city_admin, now=clock.now())
    second = StaffFactory.create(roles=["city_admin"])
    assert "窓口の変更" in signed_in(second).get(f"/approvals/{request.id}/").content.decode()
    approvals.approve(request_id=request.id, staff=second, now=clock.now())
    assert Mailing.objects.get().state == Mailing.State.CONFIRMED
    assert turns() == 1


@pytest.mark.django_db
def test_a_refused_mailing_is_a_draft_again(
    crowd: Crowd, signed_in: Callable[[Any], Client], city_admin: Any
) -> None:
    limit(0)
    crowd.add("a@example.jp")
    mailing = draft()
    signed_in(city_admin).post(f"/messages/mailings/{mailing.pk}/confirm/", {"reason": "お知らせ"})
    second = StaffFactory.create(roles=["city_admin"])
    request = ApprovalRequest.objects.get()
    approvals.refuse(request_id=request.id, staff=second, note="文面を直してください", now=clock.now())
    assert Mailing.objects.get().state == Mailing.State.DRAFT
    assert turns() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-43")
def test_staff_choose_look_test_send_and_see_the_result_of_every_address(
    crowd: Crowd, sink: Sink, home: City, signed_in: Callable[[Any], Client]
) -> None:
    with in_city(home):
        limit(2)
        chief = StaffFactory.create(roles=["city_admin"], email="chief@city.example.jp")
        for name in ("a", "b", "stopped"):
            crowd.add(f"{name}@example.jp")
        gone = crowd.people[1][1]
        stopped: UUID = crowd.people[2][0]
        opting_out.stop(contact_id=stopped, now=clock.now())
        browser = signed_in(chief)
        nobody_fits(crowd, browser)
        mailing = draft()
        page = f"/messages/mailings/{mailing.pk}/"
        assert "2件" in browser.get(page).content.decode()
        assert browser.post(f"{page}test/", {"address": "stranger@example.jp"}).status_code == 422
        assert browser.post(f"{page}test/", {"address": chief.email}).status_code == 302
    deliver(home)
    assert sink.recipients == ["chief@city.example.jp"]
    assert "テスト送信" in str(sink.mails[0]["Subject"])
    with in_city(home):
        # Below the limit one person confirms; above it a second one is asked.
        limit(1)
        browser.post(f"{page}confirm/", {})
        assert Mailing.objects.get(pk=mailing.pk).state == Mailing.State.DRAFT
        limit(2)
        browser.post(f"{page}confirm/", {})
        crowd.gone.add(gone)
    deliver(home)
    assert sorted(sink.recipients) == ["a@example.jp", "chief@city.example.jp"]
    with in_city(home):
        states = Delivery.objects.filter(mailing_id=mailing.pk).values_list("state", flat=True)
        assert sorted(states) == [DeliveryState.DROPPED, DeliveryState.SENT]
        listed = browser.get(f"/messages/deliveries/?mailing={mailing.pk}").content.decode()
        assert "送信済み" in listed
        assert "取りやめ" in listed
        assert "2件" in listed
        assert mailings.find(mailing_id=mailing.pk).left_out == 1
