"""When a card and its certificates end: by birth date and day of issue, as the law counts birthdays.

A card ends with the tenth birthday after its issue, for people who were minors then with the fifth; its
certificates end with the fifth birthday, and never after the card. A stay in Japan that ends earlier ends
the card earlier: that is not counted here, it stands in no delivery of cards.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

ADULT_CARD: Final = 10
MINOR_CARD: Final = 5
CERTIFICATE: Final = 5
# On this day the age of majority went from twenty to eighteen.
_EIGHTEEN_FROM: Final = date(2022, 4, 1)


def card_ends_on(*, born_on: date, issued_on: date) -> date:
    """Tell the last day of a card."""
    years = ADULT_CARD if _is_adult(born_on, issued_on) else MINOR_CARD
    return _birthday_after(born_on, issued_on, years)


def certificate_ends_on(*, born_on: date, issued_on: date) -> date:
    """Tell the last day of the certificates that came with a card."""
    card = card_ends_on(born_on=born_on, issued_on=issued_on)
    return min(card, _birthday_after(born_on, issued_on, CERTIFICATE))


def ends_of(*, born_on: date, issued_on: date) -> Iterator[tuple[str, date]]:
    """List what ends when."""
    yield "card", card_ends_on(born_on=born_on, issued_on=issued_on)
    yield "certificate", certificate_ends_on(born_on=born_on, issued_on=issued_on)


def _is_adult(born_on: date, day: date) -> bool:
    of_age = 18 if day >= _EIGHTEEN_FROM else 20
    return _birthday_in(born_on, born_on.year + of_age) <= day


def _birthday_after(born_on: date, day: date, count: int) -> date:
    """Find the birthday that is the count-th after a day."""
    first = day.year if _birthday_in(born_on, day.year) > day else day.year + 1
    return _birthday_in(born_on, first + count - 1)


def _birthday_in(born_on: date, year: int) -> date:
    """Find a birthday; that of a leap day is the last of February in other years."""
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
