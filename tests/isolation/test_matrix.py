"""Nobody opens what his view does not declare, and nobody sees another city, whichever way he strays.

The whole matrix, with every method and role, runs each night: tests/fuzz/test_whole_matrix.py.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from madoguchi.tenancy import City
from tests.isolation.doors import doors
from tests.isolation.matrix import Case, Matrix, cases
from tests.isolation.programs import PROGRAMS
from tests.isolation.worlds import OPERATORS_ROLES, ROLES, furnish, operators_world

pytestmark = pytest.mark.django_db(transaction=True)
COMMON = ("GET", "POST")
CMS_ROLES = ("anonymous", "counter_clerk", "site_editor")


@pytest.fixture
def matrix(home: City, stranger: City) -> Matrix:
    """People of かすみ市, and what みどり市 keeps from them."""
    there = furnish(city=home, mark="ZZ-HOME", is_larger=True)
    here = furnish(city=stranger, mark="ZZ-STRANGER")
    return Matrix(here=here, there=there, operators=operators_world())


def test_staff_meet_their_own_city_and_what_their_role_allows(matrix: Matrix) -> None:
    matrix.run(_quick())
    assert matrix.failures == []
    known = [door for door in doors("staff") if not door.is_cms and door.is_known(matrix.here.keys)]
    for_staff = [door for door in known if door.access is None or door.access.kind != "token"]
    assert {str(door) for door in for_staff} - matrix.opened == set()


def test_programs_do_what_their_tokens_say_in_their_own_city(matrix: Matrix) -> None:
    matrix.run(_programs())
    assert matrix.failures == []
    doors_of_programs = [door for door in doors("staff") if door.access and door.access.kind == "token"]
    assert {str(door) for door in doors_of_programs} - matrix.opened == set()


def test_operators_meet_their_own_world(matrix: Matrix) -> None:
    roles = ("anonymous", "city_admin", *OPERATORS_ROLES)
    matrix.run(cases(zone="operators", roles=roles, ways=("own",), methods=COMMON))
    assert matrix.failures == []


def test_a_view_without_a_declaration_would_be_noticed(matrix: Matrix) -> None:
    undeclared = replace(doors("staff")[0], access=None)
    matrix.run([Case(undeclared, "GET", "city_admin", "own")])
    assert "a declaration of who may use it" in matrix.failures[0]


def test_a_leak_would_be_noticed(matrix: Matrix) -> None:
    """The positive control of the whole: the same city on both sides shows its own words."""
    own = Matrix(here=matrix.here, there=matrix.here, operators=matrix.operators)
    board = next(door for door in doors("staff") if door.template == "/cards/%(card_id)s/")
    own.run([Case(board, "GET", "counter_clerk", "own")])
    assert "shows ('ZZ-STRANGER'" in own.failures[0]


def test_editors_meet_their_own_citys_pages_only(matrix: Matrix) -> None:
    matrix.run(_editors())
    assert matrix.failures == []


def test_residents_meet_their_own_city_only(matrix: Matrix) -> None:
    matrix.run(cases(zone="resident", roles=("anonymous", "resident"), methods=("GET",)))
    matrix.run(cases(zone="resident", roles=("resident",), ways=("own", "their_ids"), methods=("POST",)))
    assert matrix.failures == []


def _quick() -> Iterator[Case]:
    """Every role at home; one of them strays, for it is the host that tells strangers, not the role."""
    for case in cases(zone="staff", roles=("anonymous", *ROLES, "operator"), methods=COMMON):
        if case.door.is_cms:
            continue
        is_at_home = case.way == "own" and case.role in ROLES
        is_straying = case.way != "own" and case.role == "city_admin"
        if is_at_home or is_straying or (case.way == "own" and case.method == "GET"):
            yield case


def _programs() -> Iterator[Case]:
    """Programs try every way; others knock at the doors of programs, and programs at those of staff."""
    methods = ("GET", "POST", "PUT", "DELETE")
    for case in cases(zone="staff", roles=(*PROGRAMS, "anonymous", "city_admin"), methods=methods):
        is_for_programs = case.door.access is not None and case.door.access.kind == "token"
        is_knocking = case.role == "program" and case.method == "GET" and case.way == "own"
        if is_for_programs or (is_knocking and not case.door.is_cms):
            yield case


def _editors() -> Iterator[Case]:
    """Wagtail's two hundred addresses share one gate: an editor tries all, others every eighth."""
    for case in cases(zone="staff", roles=CMS_ROLES, methods=COMMON):
        if not case.door.is_cms:
            continue
        is_eighth = sum(case.door.template.encode()) % 8 == 0
        is_editing = case.role == "site_editor" and case.way in ("own", "their_ids")
        if is_eighth or (is_editing and case.method == "GET"):
            yield case
