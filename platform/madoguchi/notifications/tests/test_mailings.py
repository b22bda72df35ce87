"""One mail to many: written, looked at, confirmed, sent in pieces, paused, stopped; never to who said no."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.hooks.audiences import Audience, AudienceQuestion
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import Placeholder
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.delivery import deliver_next
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.notifications import mailings, opting_out, pacing, suppressions, turns
from madoguchi.notifications.errors import TextRefused
from madoguchi.notifications.events import MailingTurn
from madoguchi.notifications.mailings import Draft
from madoguchi.notifications.models import Delivery, DeliveryState, Mailing
from madoguchi.notifications.tests.sink import Sink
from madoguchi.residents import services as residents
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory

State = Mailing.State
WORDS = {"ja": {"subject": "窓口の変更", "body": "{number} の方へ\n\n場所が変わります。"}}


@dataclass
class Crowd:
    """Residents who have something to come for."""

    people: list[tuple[UUID, UUID]] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)
    seen_by: list[Eyes] = field(default_factory=list)

    def find(self, *, answers: Mapping[str, str], eyes: Eyes, now: datetime) -> Sequence[tuple[UUID, UUID]]:
        self.seen_by.append(eyes)
        return self.people[: int(answers.get("most") or len(self.people))]

    def values(self, *, about: UUID, language: str, now: datetime) -> Mapping[str, str] | None:
        return None if about in self.gone else {"number": about.hex[:4]}

    def add(self, email: str, language: str = "ja") -> UUID:
        contact = residents.contact_for(email=email, language=language, now=clock.now())
        self.people.append((contact, uuid4()))
        return contact


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """An audience as a plugin would declare it."""
    people = Crowd()
    audience = Audience(
        name="testing.crowd",
        label="みんな",
        placeholders=(
            Placeholder(name="number", label="番号", sample="1234"),
            Placeholder(name="name", label="氏名", sample="緑川", is_personal=True),
        ),
        questions=(
            AudienceQuestion(name="first_day", label="この日から", kind="day"),
            AudienceQuestion(name="last_day", label="この日まで", kind="day", not_before="first_day"),
            AudienceQuestion(name="most", label="人数", choices=lambda: [("1", "一人だけ")]),
        ),
        find=people.find,
        values=people.values,
    )
    declared = {**plugins._declared, "audiences": (("madoguchi.notifications", audience),)}
    monkeypatch.setattr(plugins, "_declared", declared)
    return people


def draft(words: Any = None, **answers: str) -> Mailing:
    return mailings.write(
        draft=Draft("testing.crowd", answers, words or WORDS), mailing_id=None, actor=SYSTEM, now=clock.now()
    )


def deliver(city: City) -> None:
    for _event in range(400):
        if not deliver_next(city=city):
            return


@pytest.mark.django_db(transaction=True)
def test_a_mailing_reaches_everybody_once_and_nobody_who_said_no(
    crowd: Crowd, sink: Sink, home: City
) -> None:
    with in_city(home):
        for number in range(60):
            crowd.add(f"p{number}@example.jp")
        crowd.add("p1@example.jp", "en")  # the same address in another language
        stopped, broken = crowd.add("no@example.jp"), crowd.add("broken@example.jp")
        opting_out.stop(contact_id=stopped, now=clock.now())
        cause = suppressions.Cause(suppressions.Reason.BOUNCED, "b***@example.jp")
        suppressions.suppress(contact_id=broken, cause=cause, actor=SYSTEM, now=clock.now())
        mailing = draft()
        reach = mailings.reach(mailing=mailing, now=clock.now())
        assert (reach.count, reach.left_out) == (60, 2)
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    deliver(home)
    assert sorted(sink.recipients) == sorted(f"p{number}@example.jp" for number in range(60))
    with in_city(home):
        mailing.refresh_from_db()
        assert (mailing.state, mailing.total, mailing.left_out) == (State.DONE, 60, 2)
        assert mailings.tally(mailing=mailing).sent == 60
    letter = sink.mails[0]
    assert letter["Subject"] == "窓口の変更"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    part = letter.get_body(("plain",))
    assert part is not None
    assert "/mail/stop/" in part.get_content()


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_never_waits_behind_a_mailing(crowd: Crowd, sink: Sink, home: City) -> None:
    with in_city(home):
        for number in range(turns.PIECE * 3):
            crowd.add(f"p{number}@example.jp")
        mailing = draft()
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    assert deliver_next(city=home)
    with in_city(home):
        waiting = OutboxEvent.objects.filter(done_at=None).count()
    assert waiting == turns.PIECE + 1


@pytest.mark.django_db(transaction=True)
def test_a_mailing_is_paused_resumed_and_stopped(crowd: Crowd, sink: Sink, home: City) -> None:
    with in_city(home):
        for number in range(turns.PIECE * 3):
            crowd.add(f"p{number}@example.jp")
        mailing = draft()
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    assert deliver_next(city=home)
    with in_city(home):
        mailings.pause(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    deliver(home)
    assert len(sink.mails) == turns.PIECE
    with in_city(home):
        mailings.resume(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    assert deliver_next(city=home)
    with in_city(home):
        mailings.stop(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
        with pytest.raises(mailings.MailingMovedOn):
            mailings.resume(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    deliver(home)
    with in_city(home):
        mailing.refresh_from_db()
        assert mailing.state == State.STOPPED
        # What was queued already when somebody stopped it is dropped as well.
        assert len(sink.mails) == turns.PIECE
        dropped = Delivery.objects.filter(state=DeliveryState.DROPPED).count()
        assert dropped == turns.PIECE * 2
        actions = AuditEntry.objects.filter(object_type="notifications.mailing").values_list(
            "action", flat=True
        )
        assert {"notifications.mailing_paused", "notifications.mailing_stopped"} <= set(actions)


@pytest.mark.django_db(transaction=True)
def test_who_cancelled_meanwhile_gets_no_mail(crowd: Crowd, sink: Sink, home: City) -> None:
    with in_city(home):
        crowd.add("stays@example.jp")
        crowd.add("cancels@example.jp")
        mailing = draft()
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
        crowd.gone.add(crowd.people[1][1])
    deliver(home)
    assert sink.recipients == ["stays@example.jp"]


@pytest.mark.django_db(transaction=True)
def test_a_mailing_waits_for_the_next_minute_where_a_company_has_had_its_share(
    crowd: Crowd, sink: Sink, home: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = iter(range(1, 10_000))
    monkeypatch.setattr(pacing, "A_MINUTE", {"docomo": 2})
    monkeypatch.setattr(pacing, "_count", lambda key: next(counts) if "docomo" in key else 0)
    with in_city(home):
        for number in range(4):
            crowd.add(f"p{number}@docomo.ne.jp")
        crowd.add("other@example.jp")
        mailing = draft()
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    deliver(home)
    assert len(sink.recipients) == 3
    monkeypatch.setattr(pacing, "_count", lambda key: 0)
    with clock.frozen_at(clock.now() + timedelta(minutes=2)):
        deliver(home)
    assert len(sink.recipients) == 5
    with in_city(home):
        mailing.refresh_from_db()
        assert mailing.state == State.DONE


@pytest.mark.django_db
def test_a_repeated_or_older_turn_does_nothing(crowd: Crowd) -> None:
    crowd.add("p@example.jp")
    mailing = draft()
    mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())
    older = MailingTurn(mailing_id=mailing.pk, turn=0)
    turns.take_turn(event=older, key=uuid4(), actor=SYSTEM, now=clock.now())
    assert not Delivery.objects.exists()
    turn = MailingTurn(mailing_id=mailing.pk, turn=1)
    for _time in range(2):
        turns.take_turn(event=turn, key=uuid4(), actor=SYSTEM, now=clock.now())
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["{nobody}", "{name} 様", "{number"])
def test_unknown_personal_and_broken_placeholders_are_refused(crowd: Crowd, body: str) -> None:
    with pytest.raises(TextRefused):
        draft({"ja": {"subject": "x", "body": body}})


@pytest.mark.django_db
def test_nobody_to_write_to_is_not_confirmed(crowd: Crowd) -> None:
    mailing = draft()
    with pytest.raises(mailings.NobodyToWriteTo):
        mailings.confirm(mailing_id=mailing.pk, actor=SYSTEM, now=clock.now())


@pytest.mark.django_db
def test_what_is_missing_in_a_mailing_is_said_once(
    crowd: Crowd, signed_in: Callable[[Any], Client], city_admin: Any
) -> None:
    browser = signed_in(city_admin)
    page = browser.post(browser.get("/messages/mailings/new/").headers["Location"], {"subject_ja": ""})
    shown = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
    # Once above the form and once at its field.
    assert [shown.count(f"{part}を入力してください。") for part in ("件名", "本文")] == [2, 2]
    mailing = draft()
    for answer in (
        browser.get(f"/messages/mailings/{mailing.pk}/confirm/", follow=True),
        browser.post(f"/messages/mailings/{mailing.pk}/confirm/", follow=True),
    ):
        assert answer.content.decode().count("条件に合う宛先がありません") == 1


@pytest.mark.django_db
def test_a_last_day_before_the_first_is_refused_beside_it(
    crowd: Crowd, signed_in: Callable[[Any], Client], city_admin: Any
) -> None:
    browser = signed_in(city_admin)
    address = browser.get("/messages/mailings/new/").headers["Location"]
    days = {"first_day": "2026-12-09", "last_day": "2026-12-08"}
    answer = browser.post(address, {**days, "subject_ja": "お知らせ", "body_ja": "休みます。"})
    assert answer.status_code == 422
    page = answer.content.decode()
    beside = page.partition('id="id_last_day_error"')[2].partition("</p>")[0]
    assert "最後の日は、最初の日以後にしてください" in beside
    assert 'value="2026-12-08"' in page
    assert not Mailing.objects.exists()
    days["last_day"] = "2026-12-09"
    kept = browser.post(address, {**days, "subject_ja": "お知らせ", "body_ja": "休みます。"})
    assert kept.status_code == 302


@pytest.mark.django_db
def test_an_administrator_writes_looks_and_confirms(
    crowd: Crowd, signed_in: Callable[[Any], Client], city_admin: Any, counter_clerk: Any
) -> None:
    crowd.add("a@example.jp")
    crowd.add("b@example.jp")
    browser = signed_in(city_admin)
    assert "一斉メールはまだありません" in browser.get("/messages/mailings/").content.decode()
    form_url = browser.get("/messages/mailings/new/").headers["Location"]
    form = browser.get(form_url).content.decode()
    assert "{number}" in form
    assert "{name}" not in form
    typed = {"subject_ja": "窓口の変更", "body_ja": "{name} {number}", "first_day": "x", "most": ""}
    refused = browser.post(form_url, typed)
    assert refused.status_code == 422
    assert "日付を確かめてください" in refused.content.decode()
    typed |= {"first_day": "2026-12-01"}
    refused = browser.post(form_url, typed)
    assert refused.status_code == 422
    assert "個人情報のため" in refused.content.decode()
    typed |= {"body_ja": "{number} の方へ"}
    shown = browser.post(form_url, typed, follow=True).content.decode()
    mailing = Mailing.objects.get()
    assert "2件" in shown
    assert f"{crowd.people[0][1].hex[:4]} の方へ" in shown
    assert mailing.state == State.DRAFT
    assert not Delivery.objects.exists()
    page = f"/messages/mailings/{mailing.pk}/"
    assert browser.post(f"{page}edit/", {**typed, "most": "1"}).status_code == 302
    assert "1件に送る" in browser.get(f"{page}confirm/").content.decode()
    assert "送信を始めました" in browser.post(f"{page}confirm/", follow=True).content.decode()
    again = browser.post(f"{page}confirm/", follow=True).content.decode()
    assert "先に変わりました" in again
    assert browser.get(f"{page}edit/").status_code == 302
    assert browser.post(f"{page}nonsense/").status_code == 404
    assert signed_in(counter_clerk).get("/messages/mailings/").status_code == 403


@pytest.mark.django_db
def test_a_resident_stops_and_begins_again_without_signing_in(crowd: Crowd, home: City) -> None:
    contact = crowd.add("taro@example.jp")
    address = opting_out.address(contact_id=contact, language="ja", now=clock.now())
    path = address.removeprefix(home.resident_url)
    browser = Client(headers={"host": "midori.localhost"}, enforce_csrf_checks=True)
    assert "お知らせメールを停止する" in browser.get(path).content.decode()
    assert not opting_out.is_stopped(contact_id=contact)  # a mail scanner opens links, and nothing happens
    done = browser.post(path, {"List-Unsubscribe": "One-Click"})
    assert "停止しています" in done.content.decode()
    assert opting_out.is_stopped(contact_id=contact)
    browser.post(path, {"do": "begin"})
    assert not opting_out.is_stopped(contact_id=contact)
    assert browser.get("/mail/stop/nonsense/").status_code == 404
    assert browser.get(f"/en{path}").status_code == 200


@pytest.mark.django_db
def test_whoever_takes_over_a_draft_writes_to_the_people_of_their_own_places(crowd: Crowd) -> None:
    mailing, place = draft(), uuid4()
    clerk = StaffFactory.create(roles=["counter_clerk"], place_ids=[place])
    changed = Draft(mailing.audience, {}, WORDS)
    mailing = mailings.write(draft=changed, mailing_id=mailing.pk, actor=clerk.actor, now=clock.now())
    mailings.reach(mailing=mailing, now=clock.now())
    assert crowd.seen_by[-1].places == frozenset({place})
