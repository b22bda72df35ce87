"""The forms that describe a code without a pattern: how it is cut, and what its parts are."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.intake.fields import ReadField
from plugins.card_management.forms.intake import AS_WRITTEN, KindsField
from plugins.card_management.rules.qr_parts import LINE, MOST_HEAD, MOST_PARTS, SIGNS, Part, Parts
from plugins.card_management.rules.qr_text import LONGEST, QrLayout
from plugins.card_management.services.intake_qr import COLUMNS

WORDS: Final = {
    ",": _("カンマ　,"), ";": _("セミコロン　;"), "|": _("縦棒　|"), "\t": _("タブ"), "/": _("スラッシュ　/"),
    ":": _("コロン　:"), " ": _("空白"),
}  # fmt: skip
# A new line cannot be the value of a choice: browsers change it.
LINE_VALUE: Final = "line"
WAYS: Final = (("signs", _("区切り文字で切る")), ("widths", _("決まった文字数で切る")))
HEAD_ROLES: Final = (
    ("", _("使わない")),
    ("text", _("いつも同じ文字")),
    ("list", _("一覧の名前")),
    ("page", _("ページ")),
    ("pages", _("全部のページ数")),
    ("both", _("ページ/全部のページ数（例：1/5）")),
)
REASONS: Final = {
    "parts": _("見本を読み取り、「見本を切り分ける」を押してください。"),
    "unnamed": _("「交付通知書番号」と「生年月日」の部分を選んでください。"),
    "twice": _("同じ項目が2つの部分に選ばれています。1つだけにしてください。"),
    "signs": _("項目の区切りと、1人分の終わりには、別の文字を選んでください。"),
    "widths": _("すべての部分の文字数を、1から200までで入力してください。"),
    "pages": _("ページと全部のページ数は、両方を選んでください。文字数で切るときは、別々の部分にします。"),
    "text": _("「いつも同じ文字」は、20文字までの部分に選んでください。"),
}
_NUMBERS: Final = re.compile(r"[0-9]+")
_DIGITS: Final = 3


class CutForm(forms.Form):
    """Samples of a code, and how they are cut."""

    name = forms.CharField(label=_("定義の名前"), max_length=60)
    sample = ReadField(
        label=_("見本"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, **AS_WRITTEN}),
        help_text=_("見本のQRコードをリーダーで読み取るか、文字を貼り付けます。保存しません。"),
    )
    other = ReadField(
        label=_("もう1つの見本"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, **AS_WRITTEN}),
        help_text=_("別のページか別の方のQRコードでも、同じように切れるか確かめられます。"),
    )
    way = forms.ChoiceField(label=_("切り方"), choices=WAYS, required=False)
    between = forms.ChoiceField(
        label=_("項目の区切り"), choices=[(sign, WORDS.get(sign, sign)) for sign in SIGNS], required=False
    )
    after = forms.ChoiceField(
        label=_("1人分の終わり"),
        choices=[(LINE_VALUE, _("改行、または1人だけ")), *((s, WORDS.get(s, s)) for s in SIGNS)],
        required=False,
    )
    head_after = forms.ChoiceField(
        label=_("1人目より前の区切り"),
        choices=[(LINE_VALUE, _("改行")), *((sign, WORDS.get(sign, sign)) for sign in SIGNS)],
        required=False,
    )
    head_count = forms.IntegerField(
        label=_("1人目より前の部分の数"),
        min_value=0,
        max_value=MOST_HEAD,
        required=False,
        help_text=_("一覧の名前やページなど。なければ0"),
    )
    widths = forms.CharField(
        label=_("1人分の文字数"),
        max_length=120,
        required=False,
        help_text=_("前から順に。例：9、8、20、20、1"),
    )
    head_widths = forms.CharField(
        label=_("1人目より前の文字数"), max_length=60, required=False, help_text=_("なければ空欄")
    )
    kinds = KindsField()
    is_active = forms.BooleanField(label=_("この定義を使う"), required=False, initial=True)
    is_closed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_widths(self) -> list[int]:
        """Read the widths of one person's parts."""
        return _widths(self.cleaned_data["widths"], MOST_PARTS)

    def clean_head_widths(self) -> list[int]:
        """Read the widths of what stands before the people."""
        return _widths(self.cleaned_data["head_widths"], MOST_HEAD)

    def parts(self) -> Parts:
        """Give how the code is cut, with parts that have no names yet."""
        given = self.cleaned_data
        after = LINE if given["after"] == LINE_VALUE else given["after"]
        sample = given["sample"].strip("\r\n\t ")
        is_widths = given["way"] == "widths"
        count = given["head_count"] or 0
        return Parts(
            way=given["way"] or "signs",
            between=given["between"] or ",",
            after=after or LINE,
            head_after=LINE if given["head_after"] == LINE_VALUE else given["head_after"] or ";",
            is_closed=sample.endswith(after) if sample else given["is_closed"],
            head=tuple(Part("", width) for width in given["head_widths"]) if is_widths else (Part(),) * count,
            record=tuple(Part("", width) for width in given["widths"]) if is_widths else (),
        )

    def codes(self) -> dict[str, dict[str, str]]:
        """Give what is written for what."""
        kinds = self.cleaned_data["kinds"]
        return {"kind": kinds} if kinds else {}


