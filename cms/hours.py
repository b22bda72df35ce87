"""A week of opening hours as one or two lines that people read at a glance."""

from collections.abc import Mapping, Sequence
from datetime import time

from madoguchi.places.opening import Period
from madoguchi.words import days

Week = Mapping[int, tuple[Period, ...]]

DAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
EASY_DAYS = tuple(days.with_readings(f"{day}曜日") for day in DAYS["ja"])
RUN = 3
"""From this many days in a row on, people read "from … to …" more easily than a list."""


def lines(week: Week, *, language: str) -> list[str]:
    """Write the hours of a week, days with equal hours together."""
    groups: dict[tuple[Period, ...], list[int]] = {}
    for weekday, stretches in sorted(week.items()):
        groups.setdefault(stretches, []).append(weekday)
    return [
        f"{_days(weekdays, language=language)} {periods(stretches, language=language)}"
        for stretches, weekdays in groups.items()
    ]


def _days(weekdays: Sequence[int], *, language: str) -> str:
    names = EASY_DAYS if language == "ja-easy" else DAYS.get(language, DAYS["en"])
    is_run = weekdays[-1] - weekdays[0] == len(weekdays) - 1 and len(weekdays) >= RUN
    if language == "en":
        return (
            f"{names[weekdays[0]]} to {names[weekdays[-1]]}"
            if is_run
            else ", ".join(names[day] for day in weekdays)
        )
    if language == "ja-easy":
        first, last = names[weekdays[0]], names[weekdays[-1]]
        return f"{first}から {last}" if is_run else "・".join(names[day] for day in weekdays)
    if is_run:
        return f"{names[weekdays[0]]}曜日から{names[weekdays[-1]]}曜日"
    return "・".join(names[day] for day in weekdays) + "曜日"


def periods(stretches: Sequence[Period], *, language: str) -> str:
    """Write the hours of one day as every other time is written, nothing where there are none."""
    joined = {"en": ", ", "ja-easy": "と "}.get(language, "、")
    return joined.join(_span(_time(one.opens), _time(one.closes), language) for one in stretches)


def _span(opens: str, closes: str, language: str) -> str:
    if language == "ja-easy":
        return f"{opens}から {closes}まで"
    return f"{opens}{'–' if language == 'en' else '〜'}{closes}"


def _time(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"
