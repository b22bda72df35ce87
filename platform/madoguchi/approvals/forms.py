from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """Yes or no, with a word about it."""

    decision = forms.ChoiceField(
        choices=(("approve", _("承認する")), ("refuse", _("却下する"))),
        error_messages={"required": _("承認するか却下するかを、ボタンで選んでください。")},
    )
    note = forms.CharField(
        label=_("メモ（却下するときは理由）"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("依頼した人に見えます。住民の氏名などは書かないでください。"),
    )
