"""What an administrator types about opening patterns and counters."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.places.clocks import ClockField
from madoguchi.web.dates import READABLE_YEARS
from plugins.card_reservation.forms.schedule_fields import (
    DAY_MISSING,
    LARGEST,
    LONGEST_RUN,
    SHORT,
    UNIT_CHOICES,
    Choices,
    number,
    set_choices,
)
from plugins.card_reservation.rules.schedule import Band, has_room, week_of_month
from plugins.card_reservation.services.counters import Line
from plugins.card_reservation.services.patterns import COLOURS, Application, Days

BANDS = 6
LINES = 10
WEEKS = tuple((str(week), _("第%(week)s") % {"week": week}) for week in range(1, 6))


class PatternForm(forms.Form):
    """A pattern: its name, its colour and its bands; an empty row is no band."""

    name = forms.CharField(
        label=_("パターンの名前"),
        max_length=40,
        help_text=_("例：通常、短縮、延長、休日"),
        error_messages={"required": _("パターンの名前を入力してください。")},
    )
    colour = forms.TypedChoiceField(label=_("カレンダーの色"), choices=COLOURS, coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for position in range(BANDS):
            said = {"number": position + 1}
            self.fields[f"opens{position}"] = ClockField(label=_("%(number)s 始まり") % said, required=False)
            self.fields[f"closes{position}"] = ClockField(label=_("%(number)s 終わり") % said, required=False)
            self.fields[f"unit{position}"] = forms.TypedChoiceField(
                label=_("%(number)s 1枠の長さ") % said,
                choices=(("", _("場所の設定")), *UNIT_CHOICES),
                coerce=int,
                empty_value=None,
                required=False,
            )
            capacity = number(_("%(number)s 定員") % said, largest=LARGEST)
            capacity.required = False
            self.fields[f"capacity{position}"] = capacity

    @property
    def rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """List the rows of the grid."""
        for position in range(BANDS):
            yield (
                position + 1,
                [self[f"{part}{position}"] for part in ("opens", "closes", "unit", "capacity")],
            )

    def clean(self) -> dict[str, Any]:
        """Check that bands have both ends, in order, and do not overlap."""
        cleaned = super().clean() or self.cleaned_data
        for position in range(BANDS):
            opens, closes = cleaned.get(f"opens{position}"), cleaned.get(f"closes{position}")
            if f"opens{position}" in self.errors or f"closes{position}" in self.errors:
                continue
            if (opens is None) != (closes is None):
                self.add_error(f"opens{position}", _("始まりと終わりの両方を入力してください。"))
            elif opens is not None and opens >= closes:
                self.add_error(f"opens{position}", _("終わりは、始まりより後にしてください。"))
            elif opens and closes and not has_room(opens, closes, cleaned.get(f"unit{position}")):
                self.add_error(f"unit{position}", _("時間帯が1枠の長さより短いため、予約の枠ができません。"))
        if not self.errors:
            bands = sorted(self.bands())
            if any(later.opens < earlier.closes for earlier, later in pairwise(bands)):
                self.add_error("opens0", _("時間帯が重なっています。"))
        return cleaned

    def bands(self) -> tuple[Band, ...]:
        """Read the bands."""
        data = self.cleaned_data
        return tuple(
            Band(
                data[f"opens{position}"],
                data[f"closes{position}"],
                data.get(f"unit{position}"),
                data.get(f"capacity{position}"),
            )
            for position in range(BANDS)
            if data.get(f"opens{position}") is not None and data.get(f"closes{position}") is not None
        )


def pattern_initial(bands: Sequence[Band]) -> dict[str, Any]:
    """Set out bands in the grid."""
    shown: dict[str, Any] = {}
    for position, band in enumerate(sorted(bands)[:BANDS]):
        shown[f"opens{position}"], shown[f"closes{position}"] = band.opens, band.closes
        shown[f"unit{position}"], shown[f"capacity{position}"] = band.unit_minutes, band.capacity
    return shown


class ApplyForm(forms.Form):
    """On which days of which places a pattern shall hold."""

    places = forms.MultipleChoiceField(
        label=_("場所"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("場所を1つ以上選んでください。")},
    )
    service = forms.ChoiceField(label=_("業務"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("曜日"), choices=SHORT, widget=forms.CheckboxSelectMultiple, required=False
    )
    weeks = forms.MultipleChoiceField(
        label=_("月の第何週"),
        choices=WEEKS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("選ばないときは、毎週です。例：第2と第4と日曜日を選ぶと「第2・第4日曜」"),
    )
    first = forms.DateField(
        label=_("最初の日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=DAY_MISSING,
    )
    last = forms.DateField(
        label=_("最後の日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("1日だけのときは空欄。曜日も選ぶと、期間の中のその曜日だけに使います。"),
        error_messages=DAY_MISSING,
    )

    def __init__(self, *args: Any, services: Choices, places: Choices, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        set_choices(self, "places", places)
        set_choices(self, "service", [("", str(_("すべての業務"))), *services])

    def clean(self) -> dict[str, Any]:
        """Ask for weekdays or dates; refuse days that are over and runs longer than a year."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if not first and not cleaned.get("weekdays"):
            self.add_error("weekdays", _("曜日か日付を選んでください。"))
        if last and not first:
            self.add_error("first", _("最初の日を入力してください。"))
        if first:
            self._check_days(first, last or first)
        return cleaned

    def _check_days(self, first: date, last: date) -> None:
        if first.year not in READABLE_YEARS or last.year not in READABLE_YEARS:
            self.add_error("first", _("日を入力してください。"))
        elif first < self.today:
            self.add_error("first", _("今日より前の日は選べません。"))
        elif last < first:
            self.add_error("last", _("最後の日は、最初の日以後にしてください。"))
        elif (last - first).days >= LONGEST_RUN:
            self.add_error("last", _("一度に登録できるのは1年分までです。"))
        elif not self._dates(first, last):
            self.add_error("first", _("この期間に、選んだ曜日はありません。"))

    def wish(self, pattern_id: UUID) -> Application:
        """Read where and when the pattern shall hold."""
        data = self.cleaned_data
        first = data["first"]
        weekdays = tuple(int(day) for day in data["weekdays"])
        weeks = tuple(int(week) for week in data["weeks"])
        days = (
            Days(dates=self._dates(first, data["last"] or first))
            if first
            else Days(weekdays=weekdays, weeks=weeks)
        )
        return Application(
            pattern_id=pattern_id,
            place_ids=tuple(UUID(place) for place in data["places"]),
            service_id=UUID(data["service"]) if data["service"] else None,
            days=days,
        )

    def _dates(self, first: date, last: date) -> tuple[date, ...]:
        weekdays = {int(day) for day in self.cleaned_data.get("weekdays", ())} or set(range(7))
        weeks = {int(week) for week in self.cleaned_data.get("weeks", ())} or set(range(1, 6))
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return tuple(day for day in days if day.weekday() in weekdays and week_of_month(day) in weeks)


