from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.privacy.models import PersonRequest
from madoguchi.privacy.rules import LONGEST_MONTHS
from madoguchi.web.dates import read_date

REASON_HINT = _("あとで確かめる人のために書きます。住民の氏名などは書かないでください。")


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        required=required,
        widget=forms.Textarea({"rows": 3}),
        help_text=REASON_HINT,
    )


def _months(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=LONGEST_MONTHS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=help_text,
    )


class RetentionForm(forms.Form):
    """How long a class is kept, the city's own lowest bound, and why it changes."""

    months = _months(_("保存期間（か月）"), _("1年は12か月、5年は60か月です。0にすると、その夜に消します。"))
    floor_months = _months(
        _("市の規程で定めた下限（か月）"),
        _("この期間より短くするときは、もう1人の承認が必要です。ないときは0です。"),
    )
    reason = _reason(_("変更の理由"), required=False)


class HoldForm(forms.Form):
    """An order not to erase."""

    reference = forms.CharField(label=_("番号"), max_length=80, required=False)
    reason = _reason(_("消去を止める理由"))
    until = forms.DateField(
        label=_("いつまで"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("空欄にすると、解くまで止めます。"),
    )


class PersonForm(forms.Form):
    """What a person gave, so that their data can be found."""

    kind = forms.ChoiceField(
        label=_("請求の種類"),
        choices=PersonRequest.Kind.choices,
        widget=forms.RadioSelect,
        initial="disclose",
    )
    reference = forms.CharField(label=_("照会番号（交付通知書の番号）"), max_length=40, required=False)
    booking_number = forms.CharField(label=_("予約番号"), max_length=12, required=False)
    kana = forms.CharField(
        label=_("氏名カナ"),
        max_length=80,
        required=False,
        help_text=_("同じ読みの別の人も見つかります。生年月日も入力してください。"),
    )
    birthday = forms.CharField(
        label=_("生年月日"),
        max_length=20,
        required=False,
        help_text=_("例：昭和60年4月1日、1985-04-01"),
    )
    email = forms.EmailField(label=_("メールアドレス"), max_length=254, required=False)
    phone = forms.CharField(label=_("電話番号"), max_length=20, required=False)
    reason = _reason(_("請求の内容と、本人を確かめた方法"))

    def clean_birthday(self) -> Any:
        """Read a day in either calendar."""
        text = self.cleaned_data["birthday"].strip()
        if not text:
            return None
        try:
            return read_date(text)
        except ValueError as wrong:
            raise forms.ValidationError(_("生年月日を確かめてください。例：1985-04-01")) from wrong

    @property
    def wanted(self) -> PersonWanted:
        """Give what was entered as the question to the plugins."""
        values = self.cleaned_data
        return PersonWanted(
            reference=values["reference"].strip(),
            booking_number=values["booking_number"].strip(),
            kana=values["kana"].strip(),
            birthday=values["birthday"],
            email=values["email"].strip(),
            phone=values["phone"].strip(),
        )
