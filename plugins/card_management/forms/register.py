"""What staff type about the register: places of files, reasons, postal codes."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.card_management.declarations.register import DONE_RULES, EXPECTED, PROTOCOLS
from plugins.card_management.rules.register_pickup import MARKER, counts_files, is_good_pattern

NO_FILL = {"autocomplete": "off"}


class SourceForm(forms.Form):
    """A place from which files are picked up."""

    name = forms.CharField(
        label=_("名前"),
        help_text=_("例：住基異動（日次）"),
        max_length=60,
        error_messages={"required": _("名前を入力してください")},
    )
    format = forms.ChoiceField(
        label=_("ファイルの種類"), help_text=_("市の様式に合わせるには、先に取込定義を作ります")
    )
    protocol = forms.ChoiceField(label=_("接続の方法"), choices=PROTOCOLS)
    host = forms.CharField(
        label=_("サーバー名"), required=False, max_length=200, widget=forms.TextInput(attrs=NO_FILL)
    )
    port = forms.IntegerField(
        label=_("ポート"),
        required=False,
        min_value=1,
        max_value=65_535,
        help_text=_("空のときは、SFTPは22、FTPは21、SMBは445です"),
    )
    user = forms.CharField(
        label=_("ユーザー名"), required=False, max_length=100, widget=forms.TextInput(attrs=NO_FILL)
    )
    secret = forms.CharField(
        label=_("パスワード、または秘密鍵（PEM）"),
        required=False,
        max_length=8_000,
        strip=False,
        help_text=_("暗号化して保存し、画面には出しません。空のときは、いまのものを使います"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(
        label=_("フォルダー"),
        max_length=300,
        initial="/",
        help_text=_("SMBでは、共有名から書きます。例：/juki/output"),
        error_messages={"required": _("フォルダーを入力してください")},
    )
    pattern = forms.CharField(
        label=_("ファイル名のきまり"),
        help_text=_("例：JUKI_{日付}_{連番}.csv（{日付}は8桁の年月日、{連番}は数字、*は何でもよい）"),
        max_length=200,
        error_messages={"required": _("ファイル名のきまりを入力してください")},
    )
    done_rule = forms.ChoiceField(label=_("書き終わったかの確かめ方"), choices=DONE_RULES)
    marker_suffix = forms.CharField(
        label=_("完了の印の名前"),
        required=False,
        max_length=20,
        help_text=_("ファイル名の後に付く部分。例：.ok"),
    )
    checksum_suffix = forms.CharField(
        label=_("チェックサムのファイルの名前"),
        required=False,
        max_length=20,
        help_text=_("SHA-256のファイルがあるとき、ファイル名の後に付く部分。例：.sha256"),
    )
    checks_sequence = forms.BooleanField(label=_("連番が飛んでいたら止める"), required=False)
    expected = forms.ChoiceField(label=_("届く日"), choices=EXPECTED)
    expected_by = forms.TimeField(
        label=_("届く時刻"),
        required=False,
        help_text=_("この時刻を過ぎても届かないと、ホームに警告を出します"),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    every_minutes = forms.IntegerField(
        label=_("何分ごとに見に行くか"), initial=10, min_value=5, max_value=720
    )
    applies_itself = forms.BooleanField(label=_("問題がなければ自動で取り込む"), required=False, initial=True)
    is_on = forms.BooleanField(label=_("この取得元を使う"), required=False)

    def __init__(self, *args: Any, formats: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = formats  # type: ignore[attr-defined]

    def clean_pattern(self) -> str:
        """Refuse a rule that names folders, or a token twice."""
        pattern = str(self.cleaned_data["pattern"]).strip()
        if not is_good_pattern(pattern):
            raise forms.ValidationError(
                _("日付と連番の印は、1回ずつまで使えます。フォルダー（/）は入れられません")
            )
        return pattern

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs."""
        data = super().clean() or {}
        if data.get("protocol") != "folder":
            self._ask_for_the_server(data)
        if data.get("done_rule") == MARKER and not data.get("marker_suffix"):
            self.add_error("marker_suffix", _("完了の印の名前を入力してください"))
        if data.get("checks_sequence") and not counts_files(str(data.get("pattern", ""))):
            self.add_error("pattern", _("連番を確かめるには、きまりに{連番}を入れてください"))
        return data

    def _ask_for_the_server(self, data: dict[str, Any]) -> None:
        for name, message in (
            ("host", _("サーバー名を入力してください")),
            ("user", _("ユーザー名を入力してください")),
        ):
            if not data.get(name):
                self.add_error(name, message)
        if data.get("protocol") == "smb" and data.get("folder") and not data["folder"].strip("/\\"):
            self.add_error("folder", _("共有名を入力してください。例：/juki/output"))


class ReasonForm(forms.Form):
    """Why a flag is taken away."""

    reason = forms.CharField(
        label=_("確かめた内容と理由"),
        help_text=_("例：本人の来庁時に在留カードで新しい期限を確かめた"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("確かめた内容と理由を入力してください")},
    )


class PostcodeForm(forms.Form):
    """The postal code that a person chooses."""

    code = forms.CharField(
        label=_("郵便番号"),
        help_text=_("7桁の数字"),
        max_length=9,
        widget=forms.TextInput(attrs={**NO_FILL, "inputmode": "numeric", "class": "mono"}),
        error_messages={"required": _("郵便番号を選ぶか、入力してください")},
    )
    for_area = forms.BooleanField(label=_("この地名の全部の住所に使う"), required=False)

    def clean_code(self) -> str:
        """Read the code in any width, with or without its line."""
        digits = unicodedata.normalize("NFKC", str(self.cleaned_data["code"]))
        digits = "".join(sign for sign in digits if sign.isdigit())
        if len(digits) != 7:
            raise forms.ValidationError(_("7桁の数字で入力してください"))
        return digits
