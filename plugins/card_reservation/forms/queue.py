"""What staff type at the queue of the day."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_reservation.forms.resident import plain

LARGEST_PARTY = 20
_WHICH = _("窓口の番号か名前を10文字までで入力してください")
_HOW_MANY = _("人数は1から20までの数で入力してください")
NOT_FOUND = _("この番号の予約が見つかりません。番号を確かめるか、「予約をさがす」でさがしてください。")


class CounterForm(forms.Form):
    """At which counter somebody works now."""

    counter = forms.CharField(
        label=_("あなたの窓口"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": "6"}),
        error_messages={"required": _WHICH, "max_length": _WHICH},
    )

    def clean_counter(self) -> str:
        """Accept the number however it was typed."""
        return plain(self.cleaned_data["counter"])


class ScanForm(forms.Form):
    """A number that a reader or a person types: of a booking or of a notice."""

    code = forms.CharField(
        label=_("予約番号・交付通知書の番号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
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
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": "3", "autocomplete": "off"}),
        error_messages={
            "required": _HOW_MANY,
            "invalid": _HOW_MANY,
            "min_value": _HOW_MANY,
            "max_value": _HOW_MANY,
        },
    )
    service = forms.UUIDField(required=False)
