"""Cross tables, charts and the ends of cards: rules without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.card_management.rules.figures_expiry import card_ends_on, certificate_ends_on
from plugins.card_management.rules.figures_table import balances, chart, crossed, months_of

KEYS = st.sampled_from(["a", "b", "c", "unknown", ""])


@given(st.dictionaries(st.tuples(KEYS, KEYS), st.integers(0, 10_000)))
def test_a_cross_table_leaves_nothing_out(counts: dict[tuple[str, str], int]) -> None:
    named = [("a", "A"), ("b", "B"), ("c", "C")]
    table = crossed(counts=counts, rows=named, columns=named, rest="記録なし")
    assert table.total == sum(counts.values()) == sum(table.totals)
    assert sum(row.total for row in table.rows) == table.total


def test_balances_are_counted_back_from_what_there_is() -> None:
    assert balances(now=10, gained=[5, 3], lost=[1, 2]) == [(5, 9), (9, 10)]


def test_months_of_a_period_include_both_ends() -> None:
    assert months_of(date(2025, 12, 31), date(2026, 2, 1)) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=60))
def test_bars_stay_within_the_chart(counts: list[int]) -> None:
    drawn = chart(groups=[(str(place), (count,)) for place, count in enumerate(counts)], series=("件",))
    assert len(drawn.bars) == len(counts)
    for bar in drawn.bars:
        assert drawn.left <= bar.x <= bar.x + bar.width <= drawn.right + 1
        assert -0.1 <= bar.y <= bar.y + bar.height <= drawn.foot + 0.2


@pytest.mark.parametrize(
    ("born_on", "issued_on", "card", "certificate"),
    [
        # Grown up: ten birthdays, certificates five.
        (date(1980, 6, 15), date(2026, 3, 1), date(2035, 6, 15), date(2030, 6, 15)),
        # The birthday of that year is over: one year more.
        (date(1980, 2, 15), date(2026, 3, 1), date(2036, 2, 15), date(2031, 2, 15)),
        # A minor: five birthdays for both.
        (date(2015, 6, 15), date(2026, 3, 1), date(2030, 6, 15), date(2030, 6, 15)),
        # Eighteen counts as grown up since April 2022, twenty before.
        (date(2004, 1, 1), date(2022, 4, 1), date(2032, 1, 1), date(2027, 1, 1)),
        (date(2003, 1, 1), date(2022, 3, 31), date(2027, 1, 1), date(2027, 1, 1)),
        # A leap day has its birthday on the last of February in other years.
        (date(1988, 2, 29), date(2026, 3, 1), date(2036, 2, 29), date(2031, 2, 28)),
    ],
)
def test_a_card_ends_with_a_birthday(born_on: date, issued_on: date, card: date, certificate: date) -> None:
    assert card_ends_on(born_on=born_on, issued_on=issued_on) == card
    assert certificate_ends_on(born_on=born_on, issued_on=issued_on) == certificate
