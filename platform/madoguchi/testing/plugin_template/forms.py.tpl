"""What residents type."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """One note."""

    text = forms.CharField(
        label=_("内容"),
        help_text=_("お名前や電話番号は書かないでください。200文字まで入力できます。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
