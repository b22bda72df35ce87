"""The steps by which operators describe a new city: each asks one thing and writes one part of the wish."""

import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.hooks.registry import plugins
from madoguchi.web.brands import HUE_LABELS, MARK_LABELS
from tenants.console.forms import TermForm
from tenants.provisioning import orders
from tenants.provisioning.profile import SLUG, is_reserved
from tenants.rules.codes import is_valid_code
from tenants.switching import label_of

WEEKDAYS: Final = [0, 1, 2, 3, 4]
PERSONAL_DATA: Final = {
    "names": _("氏名と連絡先を扱う"),
    "email": _("氏名は扱わず、メールアドレスだけを任意で扱う"),
    "none": _("氏名もメールアドレスも扱わない"),
}
CLOCK: Final = {"type": "time"}


class Step(forms.Form):
    """One page of the wizard."""

    key: ClassVar[str]
    title: ClassVar["str | Promise"]

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again what was written before."""
        raise NotImplementedError

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write the parts of the wish that this step answers."""
        raise NotImplementedError


class IdentityStep(Step):
    """Which municipality it is."""

    key = "city"
    title = _("自治体の名前")

    code = forms.CharField(
        label=_("全国地方公共団体コード"), max_length=10, help_text=_("検査数字を含む6桁。例：402036")
    )
    name = forms.CharField(label=_("自治体名"), max_length=60)
    name_kana = forms.CharField(label=_("カナ"), max_length=120)
    name_en = forms.CharField(label=_("英語名"), max_length=120, help_text=_("例：Kurume City"))
    prefecture = forms.CharField(label=_("都道府県"), max_length=10)
    slug = forms.CharField(
        label=_("ホスト名に使う短い名前"),
        max_length=40,
        help_text=_("半角の小文字・数字・ハイフン。あとから変えられません。例：kurume"),
    )

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again who it is."""
        return dict(profile.get("city", {}))

    def clean_code(self) -> str:
        """Refuse a wrong check digit and a city that is here already."""
        code = unicodedata.normalize("NFKC", str(self.cleaned_data["code"])).strip()
        if not is_valid_code(code):
            raise forms.ValidationError(_("6桁の数字で、検査数字の合うコードを入力してください。"))
        if orders.is_taken(code=code):
            raise forms.ValidationError(_("この自治体は、すでに作成されています。"))
        return code

    def clean_slug(self) -> str:
        """Refuse what no host name allows and what another city has."""
        slug = unicodedata.normalize("NFKC", str(self.cleaned_data["slug"])).strip().lower()
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError(_("半角の小文字・数字・ハイフンだけで入力してください。"))
        if is_reserved(slug) or orders.is_taken(slug=slug):
            raise forms.ValidationError(_("この名前は、ほかの自治体が使っています。"))
        return slug

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write who it is; a new city is on trial."""
        return {"city": {**profile.get("city", {}), **self.cleaned_data, "state": "test"}}


class BrandStep(Step):
    """How the city looks and who answers the phone."""

    key = "brand"
    title = _("見た目と連絡先")

    hue = forms.ChoiceField(label=_("色"), choices=list(HUE_LABELS.items()))
    mark = forms.ChoiceField(label=_("しるし"), choices=list(MARK_LABELS.items()))
    contact = forms.CharField(label=_("問い合わせ先の課"), max_length=60)
    phone = forms.CharField(label=_("電話番号"), max_length=20, help_text=_("例：0942-30-9000"))
    hours = forms.CharField(label=_("電話の受付時間"), max_length=60, initial=_("平日 9時から17時まで"))

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again how it looks."""
        return dict(profile.get("city", {}).get("brand", {}))

    def clean_phone(self) -> str:
        """Refuse what nobody can dial."""
        phone = unicodedata.normalize("NFKC", str(self.cleaned_data["phone"])).strip()
        if not 9 <= sum(sign.isdigit() for sign in phone) <= 12 or not set(phone) <= set("0123456789-+() "):
            raise forms.ValidationError(_("電話番号を確かめてください。"))
        return phone

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write how it looks."""
        brand = {**profile.get("city", {}).get("brand", {}), **self.cleaned_data}
        return {"city": {**profile.get("city", {}), "brand": brand, "phone": self.cleaned_data["phone"]}}


