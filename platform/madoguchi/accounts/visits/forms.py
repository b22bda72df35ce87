from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.models import OperatorVisit

ACTS = (("grant", _("許可する")), ("refuse", _("断る")), ("end", _("いま終わらせる")))


class AnswerForm(forms.Form):
    """What the city answers to an operator who asks to come in."""

    act = forms.ChoiceField(
        label=_("回答"),
        choices=ACTS,
        error_messages={"required": _("許可するか断るかを、ボタンで選んでください。")},
    )
    sees_all = forms.BooleanField(required=False)
    note = forms.CharField(label=_("運用者へのひとこと"), max_length=200, required=False)


def answer_to(visit: OperatorVisit, *, typed: AnswerForm | None = None) -> AnswerForm:
    """Give the form beside one request; ids are apart, for several requests stand on one page."""
    return typed or AnswerForm(auto_id=f"id_{visit.id}_%s")
