from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.offboarding.asking import Agreement

AGREEMENT = ("document", "agreed_on", "handed_over_on")


class EndForm(forms.Form):
    """Why a city is to be erased, and its code once more, so that nobody asks by accident."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 3}))
    handed_over_on = forms.DateField(
        label=_("データを自治体に引き渡した日"),
        required=False,
        help_text=_("自治体が返却を求めないときは、空のままにします。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    document = forms.CharField(
        label=_("自治体の同意書の番号"),
        max_length=100,
        help_text=_("例：6市民第123号「データ消去の同意について」"),
    )
    agreed_on = forms.DateField(
        label=_("同意書の日付"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    confirmation = forms.CharField(
        label=_("確認のため、団体コード6桁を入力してください"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._code = code

    @property
    def agreement(self) -> Agreement:
        """Give what the city agreed to."""
        return Agreement(**{name: self.cleaned_data[name] for name in AGREEMENT})

    def clean_confirmation(self) -> str:
        """Refuse another code."""
        given = str(self.cleaned_data["confirmation"]).strip()
        if given != self._code:
            raise forms.ValidationError(_("団体コードが違います。"))
        return given
