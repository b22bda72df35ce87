"""What a change of a time of keeping needs, and from which day on something is due."""

import calendar
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

Need = Literal["nothing", "confirmation", "approval"]
LONGEST_MONTHS = 1_200


def need_of(*, before: int, after: int, floor_before: int, floor_after: int, minimum: int, held: int) -> Need:
    """Tell what a change needs: shorter asks for a look at the count, below a bound for two people."""
    is_shorter = after < before
    if floor_after < floor_before:
        return "approval"
    if is_shorter and (after < max(minimum, floor_before, floor_after) or held):
        return "approval"
    return "confirmation" if is_shorter else "nothing"


def due_before(*, today: date, months: int) -> date:
    """Name the day before which everything has been kept for its months."""
    index = today.year * 12 + today.month - 1 - months
    year, month = divmod(index, 12)
    if year < 1:
        return date.min
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last))


def in_words(months: int) -> str:
    """Write a time of keeping as people say it."""
    years, rest = divmod(months, 12)
    if not months:
        return _("すぐに消す")
    if not rest:
        return _("%(years)d年") % {"years": years}
    if not years:
        return _("%(months)dか月") % {"months": rest}
    return _("%(years)d年%(months)dか月") % {"years": years, "months": rest}
