"""What residents wish for when there is no room, and what they have at hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_reservation.declarations.bringing import QUESTIONS

PARTS = (("", _("いつでも")), ("am", _("午前")), ("pm", _("午後")))
PERIOD_MISSING = _("いつまで待つかを選んでください")
ANSWER_MISSING = _("「%(question)s」の答えを1つ選んでください")


class WaitForm(forms.Form):
    """Between which days, and in which half of the day, somebody would come."""

    period = forms.ChoiceField(
        label=_("待つ期間"),
        widget=forms.RadioSelect,
        error_messages={"required": PERIOD_MISSING, "invalid_choice": PERIOD_MISSING},
    )
    part = forms.ChoiceField(
        label=_("時間帯"), choices=PARTS, required=False, widget=forms.RadioSelect, initial=""
    )

    def __init__(self, *args: Any, periods: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = list(periods)  # type: ignore[attr-defined]
        self.fields["period"].initial = periods[0][0] if periods else None


class BringForm(forms.Form):
    """The questions of the list of what to bring, one answer each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            # Several questions without an answer would otherwise be the same sentence several times.
            missing = str(ANSWER_MISSING) % {"question": question.label}
            self.fields[question.code] = forms.ChoiceField(
                label=question.label,
                choices=[(answer.code, answer.label) for answer in question.answers],
                widget=forms.RadioSelect,
                error_messages={"required": missing, "invalid_choice": missing},
            )

    @property
    def answers(self) -> Mapping[str, str]:
        """Give the answers, by question."""
        return {question.code: self.cleaned_data[question.code] for question in QUESTIONS}