class PluginsStep(Step):
    """What the city uses from its first day, and the place where it starts."""

    key = "plugins"
    title = _("機能と最初の場所")

    active = forms.MultipleChoiceField(
        label=_("有効にする機能"), widget=forms.CheckboxSelectMultiple, required=False
    )
    place = forms.CharField(
        label=_("最初の場所の名前"), max_length=60, required=False, help_text=_("例：久留米市役所")
    )
    address = forms.CharField(label=_("場所の住所"), max_length=120, required=False)
    opens = forms.TimeField(
        label=_("平日の開始時刻"), initial="09:00", widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    closes = forms.TimeField(
        label=_("平日の終了時刻"), initial="16:30", widget=forms.TimeInput(attrs=CLOCK, format="%H:%M")
    )
    capacity = forms.IntegerField(label=_("30分ごとの定員"), min_value=1, max_value=200, initial=5)
    personal_data = forms.ChoiceField(
        label=_("予約での個人情報の扱い"),
        choices=list(PERSONAL_DATA.items()),
        widget=forms.RadioSelect,
        initial="names",
        required=False,
        help_text=_(
            "データベースの権限で守られ、自治体の画面では変えられません。"
            "「氏名と連絡先を扱う」のほかを選ぶと、別の運用者の承認が必要です。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["active"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, label_of(name)) for name in plugins.names]

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again what it starts with."""
        found: dict[str, Any] = {}
        if "plugins" in profile:
            found["active"] = profile["plugins"]["active"]
        for place in profile.get("places", ())[:1]:
            hours = place["hours"][0]
            found |= {"place": place["name"], "address": place["address"]}
            found |= {"opens": hours["opens"], "closes": hours["closes"]}
        if profile.get("booking"):
            found["capacity"] = profile["booking"]["capacity"]
            found["personal_data"] = profile["booking"].get("personal_data", "names")
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a place that closes before it opens or lacks its address."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("終了時刻は開始時刻より後にしてください。"))
        if cleaned.get("place") and not cleaned.get("address"):
            self.add_error("address", _("場所の住所を入力してください。"))
        return cleaned

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write what it starts with."""
        chosen = self.cleaned_data
        hours = {"opens": f"{chosen['opens']:%H:%M}", "closes": f"{chosen['closes']:%H:%M}"}
        place = {
            "code": "main",
            "name": chosen["place"],
            "address": chosen["address"],
            "phone": profile.get("city", {}).get("phone", ""),
            "public": True,
            "hours": [{"weekdays": WEEKDAYS, **hours}],
        }
        return {
            "plugins": {"active": chosen["active"]},
            "places": [place] if chosen["place"] else [],
            "booking": {
                "capacity": chosen["capacity"],
                "unit_minutes": 30,
                "personal_data": chosen["personal_data"] or "names",
            },
        }


class AgreementStep(TermForm, Step):
    """What was agreed with the city."""

    key = "contract"
    title = _("契約")

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again what was agreed."""
        return {"notice_days": 14, **profile.get("contract", {})}

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write what was agreed, days as JSON knows them."""
        dates = {name: self.cleaned_data[name].isoformat() for name in ("starts_on", "ends_on")}
        rest = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return {"contract": {**rest, **dates}}


class AdministratorStep(Step):
    """Who signs in first and lets the others in."""

    key = "staff"
    title = _("最初の管理者")

    staff_code = forms.CharField(
        label=_("職員コード"),
        max_length=20,
        help_text=_("サインインに使います。半角の大文字で登録されます。"),
    )
    name = forms.CharField(label=_("氏名"), max_length=60)
    section = forms.CharField(label=_("課・係"), max_length=60, required=False)

    @classmethod
    def initial_of(cls, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Show again who signs in first."""
        return dict(next(iter(profile.get("staff", ())), {}))

    def clean_staff_code(self) -> str:
        """Write the code in the one way it is stored."""
        return normalise_staff_code(str(self.cleaned_data["staff_code"]))

    def sections(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """Write who signs in first."""
        return {"staff": [{**self.cleaned_data, "role": "city_admin"}]}


STEPS: Final[tuple[type[Step], ...]] = (
    IdentityStep,
    BrandStep,
    PluginsStep,
    AgreementStep,
    AdministratorStep,
)


def step_after(key: str) -> str:
    """Name the step that follows, or nothing after the last."""
    keys = [step.key for step in STEPS]
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else ""


def step_of(key: str) -> type[Step] | None:
    """Find a step by its name in the address."""
    return next((step for step in STEPS if step.key == key), None)


def is_answered(step: type[Step], profile: Mapping[str, Any]) -> bool:
    """Tell whether a wish says what a step asks for."""
    if step is IdentityStep:
        return bool(profile.get("city", {}).get("slug"))
    if step is BrandStep:
        return "hue" in profile.get("city", {}).get("brand", {})
    return bool(profile.get(step.key))
