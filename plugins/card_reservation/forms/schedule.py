"""What an administrator types about the rules of places, and about stops of outside systems."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.places.clocks import ClockField
from madoguchi.web.dates import READABLE_YEARS
from plugins.card_reservation.forms.schedule_fields import (
    DAY_MISSING,
    LARGEST,
    LONGEST_RUN,
    UNIT_CHOICES,
    Choices,
    number,
    set_choices,
)


class RulesForm(forms.Form):
    """How a place takes bookings for a service."""

    is_offered = forms.BooleanField(label=_("この場所で受付をする"), required=False)
    unit_minutes = forms.TypedChoiceField(label=_("1枠の長さ"), choices=UNIT_CHOICES, coerce=int)
    capacity = number(_("1枠の定員（人）"), largest=LARGEST)
    max_party = number(_("一緒に来られる人数（本人を含む）"), smallest=1, largest=5)
    few_threshold = number(
        _("「残りわずか」にする残り人数"), largest=LARGEST, help_text=_("住民には人数を見せません。")
    )
    earliest_open_days_residents = number(_("住民が予約できる最初の日（何日後から）"), largest=60)
    earliest_open_days_staff = number(_("職員が予約できる最初の日（何日後から）"), largest=60)
    earliest_unit = forms.ChoiceField(
        label=_("日数の数え方"),
        widget=forms.RadioSelect,
        choices=(
            ("open", _("開庁日で数える（土日・祝日・閉庁日を数えない）")),
            ("calendar", _("暦の日で数える")),
        ),
    )
    lead_minutes_residents = number(
        _("住民の当日の締切（何分前まで）"),
        largest=1440,
        help_text=_("最初の日を0にすると、住民も当日に予約できます。"),
    )
    lead_minutes_staff = number(_("職員の当日の締切（何分前まで）"), largest=1440)
    latest_kind = forms.ChoiceField(
        label=_("予約できる最後の日"),
        widget=forms.RadioSelect,
        choices=(("days", _("申し込む日から数える")), ("date", _("日付を決める"))),
    )
    latest_days = number(_("申し込む日から何日後まで"), largest=400)
    latest_on = forms.DateField(
        label=_("最後の日の日付"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=DAY_MISSING,
    )
    latest_opens_at = ClockField(
        label=_("新しい日の予約を始める時刻"),
        help_text=_("0:00のときは、日付が変わると同時に始まります。"),
        error_messages={"required": _("時間は 9:00 のように入力してください。")},
    )
    transport_days = number(
        _("カードを取り寄せる日数（開庁日）"),
        largest=60,
        help_text=_("別の場所で保管しているカードを、ここで渡せるまでの日数です。"),
    )
    cutoff_minutes = number(_("住民が変更・取り消しできる期限（何分前まで）"), largest=20160)

    def clean(self) -> dict[str, Any]:
        """Ask for a date where one was chosen; a past one is taken, and said on the list."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("latest_kind") == "date":
            found = cleaned.get("latest_on")
            if "latest_on" not in self.errors and (found is None or found.year not in READABLE_YEARS):
                self.add_error("latest_on", _("最後の日の日付を入力してください。"))
        return cleaned

    def entry(self) -> dict[str, Any]:
        """Read the rules as they are kept."""
        data = dict(self.cleaned_data)
        if data.pop("latest_kind") == "days":
            data["latest_on"] = None
        return data


def rules_initial(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Set out rules in the form."""
    return {**entry, "latest_kind": "days" if entry["latest_on"] is None else "date"}


class OpenForm(forms.Form):
    """Places that begin to offer a service."""

    service = forms.ChoiceField(label=_("業務"))
    places = forms.MultipleChoiceField(
        label=_("場所"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("場所を1つ以上選んでください。")},
    )

    def __init__(self, *args: Any, services: Choices, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "service", services)
        set_choices(self, "places", places)


class StopForm(forms.Form):
    """Hours in which an outside system stands still."""

    service = forms.ChoiceField(label=_("業務"), required=False)
    day = forms.DateField(
        label=_("最初の日"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DAY_MISSING
    )
    opens = ClockField(label=_("始まり"), error_messages={"required": _("始まりの時間を入力してください。")})
    last = forms.DateField(
        label=_("最後の日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("1日だけのときは空欄"),
        error_messages=DAY_MISSING,
    )
    closes = ClockField(label=_("終わり"), error_messages={"required": _("終わりの時間を入力してください。")})
    name = forms.CharField(
        label=_("理由"), max_length=80, required=False, help_text=_("例：J-LIS カード管理システムの停止")
    )

    def __init__(self, *args: Any, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "service", [("", str(_("すべての業務"))), *services])

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, and stops longer than a year."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            starts_at, ends_at = self.span()
            if starts_at.year not in READABLE_YEARS or ends_at.year not in READABLE_YEARS:
                self.add_error("day", _("日を入力してください。"))
            elif ends_at <= starts_at:
                self.add_error("closes", _("終わりは、始まりより後にしてください。"))
            elif (ends_at - starts_at).days >= LONGEST_RUN:
                self.add_error("last", _("一度に登録できるのは1年分までです。"))
        return cleaned

    def span(self) -> tuple[datetime, datetime]:
        """Read the first and last moment of the stop."""
        data = self.cleaned_data
        return _moment(data["day"], data["opens"]), _moment(data["last"] or data["day"], data["closes"])


def _moment(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=clock.JAPAN)
