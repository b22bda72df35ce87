"""A small run of what ``python -m tests.load.register`` does with 443,000 residents."""

from pathlib import Path

import pytest

from madoguchi.tenancy import City
from plugins.card_management.models.register import Resident
from tests.load import register as load

pytestmark = pytest.mark.django_db
ROWS = 120


def test_the_file_of_all_residents_is_taken_in_and_tells_nothing_new_on_the_next_day(
    home: City, tmp_path: Path
) -> None:
    load.write_files(tmp_path, ROWS)
    for name, new in (("first", ROWS), ("unchanged", 0)):
        load.STEPS["receive"](tmp_path / name)
        expected = {"new": new, "same": ROWS - new, "wrong": 0}
        assert load.STEPS["check"](tmp_path / name) == expected
        assert load.STEPS["apply"](tmp_path / name) == expected
    assert Resident.objects.filter(standing="present").count() == ROWS
