import unicodedata
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.notifications import services, texts
from madoguchi.notifications.errors import TextRefused


class TemplateForm(forms.Form):
    """The words of one message in one language."""

    subject = forms.CharField(
        label=gettext_lazy("件名"),
        max_length=texts.SUBJECT_LIMIT,
        help_text=gettext_lazy("30文字以内をおすすめします。携帯電話では長い件名は途中で切れます。"),
        error_messages={"required": gettext_lazy("件名を入力してください。")},
    )
    body = forms.CharField(
        label=gettext_lazy("本文"),
        max_length=texts.BODY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=gettext_lazy("リンクの差込項目は、1行に単独で書いてください。"),
        error_messages={"required": gettext_lazy("本文を入力してください。")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "subject" in cleaned and "body" in cleaned:
            try:
                services.check_text(kind=self.kind, **cleaned)
            except TextRefused as refused:
                self.add_problems(refused.problems)
        return cleaned

    def add_problems(self, problems: dict[str, list[texts.Problem]]) -> None:
        """Say at each field what is wrong and in which line."""
        for field, found in problems.items():
            for problem in found:
                self.add_error(field, sentence(problem))


def sentence(problem: texts.Problem) -> str:
    """Explain one problem of a text to the person who wrote it."""
    if problem.reason == "unknown":
        return _("%(line)d行目の {%(name)s} は、この通知では使えない差込項目です。") % vars(problem)
    if problem.reason == "missing":
        return _("差込項目 {%(name)s} は必ず入れてください。") % vars(problem)
    return _(
        "%(line)d行目に、対になっていないかっこがあります。差込項目は半角の { } で囲んでください。"
    ) % vars(problem)


class SampleForm(forms.Form):
    """Where a test goes."""

    address = forms.EmailField(
        label=gettext_lazy("テスト送信先のメールアドレス"),
        max_length=254,
        help_text=gettext_lazy(
            "保存済みの文面を、見本の値で送ります。住民のアドレスは入力しないでください。"
        ),
        error_messages={
            "required": gettext_lazy("メールアドレスを入力してください。"),
            "invalid": gettext_lazy("メールアドレスの形が正しくありません。"),
        },
    )


class AllowedAddressForm(forms.Form):
    """Somebody who may be written to while the city is in trial."""

    entry = forms.CharField(
        label=gettext_lazy("メールアドレス、または @ から始まるドメイン"),
        max_length=254,
        help_text=gettext_lazy("例：tester@city.example.lg.jp、または @city.example.lg.jp（全員に送れます）"),
        error_messages={"required": gettext_lazy("メールアドレスかドメインを入力してください。")},
    )

    def clean_entry(self) -> str:
        """Take an address, or a domain after an @."""
        entry = unicodedata.normalize("NFKC", str(self.cleaned_data["entry"])).strip()
        try:
            validate_email(f"someone{entry}" if entry.startswith("@") else entry)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("メールアドレスかドメインの形が正しくありません。")) from error
        return entry
