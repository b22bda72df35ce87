"""What somebody wants counted."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_management.queries.figures import MEASURES, QUESTIONS
from plugins.card_management.rules.figures_table import MOST_DAYS

MOST_MONTHS: Final = 120


class PeriodForm(forms.Form):
    """The days to look at."""

    first = forms.DateField(label=_("期間（から）"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("期間（まで）"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins or is endless."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("last", _("終わりの日が、始まりの日より前です。"))
            elif (last - first).days > MOST_MONTHS * 31:
                self.add_error("last", _("期間は10年以内にしてください。"))
        return cleaned


class CrossForm(PeriodForm):
    """What is counted, and by which two questions."""

    measure = forms.ChoiceField(
        label=_("数えるもの"), choices=[(each.name, each.label) for each in MEASURES.values()]
    )
    rows = forms.ChoiceField(label=_("縦"), choices=list(QUESTIONS.items()))
    columns = forms.ChoiceField(label=_("横"), choices=list(QUESTIONS.items()))

    def clean(self) -> dict[str, Any]:
        """Refuse questions that this measure has no answer to."""
        cleaned = super().clean()
        measure = MEASURES.get(cleaned.get("measure", ""))
        if measure is None:
            return cleaned
        names = "・".join(str(QUESTIONS[each]) for each in measure.questions)
        for side in ("rows", "columns"):
            if cleaned.get(side) and cleaned[side] not in measure.questions:
                words = {"measure": measure.label, "names": names}
                self.add_error(side, _("「%(measure)s」を分けられるのは、%(names)sです。") % words)
        if cleaned.get("rows") and cleaned.get("rows") == cleaned.get("columns"):
            self.add_error("columns", _("縦と横には、違うものを選んでください。"))
        is_daily = "day" in (cleaned.get("rows"), cleaned.get("columns"))
        first, last = cleaned.get("first"), cleaned.get("last")
        if is_daily and first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", _("日ごとに見るときは、期間を92日以内にしてください。"))
        return cleaned
