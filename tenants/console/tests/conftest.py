"""Operators before the screen."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.tenancy import City, directory, in_city


@pytest.fixture
def operators() -> Iterator[City]:
    """The operators' world, entered."""
    world = directory().operators()
    with in_city(world):
        yield world


@pytest.fixture
def operator_as(operators: City) -> Callable[..., Client]:
    """Sign an operator in with one of the operators' roles."""

    def browser(role: str = "operator_admin", **facts: Any) -> Client:
        host = urlsplit(operators.staff_url).netloc
        return sign_in(Client(headers={"host": host}), StaffFactory.create(roles=[role], **facts))

    return browser
