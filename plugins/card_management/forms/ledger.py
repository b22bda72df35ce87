"""What staff type at one card: a reason, days, a kind, a note, scanned codes."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.web.intake.fields import ReadField
from plugins.card_management.declarations import ACTION_LABELS, FACT_LABELS, KIND_LABELS, STATE_LABELS
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.life_cycle import FINAL, Action
from plugins.card_management.services.notes import LONGEST

LONGEST_REASON: Final = 200
DAY_FACTS: Final = (
    Fact.NOTICE_SENT_ON,
    Fact.NOTICE_RETURNED_ON,
    Fact.NOTICE_RESENT_ON,
    Fact.RECEIVED_ON,
    Fact.DEADLINE_ON,
)
# Sending and taking in are done with parcels, disposing by two people.
SCANNED: Final = tuple(
    action for action in Action if action not in FINAL | {Action.UNDO, Action.SEND, Action.TAKE_IN}
)
_WRONG_DAY: Final = _("日付は「年-月-日」で入力してください（例：2026-11-24）。")
_TOO_LONG: Final = _("200文字までで入力してください。")


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _TOO_LONG},
    )


class FactsForm(ReasonForm):
    """The kind of a card, its delivery and its days."""

    kind = forms.ChoiceField(
        label=FACT_LABELS[Fact.KIND], choices=[(kind.value, label) for kind, label in KIND_LABELS.items()]
    )
    batch = forms.CharField(
        label=FACT_LABELS[Fact.BATCH],
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    visit = forms.ChoiceField(
        label=FACT_LABELS[Fact.VISIT],
        required=False,
        choices=[("", _("印なし")), ("arrived", _("来庁済み")), ("absent", _("来庁なし"))],
    )

    field_order = ("kind", "batch", *(fact.value for fact in DAY_FACTS), "visit", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in DAY_FACTS:
            self.fields[fact.value] = forms.DateField(
                label=FACT_LABELS[fact],
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages={"invalid": _WRONG_DAY},
            )
        self.order_fields(self.field_order)
        self.fields["reason"].help_text = _("日付の順番が合わないときや、種類を変えるときに入力します。")


class NoteForm(forms.Form):
    """A note about a card."""

    text = forms.CharField(
        label=_("内容"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("職員だけが見られます。住民の画面・メール・一覧のファイルには出ません。"),
        error_messages={
            "required": _("備考の内容を入力してください。"),
            "max_length": _("備考は1000文字までです。短くしてください。"),
        },
    )
    is_pinned = forms.BooleanField(
        label=_("申し送りにする（受付と交付のときに、読むまで表示します）"), required=False
    )


class ScanForm(ReasonForm):
    """Codes from a reader, one a line, and what is done with their cards."""

    codes = ReadField(
        label=_("バーコード（1行に1枚）"),
        widget=forms.Textarea(
            attrs={
                "rows": 10,
                "class": "mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        help_text=_("この欄を選んでから、カードのバーコードを続けて読み取ってください。"),
        error_messages={"required": _("バーコードを読み取ってください。")},
    )
    action = forms.ChoiceField(
        label=_("操作"),
        choices=[("", _("選んでください")), *((action.value, ACTION_LABELS[action]) for action in SCANNED)],
        error_messages={
            "required": _("操作を選んでください。"),
            "invalid_choice": _("操作を選んでください。"),
        },
    )

    field_order = ("action", "codes", "reason")


class LedgerForm(forms.Form):
    """Which cards the printed ledger lists."""

    basis = forms.ChoiceField(
        label=_("期間の基準"),
        choices=[
            ("arrived_on", _("到着日")),
            ("notice_sent_on", _("通知書送付日")),
            ("wanted_on", _("来庁予約の日")),
            ("handed_over_on", _("交付日")),
        ],
    )
    first = forms.DateField(
        label=_("はじめの日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _WRONG_DAY, "invalid": _WRONG_DAY},
    )
    last = forms.DateField(
        label=_("終わりの日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _WRONG_DAY, "invalid": _WRONG_DAY},
    )
    site = forms.ChoiceField(label=_("所在"), required=False)
    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[("", _("すべて")), *((state.value, label) for state, label in STATE_LABELS.items())],
    )
    kind = forms.ChoiceField(
        label=_("種類"),
        required=False,
        choices=[("", _("すべて")), *((kind.value, label) for kind, label in KIND_LABELS.items())],
    )

    def __init__(self, *args: Any, sites: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["site"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("すべて")), *sites]

    def clean(self) -> dict[str, Any]:
        """Let no period end before it begins."""
        typed = super().clean() or {}
        first, last = typed.get("first"), typed.get("last")
        if first and last and first > last:
            self.add_error("last", _("終わりの日が、はじめの日より前です。"))
        return typed
