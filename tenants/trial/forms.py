"""The form with which an administrator throws the test data away."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PurgeForm(forms.Form):
    """The city's code, typed once more, so that nobody throws anything away by accident."""

    confirmation = forms.CharField(
        label=_("確認のため、団体コード6桁を入力してください"),
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("団体コードを入力してください。")},
    )
