"""What operators write of an outage: when, why, and which cities it meets."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from tenants.directory import directory
from tenants.outages.rules import Span
from tenants.outages.services import LONGEST

MOMENT = {"type": "datetime-local", "step": "300"}
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"
CODE = re.compile(r"\d{6}")
BETWEEN = re.compile(r"[\s,、，]+")
SHOWN = 200
SCOPES = {
    "all": _("すべての自治体"),
    "filtered": _("一覧で絞り込んだ自治体"),
    "chosen": _("団体コードで選ぶ"),
}


class TimesForm(forms.Form):
    """From when until when, in Japanese time."""

    starts_at = forms.DateTimeField(
        label=_("開始（日本時間）"), widget=forms.DateTimeInput(attrs=MOMENT, format=MOMENT_FORMAT)
    )
    ends_at = forms.DateTimeField(
        label=_("終了予定（日本時間）"), widget=forms.DateTimeInput(attrs=MOMENT, format=MOMENT_FORMAT)
    )
    emergency_reason = forms.CharField(
        label=_("緊急の理由"),
        required=False,
        max_length=500,
        help_text=_(
            "予告期間や承諾を待てない緊急のときだけ入力します。自治体の画面と操作履歴に残り、停止時間は稼働率から引かれません。"
        ),
    )

    @property
    def span(self) -> Span:
        """Give the times."""
        return Span(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        cleaned = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and not starts_at < ends_at <= starts_at + LONGEST:
            self.add_error("ends_at", _("終了は、開始より後で7日以内にしてください。"))
        return cleaned


class OutageForm(TimesForm):
    """A new outage."""

    reason_ja = forms.CharField(
        label=_("理由（日本語）"),
        max_length=300,
        initial="システムを新しい版に更新するため",
    )
    reason_easy = forms.CharField(
        label=_("理由（やさしい日本語）"),
        max_length=300,
        initial="この サイトを 新しく する ため",
    )
    reason_en = forms.CharField(
        label=_("理由（英語）"),
        max_length=300,
        initial="We are updating the system.",
    )
    scope = forms.ChoiceField(label=_("対象"), choices=list(SCOPES.items()), widget=forms.RadioSelect)
    codes = forms.CharField(
        label=_("団体コード"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("6桁の団体コードを、1行に1つずつ入力します。「団体コードで選ぶ」のときに使います。"),
    )
    leaves_out = forms.BooleanField(
        label=_("予告期間に足りない自治体と、ほかの計画停止と重なる自治体を除く"), required=False
    )
    opens_by_itself = forms.BooleanField(
        label=_("終了予定の時刻に自動で再開する（終わったことを確かめる人がいないとき）"), required=False
    )
    field_order = ("starts_at", "ends_at", "reason_ja", "reason_easy", "reason_en", "scope", "codes")

    def __init__(self, *args: Any, has_filter: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)
        if not has_filter:
            scope.choices = [(value, label) for value, label in SCOPES.items() if value != "filtered"]

    def clean_codes(self) -> str:
        """Read codes as they were typed, with the input method on or off."""
        return unicodedata.normalize("NFKC", self.cleaned_data["codes"])

    @property
    def chosen(self) -> list[str]:
        """List the codes that were typed."""
        return CODE.findall(self.cleaned_data["codes"])

    @property
    def reasons(self) -> dict[str, str]:
        """Give the reason by language."""
        texts = {language: self.cleaned_data[name] for language, name in REASONS.items()}
        return {language: text.strip() for language, text in texts.items()}

    def clean(self) -> dict[str, Any]:
        """Ask for codes where they are to choose, and for a start that lies ahead."""
        cleaned = super().clean()
        starts_at = cleaned.get("starts_at")
        if starts_at and starts_at <= clock.now():
            self.add_error("starts_at", _("開始は現在より後、終了は開始より後で7日以内にしてください。"))
        if cleaned.get("scope") == "chosen":
            self._check_codes(cleaned.get("codes", ""))
        return cleaned

    def _check_codes(self, text: str) -> None:
        """Name what opens no city: left out in silence, a mistyped city would be told of nothing."""
        if not CODE.search(text):
            self.add_error("codes", _("団体コードを入力してください。"))
            return
        unknown = [code for code in BETWEEN.split(text) if code and directory.by_code(code) is None]
        if unknown:
            wrong = {"codes": "、".join(unknown)[:SHOWN]}
            self.add_error("codes", _("この団体コードの自治体はありません：%(codes)s") % wrong)


REASONS = {"ja": "reason_ja", "ja-easy": "reason_easy", "en": "reason_en"}
