"""What staff type at the queue of the day."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_reservation.forms.resident import plain

LARGEST_PARTY = 20
_WHICH = _("窓口の番号か名前を10文字までで入力してください")
NO_COUNTER = _("窓口の番号を入れてから呼び出してください")
_HOW_MANY = _("人数は1から20までの数で入力してください")
NOT_FOUND = _(
    "この番号の今日の予約が見つかりません。番号と日にちを確かめるか、「予約をさがす」でさがしてください。"
)


class CounterForm(forms.Form):
    """At which counter somebody works now."""

    counter = forms.CharField(
        label=_("あなたの窓口"),
        max_length=10,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "class": "count-input turn-tool__counter",
                "list": "known-counters",
            }
        ),
        error_messages={"required": NO_COUNTER, "max_length": _WHICH},
    )

    def clean_counter(self) -> str:
        """Accept the number however it was typed; signs that nobody sees name no counter."""
        counter = plain(self.cleaned_data["counter"])
        if not counter:
            raise forms.ValidationError(NO_COUNTER)
        return counter


class ScanForm(forms.Form):
    """A number that a reader or a person types: of a booking or of a notice."""

    code = forms.CharField(
        label=_("予約番号・交付通知書の番号"),
        help_text=_("予約票のQRコードを読み取り機で読むと、そのまま受付します。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={
            "required": _("予約番号か交付通知書の番号を入力してください"),
            "max_length": NOT_FOUND,
        },
    )

    def clean_code(self) -> str:
        """Accept the number however it was typed."""
        return re.sub(r"\s", "", plain(self.cleaned_data["code"]))


class WalkInForm(forms.Form):
    """Somebody without a booking."""

    party_size = forms.IntegerField(
        label=_("人数"),
        min_value=1,
        max_value=LARGEST_PARTY,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "count-input", "autocomplete": "off"}),
        error_messages={
            "required": _HOW_MANY,
            "invalid": _HOW_MANY,
            "min_value": _HOW_MANY,
            "max_value": _HOW_MANY,
        },
    )
    service = forms.TypedChoiceField(
        label=_("用件"),
        required=False,
        coerce=UUID,
        empty_value=None,
        error_messages={"invalid_choice": _("用件を選びなおしてください")},
    )

    def __init__(self, *args: Any, services: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(services) > 1:
            self.fields["service"].choices = list(services)  # type: ignore[attr-defined]
        else:
            del self.fields["service"]
