"""What the counter reads, ticks and types before a card goes."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.dates import NotADate, read_date
from plugins.card_management.declarations.handover import PAPER_LABELS, PROOF_LABELS, RECEIVER_LABELS
from plugins.card_management.rules.handover_documents import Paper, Proof, Receiver, Shown
from plugins.card_management.rules.handover_matching import Seen
from plugins.card_management.services.handover import Evidence

_LABEL_MISSING = _("カードのラベルを読み取るか、番号を入力してください")
_BOOKING_MISSING = _("予約番号を入力するか、「予約なしで来た方」を選んでください")
_BORN_MISSING = _("本人確認書類の生年月日を入力してください")
_NOT_A_DATE = _("生年月日を確かめてください。例：昭和63年3月20日、S63.3.20、19880320")
_PROXY_MISSING = _("代理人の氏名を入力してください")
_REASON_MISSING = _("理由を入力してください")
SEXES = (("", "—"), ("male", _("男")), ("female", _("女")))


def _plain_input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **attributes})


class ScanForm(forms.Form):
    """The label of a card and the slip of a booking, as a reader or a person types them."""

    label = forms.CharField(
        label=_("カードのラベル"),
        help_text=_("ラベルのバーコードを読み取ります。交付通知書の番号を入力しても構いません。"),
        max_length=40,
        widget=_plain_input(autofocus="autofocus", **{"data-next": "booking"}),
        error_messages={"required": _LABEL_MISSING, "max_length": _LABEL_MISSING},
    )
    booking = forms.CharField(
        label=_("予約番号"),
        help_text=_("予約票のQRコードを読み取ります。予約なしで来た方は空欄のまま進みます。"),
        max_length=40,
        required=False,
        widget=_plain_input(),
    )


class ChipFields(forms.Form):
    """What the chip tells, or what somebody types from the face of the card."""

    chip_name = forms.CharField(
        label=_("チップの氏名"), max_length=100, required=False, widget=_plain_input()
    )
    chip_address = forms.CharField(
        label=_("チップの住所"), max_length=200, required=False, widget=_plain_input()
    )
    chip_born_on = forms.CharField(
        label=_("チップの生年月日"), max_length=20, required=False, widget=_plain_input()
    )
    chip_sex = forms.ChoiceField(label=_("チップの性別"), choices=SEXES, required=False)

    def clean_chip_born_on(self) -> str:
        """Read a date however it is written."""
        return _day_of(self.cleaned_data["chip_born_on"], is_date=True)

    @property
    def has_chip(self) -> bool:
        """Tell whether anything of a chip stands in the form."""
        return bool(self.cleaned_data.get("chip_name"))


class CompareForm(ChipFields):
    """Label, booking, papers and person: all that is compared."""

    label = forms.CharField(
        label=_("カードのラベル"),
        max_length=40,
        widget=_plain_input(**{"data-next": "booking"}),
        error_messages={"required": _LABEL_MISSING, "max_length": _LABEL_MISSING},
    )
    booking = forms.CharField(
        label=_("予約番号"),
        max_length=40,
        required=False,
        widget=_plain_input(**{"data-next": "papers"}),
    )
    is_walk_in = forms.BooleanField(label=_("予約なしで来た方"), required=False)
    receiver = forms.ChoiceField(
        label=_("受け取る方"),
        choices=[(each.value, label) for each, label in RECEIVER_LABELS.items()],
        initial=Receiver.HOLDER.value,
        widget=forms.RadioSelect,
    )
    papers = forms.MultipleChoiceField(
        label=_("本人の本人確認書類"),
        help_text=_(
            "本人が受け取るとき：交付通知書があれば、顔写真付き1点か、どれか2点。"
            "なければ、顔写真付き1点を含む2点。"
            "代理人が受け取るとき：顔写真付き1点を含む2点か、どれか3点。"
        ),
        choices=[(each.value, label) for each, label in PAPER_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    proofs = forms.MultipleChoiceField(
        label=_("そのほかの書類"),
        choices=[(each.value, label) for each, label in PROOF_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    proxy_name = forms.CharField(
        label=_("代理人の氏名"), max_length=100, required=False, widget=_plain_input()
    )
    proxy_papers = forms.MultipleChoiceField(
        label=_("代理人の本人確認書類"),
        help_text=_("顔写真付き1点を含む2点"),
        choices=[(each.value, label) for each, label in PAPER_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    born = forms.CharField(
        label=_("本人確認書類の生年月日"),
        help_text=_("画面を写さず、書類を見て入力します。例：昭和63年3月20日、S63.3.20、19880320"),
        max_length=30,
        required=False,
        widget=_plain_input(),
        error_messages={"required": _BORN_MISSING},
    )
    is_looked = forms.BooleanField(label=_("氏名と顔写真を、書類と本人で見比べました"), required=False)

    def __init__(self, *arguments: Any, has_bookings: bool, is_date: bool, **words: Any) -> None:
        super().__init__(*arguments, **words)
        self._has_bookings, self._is_date = has_bookings, is_date
        # What the chip says is as good; without it the day has to be typed.
        self.fields["born"].required = not self.data.get("chip_born_on")
        if not has_bookings:
            del self.fields["booking"], self.fields["is_walk_in"]

    def clean_born(self) -> str:
        """Read a date however it is written, or the words that stand in the ledger instead of one."""
        return _day_of(self.cleaned_data["born"], is_date=self._is_date)

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs together."""
        given = super().clean() or self.cleaned_data
        if self._has_bookings and not given.get("booking") and not given.get("is_walk_in"):
            self.add_error("booking", _BOOKING_MISSING)
        if not given.get("born") and not given.get("chip_born_on") and "born" not in self.errors:
            self.add_error("born", _BORN_MISSING)
        if given.get("receiver") not in (None, Receiver.HOLDER.value) and not given.get("proxy_name"):
            self.add_error("proxy_name", _PROXY_MISSING)
        return given

    def evidence(self) -> Evidence:
        """Give what was read, ticked and typed."""
        given = self.cleaned_data
        seen = Seen(
            born=given["chip_born_on"] if self.has_chip else given["born"],
            name=given["chip_name"],
            address=given["chip_address"],
            sex=given["chip_sex"],
            is_looked=given["is_looked"],
        )
        receiver = Receiver(given["receiver"])
        is_holder = receiver is Receiver.HOLDER
        shown = Shown(
            receiver=receiver,
            holder=frozenset(Paper(each) for each in given["papers"]),
            proxy=frozenset() if is_holder else frozenset(Paper(each) for each in given["proxy_papers"]),
            proofs=frozenset(Proof(each) for each in given["proofs"]),
        )
        return Evidence(
            label=given["label"],
            booking=given.get("booking", ""),
            is_walk_in=given.get("is_walk_in", False) and not given.get("booking"),
            seen=seen,
            shown=shown,
            proxy_name="" if is_holder else given["proxy_name"],
        )


class OverrideForm(forms.Form):
    """Why somebody looks past a warning."""

    reason = forms.CharField(
        label=_("認める理由"),
        help_text=_("何を確かめ、なぜ認めるかを書きます。カードの履歴と監査の記録に残ります。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": _REASON_MISSING},
    )


class ChipForm(ChipFields):
    """A card whose ledger is compared with its chip."""

    label = forms.CharField(
        label=_("カードのラベル・交付通知書の番号"),
        help_text=_("入力すると、チップの内容を台帳と見比べます。"),
        max_length=40,
        required=False,
        widget=_plain_input(),
    )
    field_order = ("label", "chip_name", "chip_address", "chip_born_on", "chip_sex")

    # Read without any number: until when card and certificate are good, and who gave the card.
    expires_on = forms.DateField(required=False, widget=forms.HiddenInput)
    certificate_expires_on = forms.DateField(required=False, widget=forms.HiddenInput)
    municipality = forms.RegexField(r"[0-9]{5}", required=False, widget=forms.HiddenInput)


def _day_of(typed: str, *, is_date: bool) -> str:
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text or not is_date:
        return text
    try:
        return read_date(text).isoformat()
    except NotADate as mistake:
        raise forms.ValidationError(_NOT_A_DATE) from mistake