class NamesForm(forms.Form):
    """What each part is."""

    def __init__(self, *args: Any, heads: int, parts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [("", _("使わない")), *((name, label) for name, label in COLUMNS.items())]
        for place in range(heads):
            label = _("1人目より前の%(number)d番目の部分") % {"number": place + 1}
            self.fields[f"head_{place}"] = forms.ChoiceField(label=label, choices=HEAD_ROLES, required=False)
            self.fields[f"text_{place}"] = forms.CharField(
                required=False, strip=False, max_length=40, widget=forms.HiddenInput
            )
        for place in range(parts):
            label = _("%(number)d番目の部分") % {"number": place + 1}
            self.fields[f"part_{place}"] = forms.ChoiceField(label=label, choices=names, required=False)
        self.heads, self.parts = heads, parts

    def named(self, begun: Parts, /, *, head: Sequence[str]) -> Parts:
        """Give the parts their names; ``head`` are the pieces of the sample, empty without one."""
        given = self.cleaned_data
        texts = head or [given[f"text_{place}"] for place in range(self.heads)]
        widths = [part.width for part in begun.record] or [0] * self.parts
        return Parts(
            way=begun.way,
            between=begun.between,
            after=begun.after,
            head_after=begun.head_after,
            is_closed=begun.is_closed,
            head=tuple(
                Part(
                    given[f"head_{place}"],
                    part.width,
                    texts[place] if given[f"head_{place}"] == "text" else "",
                )
                for place, part in enumerate(begun.head)
            ),
            record=tuple(Part(given[f"part_{place}"], widths[place]) for place in range(self.parts)),
        )


def cut_values(parts: Parts, /) -> dict[str, Any]:
    """Fill the form of how a code is cut."""
    return {
        "way": parts.way,
        "between": parts.between,
        "after": LINE_VALUE if parts.after == LINE else parts.after,
        "head_after": LINE_VALUE if parts.head_after == LINE else parts.head_after,
        "head_count": 0 if parts.way == "widths" else len(parts.head),
        "widths": _told(parts.record),
        "head_widths": _told(parts.head),
        "is_closed": parts.is_closed,
    }


def name_values(parts: Parts, /) -> dict[str, Any]:
    """Fill the form of what each part is."""
    values: dict[str, Any] = {f"part_{place}": part.name for place, part in enumerate(parts.record)}
    for place, part in enumerate(parts.head):
        values |= {f"head_{place}": part.name, f"text_{place}": part.text}
    return values


def profile_values(*, name: str, layout: QrLayout, is_active: bool) -> dict[str, Any]:
    """Fill the form with a profile that is there."""
    kinds = "\n".join(f"{code}={value}" for code, value in layout.codes.get("kind", {}).items())
    return {**cut_values(layout.parts or Parts()), "name": name, "kinds": kinds, "is_active": is_active}


def _told(parts: Sequence[Part]) -> str:
    return "、".join(str(part.width) for part in parts if part.width)


def _widths(text: str, most: int) -> list[int]:
    numbers = _NUMBERS.findall(unicodedata.normalize("NFKC", text))
    if len(numbers) > most or any(
        len(each) > _DIGITS or int(each) > 200 or not int(each) for each in numbers
    ):
        raise forms.ValidationError(str(REASONS["widths"]))
    return [int(each) for each in numbers]
