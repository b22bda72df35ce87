"""The forms of scanned papers and of figures."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.declarations.scans import FIELD_LABELS, SCAN_LABELS, TROUBLE_LABELS
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.services.scans_receiving import LARGEST_BYTES, MOST_EACH

MOST_SHEETS: Final = 20


class UploadForm(forms.Form):
    """A file from the scanner, and what lies in it."""

    title = forms.CharField(
        label=_("束の名前"), max_length=80, help_text=_("箱や年度など、紙を探せる名前。例：令和5年度 箱12")
    )
    kind = forms.ChoiceField(
        label=_("書類の種類"),
        choices=list(SCAN_LABELS.items()),
        help_text=_("仕切り紙がある場合は、最初の仕切り紙より前のページの種類です。"),
    )
    pages_each = forms.IntegerField(
        label=_("1件のページ数"),
        min_value=0,
        max_value=MOST_EACH,
        initial=0,
        help_text=_("どの書類も同じ枚数のときに入力します。仕切り紙で分けるときは0にします。"),
    )
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("PDF・TIFF・PNG・JPEG、20MBまで。白黒で読み取ったPDFなら約300ページです。"),
        error_messages={"required": _("スキャンしたファイルを選んでください（20MBまで）。")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.tif,.tiff,.png,.jpg,.jpeg"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます（20MBまで）。分けてスキャンしてください。"))
        return file


class IndexForm(forms.Form):
    """What stands on a document; everything that cannot be read may be left empty."""

    number = forms.CharField(label=FIELD_LABELS[fields.NUMBER], max_length=30, required=False)
    kana = forms.CharField(
        label=FIELD_LABELS[fields.KANA], max_length=100, required=False, help_text=_("姓と名の間を空けます。")
    )
    name = forms.CharField(label=FIELD_LABELS[fields.NAME], max_length=100, required=False)
    born_on = forms.CharField(
        label=FIELD_LABELS[fields.BORN_ON],
        max_length=30,
        required=False,
        help_text=_("例：S36.4.2、1961-04-02"),
    )
    written_on = forms.CharField(
        label=FIELD_LABELS[fields.WRITTEN_ON],
        max_length=30,
        required=False,
        help_text=_("申請日や届出日。例：R8.11.21"),
    )
    note = forms.CharField(
        label=FIELD_LABELS[fields.NOTE],
        max_length=200,
        required=False,
        help_text=_("あとで探す手がかり。個人番号は書かないでください。"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        for field in self.fields.values():
            # The words of one resident must not be offered for the next.
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Ask for anything at all by which the document can be found."""
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in (*fields.COMPARED,)):
            raise forms.ValidationError(
                _("1つも入力されていません。読み取れないときは「品質の確認に回す」を選んでください。")
            )
        return cleaned

    def clean_born_on(self) -> str:
        """Write the birth date as a calendar has it."""
        return self._day("born_on")

    def clean_written_on(self) -> str:
        """Write the day as a calendar has it."""
        return self._day("written_on")

    def _day(self, name: str) -> str:
        text = self.cleaned_data[name].strip()
        if not text:
            return ""
        try:
            day = read_date(text)
        except NotADate as refusal:
            raise forms.ValidationError(
                _("日付として読めません。例：S36.4.2、1961-04-02。わからないときは空欄にします。")
            ) from refusal
        if day > self._today:
            raise forms.ValidationError(
                _("今日より先の日付です。書類を見て直してください。わからないときは空欄にします。")
            )
        return day.isoformat()


class TroubleForm(forms.Form):
    """Why somebody else has to look at a document."""

    trouble = forms.ChoiceField(label=_("気づいたこと"), choices=list(TROUBLE_LABELS.items()))


class SheetsForm(forms.Form):
    """Which separator sheets are printed."""

    kinds = forms.MultipleChoiceField(
        label=_("書類の種類"),
        choices=list(SCAN_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("書類の種類を1つ以上選んでください。")},
    )
    copies = forms.IntegerField(
        label=_("種類ごとの枚数"),
        min_value=1,
        max_value=MOST_SHEETS,
        initial=1,
        help_text=_("同じ紙を何度でも使えます。コピーしてもかまいません。"),
    )
