"""No card goes to the wrong person: what says no, who may look past it, and for how long."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences import services as preferences
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.handover import HandoverCheck
from plugins.card_management.rules.facts import BLOCKING, Flag
from plugins.card_management.rules.handover_matching import Difference, Seen
from plugins.card_management.rules.life_cycle import Action, State
from plugins.card_management.services import handover_overrides, handover_records, moving
from plugins.card_management.services.guards import HandOverRefused
from plugins.card_management.services.moving import ReasonMissing
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import evidence_of, matched

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> UUID:
    return add_card()


def hand_over(card: UUID) -> State:
    return moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())


def refused(card: UUID) -> list[str]:
    with pytest.raises(HandOverRefused) as refusal:
        hand_over(card)
    return [each.code for each in refusal.value.refusals]


def flag(card: UUID, *flags: Flag) -> None:
    Card.objects.filter(id=card).update(flags=[each.value for each in flags])


def decide(
    card: UUID, reason: str = "住民票の写しで転居後の住所を確かめた", purpose: str = "hand_over"
) -> None:
    handover_overrides.override(card_id=card, purpose=purpose, reason=reason, actor=SYSTEM, now=clock.now())


def test_a_card_that_nobody_compared_does_not_go(card: UUID) -> None:
    assert refused(card) == ["not_matched"]
    assert not CardMovement.objects.filter(card=card).exists()


def test_a_card_that_was_compared_today_goes_once(card: UUID) -> None:
    assert matched(card).is_passed
    assert hand_over(card) is State.HANDED_OVER
    moving.move(card_id=card, action=Action.TAKE_BACK, actor=SYSTEM, now=clock.now())
    assert refused(card) == ["not_matched"]


def test_yesterdays_comparison_is_not_todays(card: UUID) -> None:
    matched(card, now=clock.now() - timedelta(days=1))
    assert refused(card) == ["not_matched"]


def test_the_last_comparison_counts(card: UUID) -> None:
    matched(card)
    wrong = matched(card, label="ZZZ999999")
    assert wrong.differences == (Difference.LABEL,)
    assert refused(card) == ["not_matched"]


def test_the_label_of_another_card_does_not_agree(card: UUID) -> None:
    other = add_card(reference="ABC123457", name="例示 次郎")
    found = matched(card, label=evidence_of(other).label)
    assert found.differences == (Difference.LABEL,)
    assert refused(card) == ["not_matched"]


def test_somebody_elses_birth_date_does_not_agree(card: UUID) -> None:
    assert matched(card, seen=Seen(born="1957-04-01", is_looked=True)).differences == (Difference.BORN_ON,)
    assert refused(card) == ["not_matched"]


def test_a_barcode_with_its_frame_is_the_same_label(card: UUID) -> None:
    assert matched(card, label="Ａabc123456a").is_passed


def test_a_city_may_hand_over_without_comparing(card: UUID) -> None:
    preferences.change(
        plugin="card_management", values={"requires_match": False}, actor=SYSTEM, now=clock.now()
    )
    assert hand_over(card) is State.HANDED_OVER


@pytest.mark.parametrize("warning", sorted(BLOCKING))
def test_a_warning_of_the_register_stops_a_card_that_was_compared(card: UUID, warning: Flag) -> None:
    matched(card)
    flag(card, warning)
    assert refused(card) == ["flagged"]


def test_a_stay_that_ends_soon_stops_nobody(card: UUID) -> None:
    flag(card, Flag.STAY_ENDS_SOON)
    matched(card)
    assert hand_over(card) is State.HANDED_OVER


def test_a_supervisor_looks_past_a_warning_with_a_reason_that_stays(card: UUID) -> None:
    matched(card)
    flag(card, Flag.ADDRESS_CHANGED)
    decide(card)
    assert hand_over(card) is State.HANDED_OVER
    row = HandoverCheck.objects.get(sort="override")
    assert row.codes == ["address_changed"]
    assert "住民票" not in str(bytes(row.sealed))
    entry = AuditEntry.objects.get(action="card_management.override_warning")
    assert entry.details == {"purpose": "hand_over", "warnings": ["address_changed"]}


def test_a_decision_looks_past_what_stood_there_then_and_nothing_later(card: UUID) -> None:
    matched(card)
    flag(card, Flag.ADDRESS_CHANGED)
    decide(card)
    flag(card, Flag.ADDRESS_CHANGED, Flag.DIED)
    assert refused(card) == ["flagged"]


def test_a_decision_is_good_for_one_hand_over(card: UUID) -> None:
    matched(card)
    flag(card, Flag.ADDRESS_CHANGED)
    decide(card)
    hand_over(card)
    moving.move(card_id=card, action=Action.TAKE_BACK, actor=SYSTEM, now=clock.now())
    matched(card)
    assert refused(card) == ["flagged"]


def test_a_decision_needs_a_reason_and_a_warning(card: UUID) -> None:
    with pytest.raises(ReasonMissing):
        decide(card, reason="　")
    matched(card)
    with pytest.raises(handover_overrides.NothingToOverride):
        decide(card)
    with pytest.raises(moving.CardNotFound):
        decide(uuid4())


def test_a_decision_about_the_notice_lets_no_card_go(card: UUID) -> None:
    flag(card, Flag.MOVED_OUT)
    decide(card, purpose="notice")
    matched(card)
    assert refused(card) == ["flagged"]
    assert handover_overrides.overridden(cards=[card], now=clock.now()) == {card}
    flag(card, Flag.MOVED_OUT, Flag.DIED)
    assert handover_overrides.overridden(cards=[card], now=clock.now()) == frozenset()


def test_taking_a_hand_over_back_and_undoing_that_needs_a_new_comparison(card: UUID) -> None:
    matched(card)
    hand_over(card)
    moving.undo(card_id=card, actor=SYSTEM, now=clock.now())
    assert Card.objects.get(id=card).state == State.STORED
    with pytest.raises(HandOverRefused):
        hand_over(card)


def test_many_cards_go_only_where_each_was_compared_today(card: UUID) -> None:
    other = add_card(reference="ABC123457", name="例示 次郎")
    matched(card)
    moved = moving.move_many(
        cards=[card, other], action=Action.HAND_OVER, actor=SYSTEM, now=clock.now(), scanned=True
    )
    assert [each.is_done for each in moved] == [True, False]
    assert "照合" in str(moved[1].reason)


def test_what_was_read_is_not_kept(card: UUID) -> None:
    matched(card, seen=Seen(born="1988-02-29", name="見本 花子", address="福岡県久留米市テスト町1-1"))
    (check,) = handover_records.checks(card_id=card)
    assert check.seen["by"] == "chip"
    assert "花子" not in str(check.seen)
    assert "1988" not in str(check.seen)
