"""What an operator writes into a register."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.tenancy import directory
from tenants.registered import EntryState, RegisterKind, Severity
from tenants.registers import queries

WEAKNESSES = (RegisterKind.VULNERABILITY, RegisterKind.FINDING)
OF_A_CITY = (
    RegisterKind.SUB_PROCESSOR,
    RegisterKind.FINDING,
    RegisterKind.ASSESSMENT,
    RegisterKind.ASSUMPTION,
)
SOURCES: Mapping[str, Any] = {
    RegisterKind.SUB_PROCESSOR: _("所在地・委託する業務"),
    RegisterKind.VULNERABILITY: _("番号・情報源（例：JVN、CVE）"),
    RegisterKind.ASSESSMENT: _("診断した会社・範囲"),
    RegisterKind.FINDING: _("診断の名前・番号"),
    RegisterKind.GUIDELINE: _("発行元・版"),
    RegisterKind.ASSUMPTION: _("仕様書の箇所"),
}
TEXTS: Mapping[str, Any] = {
    RegisterKind.GUIDELINE: _("前の版との違い"),
    RegisterKind.ASSUMPTION: _("前提とした値"),
}


def _day(label: Any, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EntryForm(forms.Form):
    """One line; which of its fields are there depends on the register."""

    city = forms.CharField(
        label=_("自治体のコード"),
        required=False,
        max_length=6,
        help_text=_("6けたの数字。空欄なら、すべての自治体に関わる記録になります。"),
    )
    key = forms.ChoiceField(label=_("再委託先の種類"))
    title = forms.CharField(label=_("件名"), max_length=200)
    source = forms.CharField(label=_("出所"), max_length=300, required=False)
    text = forms.CharField(
        label=_("内容"), max_length=4000, required=False, widget=forms.Textarea({"rows": 4})
    )
    severity = forms.ChoiceField(label=_("深刻さ"), choices=Severity.choices[1:])
    state = forms.ChoiceField(label=_("状態"), choices=EntryState)
    decision = forms.CharField(
        label=_("判断と対応"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )
    found_on = _day(_("知った日"), required=True)
    due_on = _day(_("期限"), required=False)
    document = forms.CharField(
        label=_("承諾の文書"), max_length=300, required=False, help_text=_("文書の名前と番号")
    )
    consented_on = _day(_("承諾の日"), required=False)

    def __init__(self, *args: Any, kind: str, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["source"].label = SOURCES[kind]
        self.fields["text"].label = TEXTS.get(kind, self.fields["text"].label)
        self.fields["due_on"].help_text = _("空欄なら、深刻さから決めます。")
        is_consent = kind == RegisterKind.SUB_PROCESSOR
        for names, is_there in (
            (("severity",), kind in WEAKNESSES),
            (("document", "consented_on"), is_consent),
            (("key",), is_consent and is_new),
            (("city",), kind in OF_A_CITY and is_new),
            (("due_on",), not is_consent),
        ):
            for name in names:
                if not is_there:
                    del self.fields[name]
        if "key" in self.fields:
            known = {need.name: need.label for need in queries.known_sub_processors()}
            other = ("other", _("そのほか"))
            self.fields["key"].choices = [*known.items(), other]  # type: ignore[attr-defined]
            self.fields["city"].required = True
            self.fields["city"].help_text = _("6けたの数字")

    def clean_city(self) -> Any:
        """Find the city by its code."""
        code = str(self.cleaned_data["city"]).strip()
        if not code:
            return None
        found = directory().by_code(code)
        if found is None:
            raise forms.ValidationError(_("この自治体のコードは登録されていません。"))
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a decision, and for both parts of a consent."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") in ("accepted", "unaffected") and not cleaned.get("decision"):
            self.add_error(
                "decision", str(_("受け入れる、または影響がないと判断した理由を入力してください。"))
            )
        if "document" in self.fields and bool(cleaned.get("document")) != bool(cleaned.get("consented_on")):
            self.add_error("document", str(_("承諾の文書と日付は、両方入力してください。")))
        consented_on = cleaned.get("consented_on")
        if consented_on and consented_on > clock.today():
            self.add_error("consented_on", str(_("承諾の日は、今日までの日付にしてください。")))
        return cleaned


class CheckForm(forms.Form):
    """Where the news of weaknesses were read, and how many concern us."""

    sources = forms.CharField(
        label=_("確かめた情報源"),
        max_length=300,
        initial="JVN、IPA、NISC、GitHub Advisory Database",
    )
    found = forms.IntegerField(label=_("関係する件数"), min_value=0, max_value=999, initial=0)