class ReplacementForm(forms.Form):
    """Which pattern takes the place of one that is deleted."""

    replacement = forms.ChoiceField(
        label=_("代わりのパターン"),
        error_messages={"required": _("代わりのパターンを選んでください。")},
    )

    def __init__(self, *args: Any, patterns: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "replacement", [("", "—"), *patterns])


class CountersForm(forms.Form):
    """The hours of a place's counters, one line each; an empty line is none."""

    def __init__(self, *args: Any, counters: Choices, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for position in range(LINES):
            said = {"number": position + 1}
            make = forms.ChoiceField
            self.fields[f"counter{position}"] = make(
                label=_("%(number)s 窓口") % said, choices=[("", "—"), *counters], required=False
            )
            self.fields[f"service{position}"] = make(
                label=_("%(number)s 業務") % said, choices=[("", "—"), *services], required=False
            )
            self.fields[f"days{position}"] = forms.MultipleChoiceField(
                label=_("%(number)s 曜日") % said,
                choices=SHORT,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
            self.fields[f"opens{position}"] = ClockField(label=_("%(number)s 始まり") % said, required=False)
            self.fields[f"closes{position}"] = ClockField(label=_("%(number)s 終わり") % said, required=False)
            seats = number(_("%(number)s 人数") % said, smallest=1, largest=LARGEST)
            seats.required = False
            self.fields[f"seats{position}"] = seats

    PARTS = ("counter", "service", "days", "opens", "closes", "seats")

    @property
    def rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """List the lines of the grid."""
        for position in range(LINES):
            yield position + 1, [self[f"{part}{position}"] for part in self.PARTS]

    def clean(self) -> dict[str, Any]:
        """Check that a line says everything or nothing, with its times in order."""
        cleaned = super().clean() or self.cleaned_data
        for position in range(LINES):
            said = [cleaned.get(f"{part}{position}") for part in self.PARTS]
            if any(f"{part}{position}" in self.errors for part in self.PARTS) or not said[0]:
                continue
            if not all(said):
                self.add_error(f"counter{position}", _("業務、曜日、時間、人数をすべて入力してください。"))
            elif cleaned[f"opens{position}"] >= cleaned[f"closes{position}"]:
                self.add_error(f"opens{position}", _("終わりは、始まりより後にしてください。"))
        return cleaned

    def lines(self) -> list[Line]:
        """Read the lines."""
        data = self.cleaned_data
        return [
            Line(
                counter_id=UUID(data[f"counter{position}"]),
                service_id=UUID(data[f"service{position}"]),
                weekdays=tuple(int(day) for day in data[f"days{position}"]),
                opens=data[f"opens{position}"],
                closes=data[f"closes{position}"],
                seats=data[f"seats{position}"],
            )
            for position in range(LINES)
            if data.get(f"counter{position}")
        ]


def counters_initial(found: Sequence[Line]) -> dict[str, Any]:
    """Set out the hours of counters in the grid."""
    shown: dict[str, Any] = {}
    for position, line in enumerate(found[:LINES]):
        shown[f"counter{position}"], shown[f"service{position}"] = str(line.counter_id), str(line.service_id)
        shown[f"days{position}"] = [str(day) for day in line.weekdays]
        shown[f"opens{position}"], shown[f"closes{position}"] = line.opens, line.closes
        shown[f"seats{position}"] = line.seats
    return shown
