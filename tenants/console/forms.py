"""What operators type into the fleet list and into a city's contract."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.registry import plugins
from tenants.console.badges import DRIFTS, PROBES
from tenants.console.fleet import FleetFilter
from tenants.models import State
from tenants.switching import label_of

ALL = ("", _("すべて"))
MAX_DAYS = 365
DAY = {"type": "date"}


class FleetFilterForm(forms.Form):
    """What to look for in the list of cities; every field may stay empty."""

    words = forms.CharField(
        label=_("自治体名・カナ・コード"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-search": ""}),
    )
    state = forms.ChoiceField(label=_("状態"), required=False)
    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)
    probe = forms.ChoiceField(label=_("監視"), required=False)
    drift = forms.ChoiceField(label=_("版"), required=False)
    plugin = forms.ChoiceField(label=_("機能"), required=False)
    ending = forms.ChoiceField(label=_("契約終了まで"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, prefectures: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "state": list(State.choices),
            "prefecture": [(name, name) for name in prefectures],
            "probe": [(name, badge.label) for name, badge in PROBES.items()],
            "drift": [(name, badge.label) for name, badge in DRIFTS.items()],
            "plugin": [(name, label_of(name)) for name in plugins.names],
            "ending": [("180", _("180日以内")), ("90", _("90日以内")), ("30", _("30日以内"))],
        }
        for name, found in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [ALL, *found]

    @property
    def wanted(self) -> FleetFilter:
        """Give what was chosen; a wrong choice asks nothing."""
        if not self.is_bound:
            return FleetFilter()
        self.is_valid()
        return FleetFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def is_filtering(self) -> bool:
        """Tell whether anything is being looked for."""
        return any(value for name, value in vars(self.wanted).items() if name != "sort")
