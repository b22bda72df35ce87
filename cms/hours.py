"""A week of opening hours as one or two lines that people read at a glance."""

from collections.abc import Mapping, Sequence

from madoguchi.places.opening import Period

Week = Mapping[int, tuple[Period, ...]]

DAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
EASY_DAYS = tuple(
    f"{day}《{reading}》"
    for day, reading in zip(
        "月火水木金土日", ("げつ", "か", "すい", "もく", "きん", "ど", "にち"), strict=True
    )
)
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
    if is_run:
        return f"{names[weekdays[0]]}曜日から{names[weekdays[-1]]}曜日"
    return "・".join(names[day] for day in weekdays) + "曜日"


def periods(stretches: Sequence[Period], *, language: str) -> str:
    """Write the hours of one day, nothing where there are none."""
    between, join = ("–", ", ") if language == "en" else ("から", "と")
    return join.join(
        f"{_time(period.opens.hour, period.opens.minute, language=language)}{between}"
        f"{_time(period.closes.hour, period.closes.minute, language=language)}"
        for period in stretches
    )


def _time(hour: int, minute: int, *, language: str) -> str:
    if language == "en":
        return f"{hour}:{minute:02d}"
    return f"{hour}時{minute}分" if minute else f"{hour}時"
