"""A month as a table: each day has a colour, a sign and a word, and a full label for listeners.

Cells are plain strings, not components: a month of components costs more than the whole page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from madoguchi.web import dates
from madoguchi.words import days


class Day(Protocol):
    """A day of a calendar: free, few, full or closed."""

    @property
    def date(self) -> date: ...
    @property
    def state(self) -> str: ...


class Month(Protocol):
    """A month of days with its neighbours, where one may go there."""

    @property
    def weeks(self) -> Sequence[Sequence[Day | None]]: ...
    @property
    def previous(self) -> tuple[int, int] | None: ...
    @property
    def next(self) -> tuple[int, int] | None: ...


@dataclass(frozen=True)
class Neighbour:
    """A month beside this one."""

    label: str
    value: str


@dataclass(frozen=True)
class Frame:
    """The head of a calendar."""

    title: str
    year: str
    weekdays: tuple[tuple[str, str], ...]
    previous: Neighbour | None
    next: Neighbour | None


@dataclass(frozen=True)
class Look:
    """How a month is shown: to whom, in which language, with which day chosen."""

    language: str
    sprite: str
    selected: date | None = None
    query: str = ""
    is_staff: bool = False

    @property
    def spoken_language(self) -> str:
        """Choose the weekday in full for listeners."""
        return "en" if self.language == "en" else "ja-easy"


def frame(month: Month, *, language: str) -> Frame:
    """Name a month and its neighbours."""
    first = next(_days(month)).date
    sunday_first = [date(2026, 11, 1 + offset) for offset in range(7)]
    return Frame(
        title=_read_aloud(dates.month_name(first, language=language), language),
        year=_read_aloud(dates.year_name(first, language=language), language),
        weekdays=tuple((_short(day, language), _long(day, language)) for day in sunday_first),
        previous=_neighbour(month.previous, language),
        next=_neighbour(month.next, language),
    )


def rows(month: Month, *, look: Look) -> SafeString:
    """Draw the weeks of a month as table rows, Sunday first."""
    signs, words, query = _signs(look), _words(), escape(look.query)
    cells: list[str] = []
    for day in _days(month):
        if not cells:
            cells += ["<td></td>"] * ((day.date.weekday() + 1) % 7)
        face = _face(day, look, signs)
        if _can_be_chosen(day, look):
            face = _link(day, look, face=face, spoken=words[day.state][1], query=query)
        else:
            face = f'<div class="day day--{day.state}">{face}</div>'
        cells.append(f"<td>{face}</td>")
    cells += ["<td></td>"] * (-len(cells) % 7)
    weeks = ("".join(cells[start : start + 7]) for start in range(0, len(cells), 7))
    return mark_safe("".join(f"<tr>{week}</tr>" for week in weeks))  # noqa: S308


def _signs(look: Look) -> dict[str, tuple[str, str]]:
    """Draw each sign once, however many days show it."""
    short = {state: words[0] for state, words in _words().items()}
    sprite = escape(look.sprite)
    return {
        sign: (
            f'<svg class="icon i-{sign}" width="18" height="18" aria-hidden="true">'
            f'<use href="{sprite}#{sign}"/></svg>',
            word,
        )
        for sign, word in {**short, "selected": escape(_("選択中"))}.items()
    }


def _face(day: Day, look: Look, signs: dict[str, tuple[str, str]]) -> str:
    drawn, word = signs["selected" if day.date == look.selected else day.state]
    counts = _counts(day) if look.is_staff else ""
    return f'<span class="d">{day.date.day}</span>{drawn}<span class="t">{counts or word}</span>'


def _link(day: Day, look: Look, *, face: str, spoken: str, query: str) -> str:
    is_selected = day.date == look.selected
    name = dates.month_and_day(day.date, language=look.spoken_language)
    label = " ".join(filter(None, (name, spoken, _counts(day) if look.is_staff else "")))
    chosen, current = (f" {escape(_('選択中'))}", ' aria-current="date"') if is_selected else ("", "")
    return (
        f'<a class="day day--{day.state}" href="?{query}day={day.date.isoformat()}#slots"{current}>'
        f'<span class="vh">{label}{chosen}</span><span class="face" aria-hidden="true">{face}</span></a>'
    )


def _can_be_chosen(day: Day, look: Look) -> bool:
    return day.state in {"free", "few"} or (look.is_staff and day.state == "full")


def _counts(day: Day) -> str:
    booked, capacity = getattr(day, "booked", None), getattr(day, "capacity", None)
    return f"{booked}／{capacity}" if capacity else ""


def _days(month: Month) -> Iterator[Day]:
    return (day for week in month.weeks for day in week if day is not None)


def _words() -> dict[str, tuple[str, str]]:
    return {
        "free": (escape(_("空き")), escape(_("空きあり"))),
        "few": (escape(_("わずか")), escape(_("残りわずか"))),
        "full": (escape(_("満員")), escape(_("満員"))),
        "closed": (escape(_("なし")), escape(_("受付なし"))),
    }


def _neighbour(month: tuple[int, int] | None, language: str) -> Neighbour | None:
    if month is None:
        return None
    first = date(month[0], month[1], 1)
    name = dates.month_name(first, language=language)
    return Neighbour(name[:3] if language == "en" else _read_aloud(name, language), first.strftime("%Y-%m"))


def _read_aloud(text: str, language: str) -> str:
    return days.with_readings(text) if language == "ja-easy" else text


def _short(day: date, language: str) -> str:
    return dates.weekday(day, language=language)[: 3 if language == "en" else 1]


def _long(day: date, language: str) -> str:
    return dates.weekday(day, language="en" if language == "en" else "ja-easy")
