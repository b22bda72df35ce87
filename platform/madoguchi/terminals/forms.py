"""What staff answer about a terminal; what the page measured comes along in hidden fields."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.intake.fields import ReadField

YES_NO = (("yes", _("はい")), ("no", _("いいえ")))


def _question(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("「はい」か「いいえ」を選んでください。")},
    )


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("メモ"), max_length=200, required=False, help_text=_("機種名や、うまくいかなかったこと")
    )


class BeginForm(forms.Form):
    """Which terminal is checked, and where it stands."""

    terminal = forms.CharField(
        label=_("端末の名前"),
        max_length=60,
        help_text=_("資産番号やコンピューター名など、あとで見分けられる名前。例：LGWAN-012"),
        widget=forms.TextInput(attrs={"list": "terminals", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("端末の名前を入力してください。")},
    )
    place = forms.ChoiceField(label=_("場所"), required=False)

    def __init__(self, *args: Any, places: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "—"), *((name, name) for name in places)]


class ScreenForm(forms.Form):
    """How letters look, and what the page measured of the browser."""

    letters = _question(_("上の文字が、□や？にならずに、すべて見えますか"))
    note = _note()
    javascript = forms.CharField(max_length=3, required=False, widget=forms.HiddenInput)
    window = forms.RegexField(
        r"\d{1,5}×\d{1,5}", max_length=20, required=False, strip=True, widget=forms.HiddenInput
    )
    clock_ms = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NetworkForm(forms.Form):
    """What the page measured of the way to the server."""

    round_trip_ms = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    download_ms = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    note = _note()


class PrinterForm(forms.Form):
    """What came out of the printer."""

    ruler = _question(
        _("定規を当てて、よこ・たてとも 100mm ですか"), _("1mmくらいの違いは「はい」にします。")
    )
    frame = _question(_("内側の枠線が、四方とも切れずに出ていますか"))
    text = _question(_("小さい文字まで読めますか"))
    note = _note()


class ScanForm(forms.Form):
    """What a reader typed."""

    scanned = ReadField(
        label=_("ここを選んでから読み取る"),
        max_length=200,
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off", "data-scan": "1"}
        ),
    )
    enter = forms.CharField(max_length=3, required=False, widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """Which checks to list."""

    terminal = forms.CharField(max_length=60, required=False)
    place = forms.CharField(max_length=80, required=False)
    outcome = forms.ChoiceField(
        required=False, choices=[(value, value) for value in ("", "open", "sound", "faulty", "partial")]
    )
