"""What an administrator types about a place, its week and its special days."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.places.clocks import ClockField
from madoguchi.places.declarations import WEEKDAYS
from madoguchi.places.entries import CounterView
from madoguchi.places.opening import Period
from madoguchi.places.special_days import SpecialDay
from madoguchi.web.dates import READABLE_YEARS

KANA = re.compile(r"[ぁ-ゖァ-ヺー・ 　]*")
POSTAL_CODE = re.compile(r"(\d{3})-?(\d{4})")
PHONE = re.compile(r"[0-9+()\- ]*")
COUNTER = re.compile(r"(\d{1,3})(?:\s+(\S.*))?")
LONGEST_RUN = 366
LONGEST_COUNTER = 40


class PlaceForm(forms.Form):
    """Everything that is written about a place."""

    name = forms.CharField(
        label=_("名前"),
        max_length=80,
        help_text=_("住民が予約するときに見る名前です。例：本庁舎 1階"),
        error_messages={"required": _("名前を入力してください。")},
    )
    name_kana = forms.CharField(
        label=_("読みがな"), max_length=120, required=False, help_text=_("例：ほんちょうしゃ")
    )
    postal_code = forms.CharField(
        label=_("郵便番号"),
        max_length=12,
        required=False,
        help_text=_("例：830-8520"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(label=_("住所"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("電話番号"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    access = forms.CharField(
        label=_("行き方"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("駅やバス停からの道順、駐車場など。"),
    )
    counters = forms.CharField(
        label=_("窓口"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("1行に1つ、番号と名前を空白で区切って入力します。例：1 カード交付"),
    )
    name_en = forms.CharField(label=_("名前（英語）"), max_length=80, required=False)
    address_en = forms.CharField(label=_("住所（英語）"), max_length=200, required=False)
    access_en = forms.CharField(
        label=_("行き方（英語）"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    name_easy = forms.CharField(label=_("名前（やさしい日本語）"), max_length=80, required=False)
    access_easy = forms.CharField(
        label=_("行き方（やさしい日本語）"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_name_kana(self) -> str:
        """Accept hiragana and katakana, nothing else."""
        return self._matching("name_kana", KANA, _("読みがなは、ひらがなかカタカナで入力してください。"))

    def clean_postal_code(self) -> str:
        """Write the code as 123-4567 however it was typed."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["postal_code"]).lstrip("〒").strip()
        found = POSTAL_CODE.fullmatch(text)
        if text and not found:
            raise forms.ValidationError(_("郵便番号は7けたの数字で入力してください。例：830-8520"))
        return f"{found[1]}-{found[2]}" if found else ""

    def clean_phone(self) -> str:
        """Write a number that telephones can dial."""
        return self._matching("phone", PHONE, _("電話番号を確かめてください。"))

    def clean_counters(self) -> tuple[CounterView, ...]:
        """Read one desk a line: its number and its name."""
        lines = unicodedata.normalize("NFKC", self.cleaned_data["counters"]).splitlines()
        read = [COUNTER.fullmatch(line.strip()) for line in lines if line.strip()]
        if not all(read):
            raise forms.ValidationError(
                _("窓口は、1行に1つ、番号から始めて入力してください。例：1 カード交付")
            )
        found = tuple(
            CounterView(number=int(line[1]), name=(line[2] or "")[:LONGEST_COUNTER]) for line in read if line
        )
        if len({counter.number for counter in found}) != len(found):
            raise forms.ValidationError(_("同じ番号の窓口が2つあります。"))
        return tuple(sorted(found, key=lambda counter: counter.number))

    def clean(self) -> dict[str, Any]:
        """Refuse Japanese in the English texts."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name_en", "address_en", "access_en"):
            if any(ord(sign) >= 0x3040 for sign in cleaned.get(name, "")):
                self.add_error(name, _("英語の文字で入力してください。"))
        return cleaned

    def _matching(self, name: str, pattern: re.Pattern[str], refusal: str | Promise) -> str:
        text = unicodedata.normalize("NFKC", self.cleaned_data[name]).strip()
        if not pattern.fullmatch(text):
            raise forms.ValidationError(refusal)  # type: ignore[arg-type]
        return text


@dataclass(frozen=True)
class DayRow:
    """One weekday of the grid: its name and its four times."""

    name: str | Promise
    opens: BoundField
    rest_from: BoundField
    rest_to: BoundField
    closes: BoundField

    @property
    def times(self) -> Sequence[BoundField]:
        """List the times in the order of the day."""
        return (self.opens, self.rest_from, self.rest_to, self.closes)

    @property
    def errors(self) -> list[str]:
        """List what is to be corrected in this row."""
        return [str(error) for field in self.times for error in field.errors]


PARTS = {
    "opens": _("開く時間"),
    "rest_from": _("休みの始まり"),
    "rest_to": _("休みの終わり"),
    "closes": _("閉まる時間"),
}
WORKING_DAYS = range(1, 5)


class WeekForm(forms.Form):
    """The week of a place in one grid; a row without times is a closed day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, weekday in enumerate(WEEKDAYS):
            for part, label in PARTS.items():
                self.fields[f"d{day}_{part}"] = ClockField(label=f"{weekday} {label}", required=False)

    @property
    def rows(self) -> Iterator[DayRow]:
        """Lay out the grid."""
        for day, weekday in enumerate(WEEKDAYS):
            yield DayRow(name=weekday, **{part: self[f"d{day}_{part}"] for part in PARTS})

    def clean(self) -> dict[str, Any]:
        """Refuse days whose times do not follow one another."""
        cleaned = super().clean() or self.cleaned_data
        for day in range(7):
            self._check(day, cleaned)
        return cleaned

    def _check(self, day: int, cleaned: Mapping[str, Any]) -> None:
        opens, rest_from, rest_to, closes = (cleaned.get(f"d{day}_{part}") for part in PARTS)
        if any(f"d{day}_{part}" in self.errors for part in PARTS):
            return
        if not any((opens, rest_from, rest_to, closes)):
            return
        if opens is None or closes is None:
            self.add_error(
                f"d{day}_{'opens' if opens is None else 'closes'}",
                _("開く時間と閉まる時間を入力してください。"),
            )
        elif (rest_from is None) != (rest_to is None):
            self.add_error(f"d{day}_rest_from", _("休みの始まりと終わりを入力してください。"))
        elif not _rises([opens, rest_from, rest_to, closes]):
            self.add_error(f"d{day}_opens", _("時間の順番を確かめてください。"))

    def chosen_week(self) -> dict[int, tuple[Period, ...]]:
        """Read the open periods of every weekday."""
        return {day: periods for day in range(7) if (periods := self._periods(day))}

    def _periods(self, day: int) -> tuple[Period, ...]:
        opens, rest_from, rest_to, closes = (self.cleaned_data.get(f"d{day}_{part}") for part in PARTS)
        if opens is None or closes is None:
            return ()
        if rest_from is None or rest_to is None:
            return (Period(opens, closes),)
        return (Period(opens, rest_from), Period(rest_to, closes))


