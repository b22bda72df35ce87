from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import matrix, queries
from madoguchi.accounts.codes import is_staff_code, normalise_staff_code
from madoguchi.accounts.errors import StaffCodeOdd
from madoguchi.accounts.methods import passwords
from madoguchi.accounts.models import Staff
from madoguchi.web.dates import READABLE_YEARS

CURRENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}


class SignInForm(forms.Form):
    staff_code = forms.CharField(
        label=_("職員コード"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("職員コードを入力してください。")},
    )
    password = forms.CharField(
        label=_("パスワード"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=CURRENT),
        error_messages={"required": _("パスワードを入力してください。")},
    )


class NewPasswordForm(forms.Form):
    """A new password typed twice, judged by the rules for passwords."""

    new_password = forms.CharField(
        label=_("新しいパスワード"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=NEW),
        error_messages={"required": _("新しいパスワードを入力してください。")},
    )
    repeated = forms.CharField(
        label=_("新しいパスワード（もう一度）"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=NEW),
        error_messages={"required": _("新しいパスワードをもう一度入力してください。")},
    )

    def __init__(self, *args: Any, staff: Staff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.verdicts: list[passwords.Verdict] = []

    @property
    def rules(self) -> list[passwords.Verdict]:
        """Give the rules for passwords, each with its verdict once a password was judged."""
        return self.verdicts or passwords.judge(password=None, staff=self.staff)

    @property
    def is_good(self) -> bool:
        """Tell whether the password keeps every rule."""
        return all(each.is_met for each in self.rules)

    def judge_only(self) -> None:
        """Judge the password that was typed, and complain of nothing else."""
        self.verdicts = passwords.judge(password=str(self.data.get("new_password", "")), staff=self.staff)
        self._errors = ErrorDict()

    def clean_new_password(self) -> str:
        """Refuse a password that breaks a rule of the city, and name the rule."""
        password = str(self.cleaned_data["new_password"])
        self.verdicts = passwords.judge(password=password, staff=self.staff)
        broken = passwords.problems(self.verdicts)
        if broken:
            raise forms.ValidationError(broken)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password"), cleaned.get("repeated")
        if first and second and first != second:
            self.add_error("repeated", _("2回の入力が一致しません。"))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    current = forms.CharField(
        label=_("今のパスワード"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=CURRENT),
        error_messages={"required": _("今のパスワードを入力してください。")},
    )
    field_order = ("current", "new_password", "repeated")

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if self.staff is None or not self.staff.check_password(current):
            raise forms.ValidationError(_("今のパスワードが正しくありません。"))
        return current


class ResetPasswordForm(NewPasswordForm):
    reset_code = forms.CharField(
        label=_("再設定コード"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        help_text=_("管理者から受け取った20文字のコード。ハイフンは省略できます。"),
        error_messages={"required": _("再設定コードを入力してください。")},
    )
    field_order = ("reset_code", "new_password", "repeated")


class StaffForm(forms.Form):
    """A person's entry in the staff list, with the roles."""

    staff_code = forms.CharField(
        label=_("職員コード"),
        max_length=20,
        help_text=_("サインインに使います。半角の大文字で登録されます。"),
        error_messages={"required": _("職員コードを入力してください。")},
    )
    name = forms.CharField(
        label=_("氏名"), max_length=60, error_messages={"required": _("氏名を入力してください。")}
    )
    name_kana = forms.CharField(label=_("氏名カナ"), max_length=80, required=False)
    section = forms.CharField(label=_("課・係"), max_length=60, required=False)
    email = forms.EmailField(
        label=_("メールアドレス"),
        required=False,
        help_text=_("本人へのお知らせに使います。なければ空欄のままにしてください。"),
        error_messages={"invalid": _("メールアドレスの形が正しくありません。")},
    )
    roles = forms.MultipleChoiceField(label=_("役割"), widget=forms.CheckboxSelectMultiple, required=False)
    places = forms.MultipleChoiceField(
        label=_("担当する場所"),
        help_text=_("選ぶと、その場所の予約だけを見て変更できます。選ばなければ、すべての場所です。"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_active = forms.BooleanField(label=_("サインインを許可する"), required=False, initial=True)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["roles"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = queries.role_choices()
        places = self.fields["places"]
        assert isinstance(places, forms.MultipleChoiceField)
        places.choices = [(str(place.id), place.name) for place in matrix.places()]
        if not places.choices:
            del self.fields["places"]
        if not is_new:
            del self.fields["staff_code"]

    def clean_staff_code(self) -> str:
        code = normalise_staff_code(str(self.cleaned_data["staff_code"]))
        if not is_staff_code(code):
            raise forms.ValidationError(StaffCodeOdd.message)
        if queries.is_staff_code_taken(staff_code=code):
            raise forms.ValidationError(_("この職員コードは登録済みです。"))
        return code


class PeriodForm(forms.Form):
    """A period whose days make sense together."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        for name in ("since", "until"):
            if cleaned.get(name) and cleaned[name].year not in READABLE_YEARS:
                self.add_error(name, self.fields[name].error_messages["invalid"])
        if since and until and since > until:
            self.add_error("until", _("終了日は開始日以後の日にしてください。"))
        return cleaned


class AlertForm(forms.Form):
    """What somebody found who looked into an alert."""

    note = forms.CharField(
        label=_("結果"),
        max_length=200,
        help_text=_("例：臨時の発送作業のため。係長に確認した。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LockForm(forms.Form):
    """Why somebody is kept out."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("操作履歴に残ります。"),
        error_messages={"required": _("理由を入力してください。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ProofForm(PeriodForm):
    """The period of a file with which a city verifies its own list."""

    since = forms.DateField(
        label=_("開始日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("終了日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ViewForm(forms.Form):
    """The name of a saved view, and who sees it when."""

    name = forms.CharField(label=_("ビューの名前"), max_length=40)
    opens = forms.BooleanField(label=_("この一覧を開いたときに使う"), required=False)
    shared = forms.BooleanField(label=_("ほかの職員も使う"), required=False)
