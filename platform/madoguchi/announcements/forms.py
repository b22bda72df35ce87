"""What staff write when they announce something."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.announcements import queries
from madoguchi.announcements.models import Announcement, Audience, Kind
from madoguchi.places.models import Place

MINUTES = "%Y-%m-%dT%H:%M"
ADDRESS = re.compile(r"^(https?://[^\s<>\"]+|/(?!/)[^\s<>\"]*)$")
LONGEST = timedelta(days=366)
MOMENTS = (
    ("is_before", _("予約する前の画面（番号の入力、日にちと時間、確認）")),
    ("is_after", _("予約した後の画面（完了、予約の確認・変更）")),
    ("is_mailed", _("予約の確認メール")),
)


def _moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
    wrong = _("日付と時刻を、半角の数字で入力してください。例：2026-12-09T17:00")
    return forms.DateTimeField(
        label=label, widget=widget, help_text=help_text, error_messages={"invalid": wrong}
    )


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=600, required=False, widget=forms.Textarea({"rows": 3}), help_text=help_text
    )


class AnnouncementForm(forms.Form):
    """Words in three languages and a period."""

    heading = forms.CharField(label=_("見出し"), max_length=80)
    text = _text(_("本文"))
    heading_easy = forms.CharField(label=_("見出し（やさしい日本語）"), max_length=160, required=False)
    text_easy = _text(_("本文（やさしい日本語）"))
    heading_en = forms.CharField(label=_("見出し（英語）"), max_length=120, required=False)
    text_en = _text(_("本文（英語）"))
    url = forms.CharField(
        label=_("くわしいページのリンク"),
        max_length=300,
        required=False,
        help_text=_("https:// から始まるアドレスか、このサイトのページ（例：/access/）"),
    )
    starts_at = _moment(_("始まり"))
    ends_at = _moment(_("終わり"), _("この時刻に、自動で表示が終わります。"))

    def clean_url(self) -> str:
        """Take web addresses and paths of this site only."""
        url = str(self.cleaned_data["url"]).strip()
        if url and not ADDRESS.match(url):
            raise forms.ValidationError(_("リンクは https:// か / から始めてください。"))
        return url

    def clean(self) -> dict[str, Any]:
        """Refuse a period that is no period, and words that would never be seen."""
        cleaned = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at:
            self._check_period(starts_at, ends_at)
        for language in ("easy", "en"):
            if cleaned.get(f"text_{language}") and not cleaned.get(f"heading_{language}"):
                self.add_error(f"heading_{language}", str(_("本文があるときは、見出しも入力してください。")))
        return cleaned

    def _check_period(self, starts_at: datetime, ends_at: datetime) -> None:
        if ends_at <= starts_at:
            self.add_error("ends_at", str(_("終わりは、始まりより後にしてください。")))
        elif ends_at <= clock.now():
            self.add_error("ends_at", str(_("終わりは、いまより後にしてください。")))
        elif ends_at - starts_at > LONGEST:
            self.add_error("ends_at", str(_("期間は1年までです。")))

    def values(self) -> Mapping[str, Any]:
        """Give what was written as a row keeps it."""
        return {name: self._tidy(value) for name, value in self.cleaned_data.items()}

    @staticmethod
    def _tidy(value: Any) -> Any:
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class EmergencyForm(AnnouncementForm):
    """An emergency, for everybody who opens a page."""

    audience = forms.ChoiceField(label=_("表示する画面"), choices=Audience.choices, widget=forms.RadioSelect)
    field_order = ("heading", "text", "url", "audience", "starts_at", "ends_at")


class BookingNoteForm(AnnouncementForm):
    """A word to those who book: before or after, at every place or at one."""

    is_before = forms.BooleanField(label=MOMENTS[0][1], required=False)
    is_after = forms.BooleanField(label=MOMENTS[1][1], required=False)
    is_mailed = forms.BooleanField(
        label=MOMENTS[2][1],
        required=False,
        help_text=_(
            "標準の文面のメールに入ります。文面を変更したときは、差込項目「お知らせ」を入れてください。"
        ),
    )
    place = forms.ModelChoiceField(
        label=_("対象の場所"), queryset=Place.objects.none(), required=False, empty_label=_("すべての場所")
    )

    service = forms.ChoiceField(label=_("対象の用件"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", _("すべての用件")), *queries.booked_services()]  # type: ignore[attr-defined]
        self.fields["place"].queryset = Place.objects.order_by("order", "code")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one page on which it is read."""
        cleaned = super().clean()
        if not any(cleaned.get(name) for name, _label in MOMENTS):
            self.add_error("is_before", str(_("表示する画面を、1つ以上選んでください。")))
        return cleaned


FORMS: Mapping[str, type[AnnouncementForm]] = {Kind.EMERGENCY: EmergencyForm, Kind.BOOKING: BookingNoteForm}


def first_values(kind: str, *, now: datetime) -> dict[str, Any]:
    """Suggest a period: from now, until tomorrow evening for an emergency, for two weeks otherwise."""
    today = clock.local(now).replace(second=0, microsecond=0)
    days = 1 if kind == Kind.EMERGENCY else 14
    ends_at = (today + timedelta(days=days)).replace(hour=18, minute=0)
    return {"starts_at": today, "ends_at": ends_at, "audience": Audience.RESIDENT, "is_before": True}


def values_of(row: Announcement, form: type[AnnouncementForm]) -> dict[str, Any]:
    """Show what was announced before."""
    return {name: getattr(row, name) for name in form.base_fields}