def week_initial(week: Mapping[int, Sequence[Period]]) -> dict[str, time]:
    """Set out the hours of a week in the grid; from a third period on a day, the first and last are shown."""
    shown: dict[str, time] = {}
    for day, periods in week.items():
        shown[f"d{day}_opens"] = periods[0].opens
        shown[f"d{day}_closes"] = periods[-1].closes
        if len(periods) > 1:
            shown[f"d{day}_rest_from"] = periods[0].closes
            shown[f"d{day}_rest_to"] = periods[-1].opens
    return shown


def copied_from_monday(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Give Tuesday to Friday what was typed for Monday."""
    copied = {f"d{day}_{part}": typed.get(f"d0_{part}", "") for day in WORKING_DAYS for part in PARTS}
    return {name: value for name, value in typed.items() if name.startswith("d")} | copied


def _rises(times: list[time | None]) -> bool:
    known = [moment for moment in times if moment is not None]
    return all(earlier < later for earlier, later in pairwise(known))


KINDS = (("closed", _("閉庁する（受付をしない）")), ("extra", _("臨時に開庁する（下の時間だけ受付をする）")))


class SpecialDayForm(forms.Form):
    """A day, or a stretch of days, that differs from the week."""

    first = forms.DateField(
        label=_("最初の日"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("日を入力してください。"), "invalid": _("日を入力してください。")},
    )
    last = forms.DateField(
        label=_("最後の日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("1日だけのときは空欄"),
        error_messages={"invalid": _("日を入力してください。")},
    )
    kind = forms.ChoiceField(label=_("種類"), choices=KINDS, widget=forms.RadioSelect, initial="closed")
    opens = ClockField(label=_("開く時間"), required=False)
    closes = ClockField(label=_("閉まる時間"), required=False)
    place = forms.ChoiceField(label=_("場所"), required=False)
    name = forms.CharField(
        label=_("名前"), max_length=80, required=False, help_text=_("例：年末年始、休日開庁")
    )

    def __init__(self, *args: Any, places: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("すべての場所")), *((str(key), name) for key, name in places)]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, runs longer than a year, and openings without hours."""
        cleaned = super().clean() or self.cleaned_data
        first: date | None = cleaned.get("first")
        last: date | None = cleaned.get("last") or first
        if first and last:
            self._check_days(first, last)
        if cleaned.get("kind") == "extra":
            self._check_hours(cleaned.get("opens"), cleaned.get("closes"))
        return cleaned

    def _check_hours(self, opens: time | None, closes: time | None) -> None:
        """Ask for the hours of an opening; of those that cannot be read enough is said already."""
        if {"opens", "closes"} & self.errors.keys():
            return
        if opens is None or closes is None:
            missing = "opens" if opens is None else "closes"
            self.add_error(missing, _("臨時開庁の、開く時間と閉まる時間を入力してください。"))
        elif opens >= closes:
            self.add_error("closes", _("終わりは、始まりより後にしてください。"))

    def _check_days(self, first: date, last: date) -> None:
        if first.year not in READABLE_YEARS or last.year not in READABLE_YEARS:
            self.add_error("first", _("日を入力してください。"))
        elif last < first:
            self.add_error("last", _("最後の日は、最初の日以後にしてください。"))
        elif (last - first).days >= LONGEST_RUN:
            self.add_error("last", _("一度に登録できるのは1年分までです。"))

    def wish(self) -> SpecialDay:
        """Read the stretch of days."""
        data = self.cleaned_data
        hours = Period(data["opens"], data["closes"]) if data["kind"] == "extra" else None
        return SpecialDay(
            first=data["first"],
            last=data["last"] or data["first"],
            hours=hours,
            place_id=UUID(data["place"]) if data["place"] else None,
            name=data["name"],
        )
