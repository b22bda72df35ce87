"""Moving cards: one, many, by a reader; taken back; with a history nobody can change."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.places.tests.factories import PlaceFactory
from madoguchi.tenancy import City
from plugins.card_management.models import Card, CardChange, CardMovement
from plugins.card_management.queries import person
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import GONE, Action, ImpossibleMove, State
from plugins.card_management.services import facts, guards, moving
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.test_pages import client_of

pytestmark = pytest.mark.django_db
RESET = [HealthCheck.function_scoped_fixture]


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


def move(card: UUID, action: Action, **how: Any) -> State:
    return moving.move(card_id=card, action=action, actor=SYSTEM, now=clock.now(), **how)


def test_a_move_leaves_history_audit_and_event() -> None:
    card = add_card()
    move(card, Action.PULL)
    movement = CardMovement.objects.get()
    assert (movement.from_state, movement.to_state) == ("stored", "pulled")
    assert AuditEntry.objects.get(action="card_management.pull").object_ids == [str(card)]
    assert OutboxEvent.objects.filter(kind="card_management.card_moved").count() == 1


def test_a_reason_is_needed_sealed_and_shown() -> None:
    card = add_card()
    with pytest.raises(moving.ReasonMissing):
        move(card, Action.MARK_REDO)
    move(card, Action.MARK_REDO, reason="写真の不鮮明（見本 花子様に電話済み）")
    movement = CardMovement.objects.get()
    assert movement.reason is not None
    assert "花子".encode() not in bytes(movement.reason.sealed)
    assert "花子様" in person.history(card_id=card)[0].reason


def test_an_undo_is_a_new_move_that_corrects_the_last() -> None:
    card = add_card()
    move(card, Action.PULL)
    first = CardMovement.objects.get()
    assert moving.undo(card_id=card, actor=SYSTEM, now=clock.now()) is State.STORED
    last = CardMovement.objects.order_by("-id")[0]
    assert (last.action, last.corrects_id, CardMovement.objects.count()) == ("undo", first.id, 2)
    with pytest.raises(ImpossibleMove):
        moving.undo(card_id=card, actor=SYSTEM, now=clock.now())


def test_only_the_very_last_move_is_taken_back() -> None:
    card = add_card()
    move(card, Action.PULL)
    first = moving.last_move(card_id=card)
    move(card, Action.MAKE_READY)
    with pytest.raises(ImpossibleMove):
        moving.undo(card_id=card, actor=SYSTEM, now=clock.now(), movement=first)
    assert Card.objects.get().state == "ready"


def test_of_many_one_illegal_card_leaves_the_others_alone() -> None:
    stored, ready = add_card(), add_card(reference="ABC123457")
    move(ready, Action.PULL)
    results = moving.move_many(
        cards=[stored, ready], action=Action.PULL, actor=SYSTEM, now=clock.now(), scanned=True
    )
    assert [result.is_done for result in results] == [True, False]
    assert "できません" in str(results[1].reason)


@settings(max_examples=15, deadline=None, suppress_health_check=RESET)
@given(actions=st.lists(st.sampled_from(Action), min_size=3, max_size=14), blocked=st.booleans())
def test_no_sequence_leaves_a_card_in_two_places_or_hands_a_blocked_one_over(
    home: City, actions: list[Action], blocked: bool
) -> None:
    place = PlaceFactory.create()
    card = add_card(reference=f"PRP{CardMovement.objects.count():06d}", born_on="1990-01-01")
    Card.objects.filter(id=card).update(wanted_site=place.pk, flags=["died"] if blocked else [])
    matched(card, now=clock.now())
    for action in actions:
        try:
            if action is Action.UNDO:
                moving.undo(card_id=card, actor=SYSTEM, now=clock.now())
            else:
                move(card, action, reason="試験")
        except (ImpossibleMove, guards.HandOverRefused):
            pass
        row = Card.objects.get(id=card)
        state = State(row.state)
        if state in GONE or state is State.IN_TRANSIT:
            assert (row.site, row.spot_id) == (None, None)
        assert (row.handed_over_on is not None) is (state is State.HANDED_OVER)
        assert not (blocked and state is State.HANDED_OVER)
        last = CardMovement.objects.filter(card=card).order_by("-id").first()
        assert last is None or (last.to_state, last.site) == (row.state, row.site)
    Card.objects.filter(id=card).delete()


@pytest.mark.req("KUR-35")
def test_scanned_cards_get_one_action_and_each_its_own_answer(clerk: Client) -> None:
    add_card()
    handed = add_card(reference="ABC123457", name="例示 次郎")
    matched(handed, now=clock.now())
    move(handed, Action.HAND_OVER)
    add_card(reference="ABC123458", born_on="1957-04-01")
    add_card(reference="ABC123458", born_on="1958-04-01")
    codes = "AABC123456B\nａｂｃ１２３４５７\nABC123458\nZZZ999999\nABC123456\n"
    page = clerk.post("/cards/scan/", {"action": "pull", "codes": codes}).content.decode()
    assert Card.objects.filter(state="pulled").count() == 1
    assert page.count("できなかった") == 4  # the figure and three rows
    for words in ("見つかりません", "2枚以上", "その操作はできません"):
        assert words in page
    movement = CardMovement.objects.get(action="pull")
    assert movement.scanned
    assert clerk.post("/cards/scan/", {"action": "withdraw", "codes": "ABC123456"}).status_code == 422
    assert clerk.post("/cards/scan/", {"action": "dispose", "codes": "ABC123456"}).status_code == 422
    # Rows of the list do the same, one illegal row among them.
    ids = [str(card) for card in Card.objects.values_list("id", flat=True)]
    ticket = clerk.get("/cards/").content.decode().partition('name="ticket" value="')[2].partition('"')[0]
    asked = clerk.post(
        "/jobs/bulk/", {"ticket": ticket, "action": "card_management.pull", "row": ids}, follow=True
    )
    done = clerk.post(asked.redirect_chain[-1][0], follow=True).content.decode()
    assert "できなかった" in done
    assert Card.objects.filter(state="pulled").count() == 3


@pytest.mark.req("KUR-36")
def test_the_timeline_says_who_when_from_where_to_where_and_why(clerk: Client, home: City) -> None:
    card = add_card()
    clerk.post(f"/cards/{card}/move/", {"action": "mark_redo", "reason": "暗証番号の不備"})
    clerk.post(f"/cards/{card}/move/", {"action": "resume"})
    moving.undo(card_id=card, actor=SYSTEM, now=clock.now())
    page = clerk.get(f"/cards/{card}/").content.decode()
    timeline = page.partition("履歴</h2>")[2]
    for words in ("窓口 花子", "不備・再手続きにする", "不備を解消する", "操作を取り消す", "暗証番号の不備"):
        assert words in timeline
    assert timeline.index("操作を取り消す") < timeline.index("不備を解消する")
    # Nothing on the page changes a line of it, and there is no address for it.
    assert "/movements/" not in page
    assert CardMovement.objects.count() == 3


def test_a_chosen_kind_is_logged_and_days_out_of_order_ask_for_a_reason(clerk: Client) -> None:
    card = add_card()
    typed = {"kind": "renewal", "notice_sent_on": "2026-11-20", "received_on": "2026-11-10"}
    refused = clerk.post(f"/cards/{card}/facts/", typed)
    assert refused.status_code == 422
    assert "より前の日付です" in refused.content.decode()
    assert Card.objects.get().kind == "new"
    clerk.post(f"/cards/{card}/facts/", {**typed, "reason": "前の職員の入力誤り"})
    row = Card.objects.get()
    assert (row.kind, row.notice_sent_on, row.received_on) == (
        "renewal",
        date(2026, 11, 20),
        date(2026, 11, 10),
    )
    change = CardChange.objects.get(fact="kind")
    assert (change.before, change.after, change.actor_name) == ("new", "renewal", "窓口 花子")
    timeline = clerk.get(f"/cards/{card}/").content.decode().partition("履歴</h2>")[2]
    assert "更新" in timeline
    assert "前の職員の入力誤り" in timeline
    assert clerk.post(f"/cards/{card}/facts/", {"kind": "mistake"}).status_code == 422
    assert clerk.post(f"/cards/{card}/facts/", {"kind": "new", "deadline_on": "13/45"}).status_code == 422


def _bulk(clerk: Client, action: str, rows: list[UUID], **typed: str) -> str:
    ticket = clerk.get("/cards/").content.decode().partition('name="ticket" value="')[2].partition('"')[0]
    asked = clerk.post(
        "/jobs/bulk/",
        {"ticket": ticket, "action": f"card_management.{action}", "row": [str(row) for row in rows]},
        follow=True,
    )
    return clerk.post(asked.redirect_chain[-1][0], typed, follow=True).content.decode()


@pytest.mark.req("NAN-32")
def test_days_are_entered_for_many_and_a_wrong_order_needs_a_reason(clerk: Client) -> None:
    cards = [add_card(), add_card(reference="ABC123457")]
    _bulk(clerk, "set_notice_sent_on", cards, choice="2026-11-20")
    assert set(Card.objects.values_list("notice_sent_on", flat=True)) == {date(2026, 11, 20)}
    refused = _bulk(clerk, "set_received_on", cards, choice="2026-11-10")
    assert "より前の日付です" in refused
    assert set(Card.objects.values_list("received_on", flat=True)) == {None}
    _bulk(clerk, "set_received_on", cards, choice="2026-11-10", reason="紙の台帳のとおり")
    assert set(Card.objects.values_list("received_on", flat=True)) == {date(2026, 11, 10)}
    assert "日付を入力してください" in _bulk(clerk, "set_received_on", cards, choice="きのう")


def test_many_facts_change_in_few_statements_and_go_back(home: City) -> None:
    cards = [add_card(reference=f"MNY00000{number}") for number in range(3)]
    before = facts.change_many(
        cards=cards, fact=Fact.NOTICE_SENT_ON, value=date(2026, 11, 20), actor=SYSTEM, now=clock.now()
    )
    assert before == dict.fromkeys(cards)
    assert CardChange.objects.count() == 3
    facts.put_back(before=before, fact=Fact.NOTICE_SENT_ON, actor=SYSTEM, now=clock.now())
    assert set(Card.objects.values_list("notice_sent_on", flat=True)) == {None}


def test_a_card_that_comes_back_lies_where_it_left(home: City) -> None:
    card, place = add_card(), PlaceFactory.create().pk
    Card.objects.filter(id=card).update(site=place)
    matched(card)
    move(card, Action.HAND_OVER)
    assert (Card.objects.get().site, CardMovement.objects.get().site) == (None, place)
    moving.undo(card_id=card, actor=SYSTEM, now=clock.now())
    assert Card.objects.get().site == place
    matched(card)
    move(card, Action.HAND_OVER)
    move(card, Action.TAKE_BACK, reason="別の方に渡した")
    assert Card.objects.get().site == place
