"""What an administrator types about services and their texts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_reservation.forms.schedule_fields import number


class ServiceForm(forms.Form):
    """A service: what it is called, how long it takes, whom it asks what."""

    name = forms.CharField(
        label=_("名前"),
        max_length=80,
        help_text=_("住民が選ぶときに見る名前です。例：電子証明書の更新"),
        error_messages={"required": _("名前を入力してください。")},
    )
    summary = forms.CharField(
        label=_("説明"), max_length=200, required=False, help_text=_("どんな方のための手続きかを、1文で。")
    )
    duration_minutes = number(_("所要時間（分）"), smallest=5, largest=240)
    identity = forms.ChoiceField(
        label=_("確認の方法"),
        widget=forms.RadioSelect,
        choices=(
            ("notice", _("交付通知書の番号と生年月日を確認する")),
            ("phone", _("氏名と電話番号を職員が聞く")),
            ("none", _("予約のときは確認しない（メールアドレスだけ）")),
        ),
        initial="none",
    )
    for_residents = forms.BooleanField(
        label=_("住民がインターネットで予約できる"), required=False, initial=True
    )
    for_staff = forms.BooleanField(label=_("職員が電話や窓口で予約できる"), required=False, initial=True)
    is_offered = forms.BooleanField(label=_("この業務の受付をする"), required=False)
    name_en = forms.CharField(label=_("名前（英語）"), max_length=80, required=False)
    summary_en = forms.CharField(label=_("説明（英語）"), max_length=200, required=False)
    name_easy = forms.CharField(label=_("名前（やさしい日本語）"), max_length=80, required=False)
    summary_easy = forms.CharField(label=_("説明（やさしい日本語）"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse Japanese in the English texts, and a web booking that asks for what only a clerk hears."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name_en", "summary_en"):
            if any(ord(sign) >= 0x3040 for sign in cleaned.get(name, "")):
                self.add_error(name, _("英語の文字で入力してください。"))
        if cleaned.get("identity") == "phone" and cleaned.get("for_residents"):
            self.add_error(
                "for_residents", _("氏名と電話番号を職員が聞く業務は、インターネットでは予約できません。")
            )
        return cleaned


LANGUAGES = (("ja", _("日本語")), ("en", _("英語")), ("ja-easy", _("やさしい日本語")))
WRITTEN_IN = {"ja": "ja", "en": "en", "ja-easy": "ja"}
MOST_ITEMS = 10


class TermsForm(forms.Form):
    """Cautions and documents in three languages; blocks are an empty line parts blocks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in LANGUAGES:
            is_needed = code == "ja"
            self.fields[f"items_{field_name(code)}"] = forms.CharField(
                label=_("注意事項（%(language)s）") % {"language": language},
                required=is_needed,
                max_length=6000,
                widget=forms.Textarea(attrs={"rows": 10, "lang": WRITTEN_IN[code]}),
                help_text=_("1行目が見出し、2行目からが説明です。次の注意事項との間は1行あけます。")
                if is_needed
                else _("空欄のときは日本語を見せます。日本語と同じ数だけ書きます。"),
                error_messages={"required": _("注意事項を1つ以上入力してください。")},
            )
            self.fields[f"documents_{field_name(code)}"] = forms.CharField(
                label=_("持ち物（%(language)s）") % {"language": language},
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4, "lang": WRITTEN_IN[code]}),
                help_text=_("1行に1つ。予約票、メール、窓口の読み上げに使います。") if is_needed else "",
            )

    def clean(self) -> dict[str, Any]:
        """Refuse too many cautions, and another number of them in another language."""
        cleaned = super().clean() or self.cleaned_data
        wanted = len(blocks(cleaned.get("items_ja", "")))
        if wanted > MOST_ITEMS:
            self.add_error("items_ja", _("注意事項は10個までにしてください。"))
        for code, _language in LANGUAGES[1:]:
            name = f"items_{field_name(code)}"
            count = len(blocks(cleaned.get(name, "")))
            if count and count != wanted:
                self.add_error(
                    name,
                    _("日本語は%(wanted)s個、ここには%(count)s個あります。数をそろえてください。")
                    % {"wanted": wanted, "count": count},
                )
        return cleaned

    def items(self) -> list[dict[str, Any]]:
        """Read the cautions, each with its texts in every language."""
        said = {code: blocks(self.cleaned_data[f"items_{field_name(code)}"]) for code, _name in LANGUAGES}
        return [
            {
                "code": f"c{position + 1}",
                "title": {code: found[position][0] for code, found in said.items() if found},
                "text": {code: found[position][1] for code, found in said.items() if found},
            }
            for position in range(len(said["ja"]))
        ]

    def documents(self) -> dict[str, list[str]]:
        """Read what to bring, in every language in which it was written."""
        written = {
            code: lines(self.cleaned_data[f"documents_{field_name(code)}"]) for code, _name in LANGUAGES
        }
        return {code: found for code, found in written.items() if found}


def terms_initial(
    items: Sequence[Mapping[str, Any]], documents: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Set out terms in the form."""
    shown = {}
    for code, _language in LANGUAGES:
        texts = [f"{item['title'].get(code, '')}\n{item['text'].get(code, '')}".strip() for item in items]
        shown[f"items_{field_name(code)}"] = "\n\n".join(text for text in texts if text)
        shown[f"documents_{field_name(code)}"] = "\n".join(documents.get(code, ()))
    return shown


def field_name(code: str) -> str:
    """Write the code of a language as part of a field's name."""
    return code.replace("-", "_")


def lines(text: str) -> list[str]:
    """Read one thing a line; a mark before it is ours to draw."""
    return [line.strip().removeprefix("・").strip() for line in text.splitlines() if line.strip("・ 　\t")]


def blocks(text: str) -> list[tuple[str, str]]:
    """Read blocks parted by empty lines: the first line of each, and the rest."""
    found: list[list[str]] = [[]]
    for line in (each.strip() for each in text.splitlines()):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [(block[0], "\n".join(block[1:])) for block in found if block]
