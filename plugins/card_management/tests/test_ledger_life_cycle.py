"""The life of a card: no sequence of actions leaves it in two places or hands a blocked one over."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from plugins.card_management.declarations.diagram import page
from plugins.card_management.declarations.ledger import ACTION_LABELS, STATE_LABELS, STATE_MARKS
from plugins.card_management.rules.facts import Fact, disorder
from plugins.card_management.rules.life_cycle import (
    FINAL,
    GONE,
    MOVES,
    WAITING,
    Action,
    ImpossibleMove,
    State,
    actions_from,
    next_state,
    states_before,
)
from plugins.card_management.rules.progress import Facts, Step, next_action, step_of

DAY = date(2026, 11, 24)


@given(st.sampled_from(State), st.lists(st.sampled_from(Action), max_size=30))
def test_every_sequence_of_actions_keeps_a_card_in_one_known_state(
    state: State, actions: list[Action]
) -> None:
    for action in actions:
        try:
            after = next_state(state=state, action=action)
        except ImpossibleMove:
            assert (state, action) not in MOVES
            continue
        assert MOVES[state, action] is after
        # Nothing is done with a card that was disposed of, and only who has a card hands it over.
        assert state is not State.DISPOSED
        if after is State.HANDED_OVER:
            assert state in WAITING - {State.ARRIVED, State.IN_TRANSIT}
        state = after


def test_each_card_can_reach_its_holder_and_only_what_is_disposed_of_ends() -> None:
    for state in State:
        reached, waiting = {state}, [state]
        while waiting:
            for action in actions_from(state=waiting.pop()):
                end = next((MOVES[start, action] for start in reached if (start, action) in MOVES), None)
                if end is not None and end not in reached:
                    reached.add(end)
                    waiting.append(end)
        if state is State.DISPOSED:
            assert reached == {State.DISPOSED}
        else:
            assert State.HANDED_OVER in reached or state is State.HANDED_OVER


def test_only_what_lies_here_is_disposed_of() -> None:
    assert set(states_before(action=Action.DISPOSE)) == {State.STORED, State.REDO, State.WITHDRAWN}
    assert frozenset({Action.DISPOSE}) == FINAL
    assert frozenset({State.HANDED_OVER, State.DISPOSED}) == GONE


def test_every_state_and_action_has_its_words() -> None:
    assert set(STATE_LABELS) == set(STATE_MARKS) == set(State)
    assert set(ACTION_LABELS) == set(Action)


def test_the_page_of_the_documentation_is_drawn_from_the_table() -> None:
    kept = Path(settings.ROOT) / "docs" / "reference" / "card-life-cycle.md"
    assert kept.read_text(encoding="utf-8") == page(), "run manage.py draw_life_cycle"


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(state=State.EXPECTED), Step.MAKING),
        (Facts(state=State.STORED), Step.NOTICE_WAITS),
        (Facts(state=State.STORED, notice_sent_on=DAY), Step.NOTICE_SENT),
        (Facts(state=State.STORED, notice_sent_on=DAY, notice_returned_on=DAY), Step.RETURNED),
        (
            Facts(state=State.STORED, notice_sent_on=DAY, notice_returned_on=DAY, notice_resent_on=DAY),
            Step.NOTICE_SENT,
        ),
        (Facts(state=State.STORED, notice_sent_on=DAY, wanted_on=DAY), Step.BOOKED),
        (Facts(state=State.STORED, notice_sent_on=DAY, wanted_on=DAY, visit="absent"), Step.ABSENT),
        (Facts(state=State.STORED, notice_sent_on=DAY, deadline_on=date(2026, 11, 23)), Step.EXPIRED),
        (Facts(state=State.PULLED, wanted_on=DAY), Step.PULLED),
        (Facts(state=State.IN_TRANSIT, wanted_on=DAY), Step.FORWARDED),
        (Facts(state=State.READY, wanted_on=DAY), Step.READY),
        (Facts(state=State.HANDED_OVER), Step.ISSUED),
        (Facts(state=State.REDO), Step.REDO),
        (Facts(state=State.WITHDRAWN), Step.STOPPED),
    ],
)
def test_progress_is_read_from_state_and_facts(facts: Facts, step: Step) -> None:
    assert step_of(facts=facts, today=DAY) is step


@given(st.sampled_from(State), st.booleans(), st.none() | st.just(DAY))
def test_what_is_proposed_next_can_be_done(state: State, elsewhere: bool, wanted: date | None) -> None:
    action = next_action(facts=Facts(state=state, wanted_on=wanted), is_elsewhere=elsewhere)
    assert action is None or action in actions_from(state=state)


def test_days_in_the_wrong_order_are_named() -> None:
    days = {Fact.NOTICE_SENT_ON: DAY, Fact.RECEIVED_ON: date(2026, 11, 23)}
    wrong = (Fact.NOTICE_SENT_ON, Fact.RECEIVED_ON)
    assert disorder(days=days, changed=Fact.RECEIVED_ON) == wrong
    assert disorder(days=days, changed=Fact.NOTICE_SENT_ON) == wrong
    # What was wrong before and is not touched keeps nobody from changing something else.
    assert disorder(days=days, changed=Fact.DEADLINE_ON) is None
