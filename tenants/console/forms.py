"""What operators type into the fleet list and into a city's contract."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.registry import plugins
from madoguchi.web.dates import READABLE_YEARS
from tenants.console.badges import DRIFTS, PROBES
from tenants.console.fleet import STOPPED, FleetFilter
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
            "state": [*State.choices, (STOPPED, _("停止・終了（まとめて）"))],
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


class TermForm(forms.Form):
    """The term of a contract and the rules the platform keeps."""

    starts_on = forms.DateField(label=_("契約開始日"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("契約終了日"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    notice_days = forms.IntegerField(
        label=_("計画停止の予告（日前）"), min_value=0, max_value=MAX_DAYS, required=False
    )
    consent_required = forms.BooleanField(label=_("計画停止には自治体の承諾が必要"), required=False)
    regular_stops = forms.BooleanField(label=_("定期停止を認める"), required=False)
    retention_years = forms.IntegerField(
        label=_("データの保存年数"), min_value=1, max_value=100, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a term that ends before it starts, and years nobody means."""
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        for name in ("starts_on", "ends_on"):
            if cleaned.get(name) and cleaned[name].year not in READABLE_YEARS:
                self.add_error(name, _("年を確かめてください。"))
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("終了日は開始日より後にしてください。"))
        return cleaned


class ContractForm(TermForm):
    """A city's contract: its term, what it allows and the rules the platform keeps."""

    plugins = forms.MultipleChoiceField(
        label=_("契約に含まれる機能"), widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("starts_on", "ends_on", "plugins")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plugins"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, label_of(name)) for name in plugins.names]
