"""Staff find entries by person, user, action and time."""

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.queries import AuditFilter, actions, search
from madoguchi.tenancy import City, in_city

START = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
HANAKO = Actor(kind="staff", id="S-104", name="佐藤 花子")
JIRO = Actor(kind="staff", id="S-200", name="田中 次郎")
OF_TEST = "rehearsal.searched"


def record(actor: Actor, *, minute: int, person: str, action: str = OF_TEST) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="rehearsal.card",
        object_ids=[person, f"beside-{person}"],
        now=START + timedelta(minutes=minute),
    )


def found(wanted: AuditFilter) -> list[tuple[str, str]]:
    return [(entry.actor_id, entry.object_ids[0]) for entry in search(wanted=wanted).entries]


@pytest.fixture(autouse=True)
def entries(home: City, db: None) -> None:
    """Three acts of two people."""
    with in_city(home):
        record(HANAKO, minute=0, person="p1")
        record(JIRO, minute=10, person="p2")
        record(HANAKO, minute=20, person="p2", action="rehearsal.printed")


def test_the_newest_entry_comes_first(home: City) -> None:
    with in_city(home):
        everything = found(AuditFilter(since=START, until=START + timedelta(hours=1)))
    assert everything == [("S-104", "p2"), ("S-200", "p2"), ("S-104", "p1")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AuditFilter(objects=("p2",)), [("S-104", "p2"), ("S-200", "p2")]),
        (AuditFilter(objects=("beside-p1",)), [("S-104", "p1")]),
        (AuditFilter(objects=("p",)), []),
        (AuditFilter(user="S-200"), [("S-200", "p2")]),
        (AuditFilter(user="花子", action=OF_TEST), [("S-104", "p1")]),
        (AuditFilter(action="rehearsal.printed"), [("S-104", "p2")]),
        (AuditFilter(user="S-104", since=START + timedelta(minutes=20)), [("S-104", "p2")]),
        (AuditFilter(user="S-104", until=START + timedelta(minutes=20)), [("S-104", "p1")]),
    ],
)
def test_each_question_narrows_the_list(
    home: City, wanted: AuditFilter, expected: list[tuple[str, str]]
) -> None:
    with in_city(home):
        assert found(wanted) == expected


def test_pages_neither_repeat_nor_lose_an_entry(home: City) -> None:
    with in_city(home):
        # Refusals of other tests stay, whatever hour they lived in.
        wanted = AuditFilter(since=START, until=START + timedelta(hours=1))
        first, second = (search(wanted=wanted, page=number, page_size=2) for number in (1, 2))
    assert (len(first.entries), first.has_previous, first.has_next) == (2, False, True)
    assert (len(second.entries), second.has_previous, second.has_next) == (1, True, False)
    assert not {entry.pk for entry in first.entries} & {entry.pk for entry in second.entries}


def test_another_city_sees_nothing_of_it(stranger: City) -> None:
    with in_city(stranger):
        assert found(AuditFilter(objects=("p2",))) == []


def test_the_recorded_actions_are_offered_for_choice(home: City) -> None:
    with in_city(home):
        assert {OF_TEST, "rehearsal.printed"} <= set(actions())
