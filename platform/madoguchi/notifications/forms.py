import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.audiences import Audience, AudienceQuestion
from madoguchi.notifications import allowed, services, texts
from madoguchi.notifications.errors import TextRefused
from madoguchi.notifications.models import Language


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
    if problem.reason == "forbidden":
        return _("%(line)d行目の {%(name)s} は個人情報のため、この通知には入れられません。") % vars(problem)
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
            "保存済みの文面を、見本の値で送ります。送れるのは、ご自分のアドレスと、登録した送信先だけです。"
        ),
        error_messages={
            "required": gettext_lazy("メールアドレスを入力してください。"),
            "invalid": gettext_lazy("メールアドレスの形が正しくありません。"),
        },
    )

    def __init__(self, *args: Any, own: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def clean_address(self) -> str:
        """Take one's own address, or one that the city allowed for tests."""
        address = str(self.cleaned_data["address"])
        if address.lower() != self.own.lower() and not allowed.is_listed(email=address):
            raise forms.ValidationError(
                _("ご自分のアドレスか、「試行中の送信先」に登録したアドレスを入力してください。")
            )
        return address


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


class SenderForm(forms.Form):
    """The address in whose name a city wants to write."""

    address = forms.EmailField(
        label=gettext_lazy("差出人のメールアドレス"),
        max_length=254,
        help_text=gettext_lazy("自治体のドメインのアドレスです。例：yoyaku@city.example.lg.jp"),
        error_messages={
            "required": gettext_lazy("メールアドレスを入力してください。"),
            "invalid": gettext_lazy("メールアドレスの形が正しくありません。"),
        },
    )


def audience_form(audience: Audience, *, data: Any = None, initial: Any = None) -> forms.Form:
    """Make the form that asks to whom and what a mailing says."""
    fields: dict[str, forms.Field] = {each.name: _question(each) for each in audience.questions}
    for code, label in Language.choices:
        is_required = code == Language.JA
        fields[f"subject_{code}"] = forms.CharField(
            label=format_lazy("{}（{}）", gettext_lazy("件名"), label),
            required=is_required,
            max_length=texts.SUBJECT_LIMIT,
            error_messages={"required": gettext_lazy("件名を入力してください。")},
        )
        fields[f"body_{code}"] = forms.CharField(
            label=format_lazy("{}（{}）", gettext_lazy("本文"), label),
            required=is_required,
            max_length=texts.BODY_LIMIT,
            widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
            error_messages={"required": gettext_lazy("本文を入力してください。")},
        )
    made = type("MailingForm", (_MailingForm,), {"questions": audience.questions, **fields})
    form: forms.Form = made(data, initial=initial)
    return form


class _MailingForm(forms.Form):
    """To whom and what: the last day never comes before the first."""

    questions: Sequence[AudienceQuestion] = ()

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, of which nobody would ever be told."""
        cleaned = super().clean() or self.cleaned_data
        for each in self.questions:
            first, last = cleaned.get(each.not_before), cleaned.get(each.name)
            if first and last and last < first:
                self.add_error(each.name, _("最後の日は、最初の日以後にしてください。"))
        return cleaned


def _question(question: AudienceQuestion) -> forms.Field:
    words: dict[str, Any] = {"label": question.label, "help_text": question.help, "required": False}
    if question.kind == "day":
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        wrong = {"invalid": gettext_lazy("日付を確かめてください。例：2026-12-09")}
        return forms.DateField(widget=widget, error_messages=wrong, **words)
    offered = question.choices() if question.choices else ()
    return forms.ChoiceField(choices=[("", gettext_lazy("すべて")), *offered], **words)
