"""What the statements of an import may not do, whatever the planner believes of the table."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from plugins.card_management.services.bulk import bulk_cursor
from plugins.card_management.services.intake_writing import _REWRITE

pytestmark = pytest.mark.django_db
ROWS = 500


def test_a_rewrite_looks_each_card_up_even_in_a_table_that_seems_empty() -> None:
    columns = (
        [uuid4() for _row in range(ROWS)],
        *([b"x"] * ROWS for _column in range(3)),
        [""] * ROWS,
        [date(2026, 11, 2)] * ROWS,
    )
    with bulk_cursor() as cursor:
        cursor.execute(
            f"EXPLAIN {_REWRITE}", [True, True, uuid4(), datetime(2026, 11, 21, tzinfo=UTC), *columns]
        )
        plan = "\n".join(str(line) for (line,) in cursor.fetchall())
    assert "Index Cond: (id = ANY (ARRAY[fresh.id]))" in plan
    assert "Join Filter" not in plan
