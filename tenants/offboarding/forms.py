from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class EndForm(forms.Form):
    """Why a city is to be erased, and its code once more, so that nobody asks by accident."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 3}))
    confirmation = forms.CharField(
        label=_("確認のため、団体コード6桁を入力してください"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._code = code

    def clean_confirmation(self) -> str:
        """Refuse another code."""
        given = str(self.cleaned_data["confirmation"]).strip()
        if given != self._code:
            raise forms.ValidationError(_("団体コードが違います。"))
        return given
