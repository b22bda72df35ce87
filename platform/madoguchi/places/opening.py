"""When a counter is open on a day: the week, unless the calendar says otherwise."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a day during which a place is open."""

    opens: time
    closes: time


def periods_of_day(regular: tuple[Period, ...], *, special: tuple[Period, ...] | None) -> tuple[Period, ...]:
    """Tell when a place is open: the calendar's word comes before the week's, empty means closed."""
    chosen = regular if special is None else special
    return tuple(period for period in chosen if period.opens < period.closes)
