"""The form with which a city agrees to an outage or does not."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """Yes or no to the times that were shown, with a reason for no."""

    answer = forms.ChoiceField(
        label=_("回答"),
        choices=[("given", _("承諾する")), ("refused", _("承諾しない"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("回答を選んでください。")},
    )
    reason = forms.CharField(
        label=_("承諾しない理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    # What was on the screen: an outage that was moved meanwhile is not agreed to by accident.
    starts_at = forms.DateTimeField(widget=forms.HiddenInput)
    ends_at = forms.DateTimeField(widget=forms.HiddenInput)
