"""The forms of a profile: a sample to begin with, then what every column is filled from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.exchange.rules.closing import pattern_of_closing
from madoguchi.exchange.rules.columns import kind_of
from madoguchi.exchange.rules.profiles import MOST_HEADING_ROWS, BadLayout, ProfileLayout, Source
from madoguchi.exchange.services.inspection import LARGEST_BYTES
from madoguchi.hooks.values import ImportFormat

LONGEST_SAMPLE: Final = 20_000
MOST_CODES: Final = 100
# Patterns are what they are in every language.
AS_WRITTEN: Final = {"lang": "en", "spellcheck": "false", "autocomplete": "off"}
SHAPES: Final = (
    ("delimited", _("区切り文字（CSVなど）")),
    ("fixed", _("固定長")),
    ("regex", _("正規表現（名前付きの組）")),
)
ENCODINGS: Final = (
    ("auto", _("自動（UTF-8かCP932）")),
    ("utf-8", "UTF-8"),
    ("cp932", _("CP932（シフトJIS）")),
    ("euc_jp", "EUC-JP"),
    ("iso2022_jp", _("JIS（ISO-2022-JP）")),
    ("utf-16", "UTF-16"),
)
DELIMITERS: Final = ((",", _("カンマ")), ("\t", _("タブ")), (";", _("セミコロン")), ("|", _("縦棒")))
UNITS: Final = (("bytes", _("バイト")), ("characters", _("文字")))
DATES: Final = (
    ("auto", _("そのまま（西暦・和暦）")),
    ("era_digit", _("元号コード＋6桁（3360402）")),
    ("serial", _("Excelの通し番号（32202）")),
)
REASONS: Final = {
    "unmapped": _("「%(part)s」は必ず要る列です。どこから取るかを選ぶか、決まった値を入れてください。"),
    "range": _("「%(part)s」の位置は「12-20」のように入力してください。"),
    "group": _("「%(part)s」の組の名前が、正規表現にありません。"),
    "number": _("「%(part)s」の列を選んでください。"),
    "no_names": _("見出しの名前を使うときは、見出しの行数を1以上にしてください。"),
    "regex": _("正規表現が読めません。括弧の対応を確かめてください。"),
    "slow": _("繰り返しの中の繰り返しは使えません（ファイルによって止まることがあります）。"),
    "empty": _("正規表現を入力してください。"),
    "long": _("正規表現が長すぎます（500文字まで）。"),
}


class StartForm(forms.Form):
    """What kind of file it is, what the profile is called, and a file to look at."""

    format = forms.ChoiceField(label=_("取り込む内容"))
    name = forms.CharField(label=_("取込定義の名前"), max_length=60)
    sample_file = forms.FileField(
        label=_("見本のファイル"),
        help_text=_("はじめの20行だけを画面に出し、保存しません。20MBまで。"),
        error_messages={"required": _("ファイルを選んでください（20MBまで）。")},
    )

    def __init__(self, *args: Any, formats: Iterable[ImportFormat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["format"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(each.name, each.label) for each in formats]

    def clean_sample_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["sample_file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（20MBまで）。分けて取り込んでください。"))
        return file


class LayoutForm(forms.Form):
    """How the files are written, column by column."""

    sample = forms.CharField(required=False, strip=False, max_length=LONGEST_SAMPLE, widget=forms.HiddenInput)
    shape = forms.ChoiceField(label=_("ファイルの形"), choices=SHAPES)
    encoding = forms.ChoiceField(label=_("文字コード"), choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=_("区切り文字"), choices=DELIMITERS)
    heading_rows = forms.IntegerField(
        label=_("見出しの行数"), min_value=0, max_value=MOST_HEADING_ROWS, help_text=_("見出しがなければ0")
    )
    has_names = forms.BooleanField(label=_("見出しの名前で列を探す"), required=False)
    unit = forms.ChoiceField(label=_("固定長の数え方"), choices=UNITS)
    width = forms.IntegerField(
        label=_("1行の列数・長さ"), min_value=0, max_value=100_000, help_text=_("0なら確かめません")
    )
    pattern = forms.CharField(
        label=_("1行の正規表現"), required=False, max_length=500, widget=forms.TextInput(attrs=AS_WRITTEN)
    )
    trailer = forms.CharField(
        label=_("終わりの行の正規表現"),
        required=False,
        max_length=500,
        help_text=_("件数の組（下の例）があると、件数が合わないとき取込を止めます。なければ空欄にします。"),
        widget=forms.TextInput(attrs=AS_WRITTEN),
    )
    trailer_sample = forms.CharField(
        label=_("終わりの行の見本"),
        required=False,
        max_length=200,
        help_text=_(
            "終わりの行を1つ貼り付けて表示し直すと、正規表現を作ります。日付でない最後の数字が件数です。"
        ),
        widget=forms.TextInput(attrs=AS_WRITTEN),
    )
    ends_with_newline = forms.BooleanField(label=_("最後の行も改行で終わる"), required=False)
    most_changed = forms.IntegerField(
        label=_("一度に変わってよい割合（％）"), min_value=0, max_value=100, help_text=_("0なら止めません")
    )
    note = forms.CharField(label=_("この版のメモ"), required=False, max_length=200)

    def __init__(self, *args: Any, wanted: ImportFormat, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.columns = columns
        if wanted.keys:
            self.fields["key"] = forms.ChoiceField(label=_("同じものと見なす項目"), choices=list(wanted.keys))
        for place, column in enumerate(columns):
            self.fields[f"source_{place}"] = forms.CharField(
                label=column, required=False, max_length=60, widget=forms.Select()
            )
            self.fields[f"default_{place}"] = forms.CharField(
                label=_("決まった値"), required=False, max_length=60
            )
            self.fields[f"codes_{place}"] = forms.CharField(
                label=_("読み替え（1行に「元の値=値」）"),
                required=False,
                max_length=4_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            if kind_of(column) == "date":
                self.fields[f"date_{place}"] = forms.ChoiceField(
                    label=_("日付の書き方"), choices=DATES, required=False
                )

    def offer(self, choices: Sequence[tuple[str, str]] | None) -> None:
        """Let columns be chosen from a list; without one their places are typed."""
        for place in range(len(self.columns)):
            field = self.fields[f"source_{place}"]
            if choices is None:
                field.widget = forms.TextInput(attrs={"size": 10})
            else:
                field.widget = forms.Select(choices=[("", "—"), *choices])

    def typed(self) -> list[str]:
        """List from what the columns were to be filled, however little else could be read."""
        names = (f"source_{place}" for place in range(len(self.columns)))
        return [text for name in names if (text := str(self.data.get(name, "")))]

    def clean(self) -> dict[str, Any]:
        """Read the codes of every column."""
        given: dict[str, Any] = super().clean() or {}
        self._read_closing_line(given)
        for place in range(len(self.columns)):
            codes = _codes(given.get(f"codes_{place}", ""))
            if codes is None:
                self.add_error(f"codes_{place}", _("1行に「元の値=値」の形で、100行までで入力してください。"))
            else:
                given[f"read_{place}"] = codes
        return given

    def _read_closing_line(self, given: dict[str, Any]) -> None:
        if given.get("trailer_sample", "").strip():
            given["trailer"] = pattern_of_closing(given["trailer_sample"])
            # The page shows what was made of the line, to be looked at and mended.
            shown = dict(self.data.items())
            self.data = shown | {"trailer": given["trailer"], "trailer_sample": ""}

    def layout(self) -> ProfileLayout:
        """Give the layout that was filled in."""
        given = self.cleaned_data
        sources = tuple(
            Source(
                column=column,
                source=given[f"source_{place}"],
                default=given[f"default_{place}"],
                codes=given[f"read_{place}"],
                date=given.get(f"date_{place}") or "auto",
            )
            for place, column in enumerate(self.columns)
        )
        names = (
            "shape", "encoding", "delimiter", "unit", "pattern", "heading_rows", "width", "trailer",
            "ends_with_newline", "most_changed",
        )  # fmt: skip
        has_names = given["has_names"] and given["shape"] == "delimited"
        return ProfileLayout(
            sources=sources,
            has_names=has_names,
            key=given.get("key", ""),
            **{name: given[name] for name in names},
        )

    def refuse(self, refusal: BadLayout) -> None:
        """Say beside the field, or above the form, why the layout cannot work."""
        sentence = REASONS.get(refusal.reason, _("「%(part)s」の指定を確かめてください。"))
        field = f"source_{self.columns.index(refusal.part)}" if refusal.part in self.columns else refusal.part
        self.add_error(field if field in self.fields else None, str(sentence) % {"part": refusal.part})


def initial_of(*, layout: ProfileLayout, columns: Sequence[str]) -> dict[str, Any]:
    """Fill a form with a layout."""
    initial = {name: value for name, value in layout.to_json().items() if name != "sources"}
    sources: Mapping[str, Source] = {each.column: each for each in layout.sources}
    for place, column in enumerate(columns):
        each = sources.get(column, Source(column=column))
        initial[f"source_{place}"] = each.source
        initial[f"default_{place}"] = each.default
        initial[f"date_{place}"] = each.date
        initial[f"codes_{place}"] = "\n".join(f"{code}={text}" for code, text in each.codes.items())
    return initial


def _codes(text: str) -> dict[str, str] | None:
    codes: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip():
            code, sign, value = line.replace("＝", "=").partition("=")
            if not sign or len(codes) >= MOST_CODES:
                return None
            codes[code.strip()] = value.strip()
    return codes
