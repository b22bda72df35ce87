"""Forms of what comes in: a reading, a picture of codes, a profile of codes."""

import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.intake.fields import ReadField
from plugins.card_management.rules.qr_text import LONGEST, QrLayout

LARGEST_PICTURE: Final = 10 * 1024 * 1024
MOST_CODES: Final = 50
# Patterns and codes are what they are in every language.
AS_WRITTEN: Final = {"lang": "en", "spellcheck": "false", "autocomplete": "off"}
REASONS: Final = {
    "missing": _("番号（?P<number>…）と生年月日（?P<born>…）の組が必要です。"),
    "group": _("使えない名前の組があります。下の一覧の名前だけを使ってください。"),
    "length": _("正規表現を600文字までで入力してください。"),
    "regex": _("正規表現が読めません。括弧の対応を確かめてください。"),
    "slow": _("繰り返しの中の繰り返しは使えません（読み取りが止まることがあります）。"),
}


class ScanForm(forms.Form):
    """What a reader typed."""

    text = ReadField(
        label=_("QRコードを読み取る"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "autofocus": True,
                "autocomplete": "off",
                "spellcheck": "false",
                "data-wedge": True,
            }
        ),
    )


class PictureForm(forms.Form):
    """A photograph or a scan with codes."""

    picture = forms.FileField(
        label=_("QRコードの写真・画像"),
        help_text=_("JPEG・PNG、10MBまで。1枚に20個まで読み取ります。タブレットではカメラで撮れます。"),
        error_messages={"required": _("画像を選んでください（10MBまで）。")},
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def clean_picture(self) -> Any:
        """Refuse a picture that is too large before it is read."""
        picture = self.cleaned_data["picture"]
        if picture.size > LARGEST_PICTURE:
            raise forms.ValidationError(_("画像が大きすぎます（10MBまで）。小さくして選び直してください。"))
        return picture


class KindsField(forms.CharField):
    """What a code writes for each kind of card, line by line."""

    def __init__(self) -> None:
        super().__init__(
            label=_("種別の読み替え（1行に「元の値=新規」）"),
            required=False,
            max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self, value: Any) -> dict[str, str]:
        """Read the codes of kinds."""
        codes: dict[str, str] = {}
        for line in super().clean(value).splitlines():
            if line.strip():
                # Codes are read in half width, so what is typed with the input method on has to be, too.
                code, sign, kind = unicodedata.normalize("NFKC", line).partition("=")
                if not sign or len(codes) >= MOST_CODES:
                    raise forms.ValidationError(_("1行に「元の値=新規」の形で入力してください。"))
                codes[code.strip()] = kind.strip()
        return codes


class QrProfileForm(forms.Form):
    """How the codes of one kind of list are written."""

    name = forms.CharField(label=_("定義の名前"), max_length=60)
    page = forms.CharField(
        label=_("ページの正規表現"),
        required=False,
        max_length=600,
        help_text=_("何ページもある一覧の、1人目より前の部分です。1件ずつのQRなら空欄にします。"),
        widget=forms.TextInput(attrs=AS_WRITTEN),
    )
    record = forms.CharField(
        label=_("1人分の正規表現"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, **AS_WRITTEN}),
        help_text=_("1人分の書き方です。1つのQRに何人もいるときは、この形が続くものとして読みます。"),
    )
    kinds = KindsField()
    sample = ReadField(
        label=_("試しに読み取る"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, **AS_WRITTEN}),
        help_text=_("見本のQRを読み取ると、どう読めるかを表示します。保存しません。"),
    )
    is_active = forms.BooleanField(label=_("この定義を使う"), required=False, initial=True)

    def layout(self) -> QrLayout:
        """Give the layout that was filled in."""
        given = self.cleaned_data
        return QrLayout(
            record=given["record"],
            page=given["page"],
            codes={"kind": given["kinds"]} if given["kinds"] else {},
        )

    def refuse(self, *, part: str, reason: str) -> None:
        """Say beside the field why the layout cannot work."""
        self.add_error(part if part in self.fields else None, str(REASONS[reason]))


def initial_of(*, name: str, layout: QrLayout, is_active: bool) -> dict[str, Any]:
    """Fill a form with a layout."""
    kinds = "\n".join(f"{code}={value}" for code, value in layout.codes.get("kind", {}).items())
    return {
        "name": name, "page": layout.page, "record": layout.record, "kinds": kinds, "is_active": is_active
    }  # fmt: skip
