"""What an administrator tries out: the rules of a place and the patterns of its weekdays."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from madoguchi.places.declarations import WEEKDAYS
from plugins.card_reservation.rules.slots import UNITS
from plugins.card_reservation.services.drafted import RULES

EXTRAS: Final = range(5)
WEEKS: Final = range(1, 6)
MOST: Final = {"capacity": 500, "earliest_open_days_residents": 60, "latest_days": 365}
NUMBER_WRONG: Final = _("半角の数字で入力してください。")
Choices = Sequence[tuple[str, Any]]


class BeginForm(forms.Form):
    """Which place a draft is about, and what it is called."""

    place = forms.ChoiceField(label=_("場所"), error_messages={"required": _("場所を選んでください。")})
    service = forms.ChoiceField(label=_("手続き"), required=False)
    name = forms.CharField(
        label=_("試算の名前"),
        max_length=60,
        help_text=_("例：4月から土曜日を開ける"),
        error_messages={"required": _("試算の名前を入力してください。")},
    )

    def __init__(self, *args: Any, places: Choices, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("place", places)
        self._offer("service", services)
        if len(services) < 2:
            del self.fields["service"]

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class DraftForm(forms.Form):
    """The rules and patterns that a draft would put in force."""

    name = forms.CharField(
        label=_("試算の名前"),
        max_length=60,
        error_messages={"required": _("試算の名前を入力してください。")},
    )
    unit_minutes = forms.TypedChoiceField(
        label=RULES["unit_minutes"], coerce=int, choices=[(unit, str(unit)) for unit in UNITS]
    )

    def __init__(self, *args: Any, patterns: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in MOST.items():
            self.fields[name] = forms.IntegerField(
                label=RULES[name],
                min_value=0,
                max_value=most,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3}),
                error_messages={"invalid": NUMBER_WRONG, "required": NUMBER_WRONG},
            )
        self.order_fields(["name", *RULES])
        self.has_patterns = bool(patterns)
        if self.has_patterns:
            self._add_patterns(patterns)

    def _add_patterns(self, patterns: Choices) -> None:
        offered = [("", _("開庁時間のまま")), *patterns]
        for day, label in enumerate(WEEKDAYS):
            self.fields[f"p{day}"] = forms.ChoiceField(label=label, choices=offered, required=False)
        weekdays = [("", "—"), *((str(day), label) for day, label in enumerate(WEEKDAYS))]
        for number in EXTRAS:
            self.fields[f"n{number}_week"] = forms.ChoiceField(
                label=_("第何週"),
                choices=[("", "—"), *((str(week), str(week)) for week in WEEKS)],
                required=False,
            )
            self.fields[f"n{number}_weekday"] = forms.ChoiceField(
                label=_("曜日"), choices=weekdays, required=False
            )
            self.fields[f"n{number}_pattern"] = forms.ChoiceField(
                label=_("パターン"), choices=[("", "—"), *patterns], required=False
            )

    def clean(self) -> dict[str, Any]:
        """Refuse half a line of n-th weekdays, and the same day twice."""
        cleaned = super().clean() or self.cleaned_data
        seen: set[tuple[str, str]] = set()
        for number in EXTRAS if self.has_patterns else ():
            week, weekday, pattern = self._line(number, cleaned)
            if not any((week, weekday, pattern)):
                continue
            if not all((week, weekday, pattern)):
                self.add_error(f"n{number}_week", _("週、曜日、パターンをすべて選んでください。"))
            elif (week, weekday) in seen:
                self.add_error(f"n{number}_week", _("同じ週の同じ曜日が2回あります。"))
            seen.add((week, weekday))
        return cleaned

    def _line(self, number: int, cleaned: Mapping[str, Any]) -> tuple[str, str, str]:
        week, weekday, pattern = (
            cleaned.get(f"n{number}_{part}", "") for part in ("week", "weekday", "pattern")
        )
        return week, weekday, pattern

    @property
    def rule_fields(self) -> Iterator[BoundField]:
        """List the fields of the rules."""
        return (self[name] for name in RULES)

    @property
    def weekday_fields(self) -> Sequence[BoundField]:
        """List the pattern of each weekday."""
        return [self[f"p{day}"] for day in range(7)] if self.has_patterns else []

    @property
    def extra_lines(self) -> Sequence[Sequence[BoundField]]:
        """List the lines for n-th weekdays."""
        parts = ("week", "weekday", "pattern")
        lines = EXTRAS if self.has_patterns else ()
        return [[self[f"n{number}_{part}"] for part in parts] for number in lines]

    def rules(self) -> dict[str, int]:
        """Read the rules."""
        return {name: self.cleaned_data[name] for name in RULES}

    def patterns(self, *, is_for_service: bool) -> list[list[Any]]:
        """Read the patterns in the shape of a draft."""
        data = self.cleaned_data
        weekly = [[day, None, data[f"p{day}"], is_for_service] for day in range(7) if data.get(f"p{day}")]
        lines = (self._line(number, data) for number in EXTRAS)
        return [
            *weekly,
            *(
                [int(weekday), int(week), pattern, is_for_service]
                for week, weekday, pattern in lines
                if pattern
            ),
        ]


def initial_of(*, rules: Mapping[str, int], patterns: Sequence[Any]) -> dict[str, Any]:
    """Set rules and patterns out in the form."""
    shown: dict[str, Any] = dict(rules)
    extras = iter(EXTRAS)
    for weekday, week, pattern_id, _own in patterns:
        if week is None:
            shown[f"p{weekday}"] = pattern_id
        elif (number := next(extras, None)) is not None:
            shown |= {
                f"n{number}_week": week,
                f"n{number}_weekday": weekday,
                f"n{number}_pattern": pattern_id,
            }
    return shown


def choices_of(rows: Sequence[tuple[UUID, str]]) -> Choices:
    """Offer rows by key and name."""
    return [(str(key), name) for key, name in rows]
