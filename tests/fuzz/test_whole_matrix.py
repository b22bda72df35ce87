"""The whole matrix: every address × method × role × way of straying. The suite runs the quick part of it."""

import pytest

from madoguchi.tenancy import City
from tests.isolation.matrix import NOBODY, Matrix, cases
from tests.isolation.worlds import OPERATORS_ROLES, ROLES, furnish, operators_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.nightly]
PEOPLE = {
    "resident": (*NOBODY, "city_admin", "operator_admin"),
    "staff": (*NOBODY, *ROLES, "operator_admin"),
    "operators": ("anonymous", "city_admin", *OPERATORS_ROLES),
}


@pytest.mark.parametrize("zone", sorted(PEOPLE))
def test_every_address_answers_as_declared(zone: str, home: City, stranger: City) -> None:
    there = furnish(city=home, mark="ZZ-HOME", is_larger=True)
    here = furnish(city=stranger, mark="ZZ-STRANGER")
    matrix = Matrix(here=here, there=there, operators=operators_world())
    matrix.run(cases(zone=zone, roles=PEOPLE[zone]))
    print(f"{zone}: {matrix.count} requests")
    assert matrix.failures == []
