"""A second pair of hands: the owner of the database."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings


@pytest.fixture
def owner_cursor(django_db_setup: None) -> Iterator["psycopg.Cursor[Any]"]:
    """Work as the owner, in a transaction that is rolled back."""
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as connection:
        yield connection.cursor()
        connection.rollback()
