"""The whole matrix: every address × method × role × way of straying. The suite runs the quick part of it."""

import pytest

from madoguchi.tenancy import City
from tests.isolation.matrix import NOBODY, Matrix, cases
from tests.isolation.programs import PROGRAMS
from tests.isolation.worlds import OPERATORS_ROLES, ROLES, furnish, operators_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nightly]
PEOPLE = {
    "resident": (*NOBODY, "city_admin", "operator_admin"),
    "staff": (*NOBODY, *ROLES, *PROGRAMS, "operator_admin"),
    "operators": ("anonymous", "city_admin", *OPERATORS_ROLES),
}
PEOPLE_OF_THE_CMS = ("anonymous", "counter_clerk", "site_editor", "operator_admin")


@pytest.mark.parametrize("zone", sorted(PEOPLE))
def test_every_address_answers_as_declared(zone: str, home: City, stranger: City) -> None:
    there = furnish(city=home, mark="ZZ-HOME", is_larger=True)
    here = furnish(city=stranger, mark="ZZ-STRANGER")
    matrix = Matrix(here=here, there=there, operators=operators_world())
    # Wagtail's two hundred addresses share one gate and one permission.
    matrix.run(
        case
        for case in cases(zone=zone, roles=PEOPLE[zone])
        if not case.door.is_cms or (case.role in PEOPLE_OF_THE_CMS and case.method in ("GET", "POST"))
    )
    print(f"{zone}: {matrix.count} requests")
    assert matrix.failures == []
