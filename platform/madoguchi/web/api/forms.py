"""What an administrator fills in for a token or an address that is told of events."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.web.api import posting, scopes
from madoguchi.web.api.events import TOLD

LIVES = ((30, _("30日")), (90, _("90日")), (180, _("180日")), (365, _("1年")))
MOST_NETWORKS = 10


class TokenForm(forms.Form):
    """What a program is for, what it may do, from where and for how long."""

    label = forms.CharField(
        label=_("使いみち"), max_length=60, help_text=_("どの仕組みが使うかがわかる名前。例：庁内予約表示盤")
    )
    scopes = forms.MultipleChoiceField(
        label=_("できること"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("あなたに許されていることだけを選べます。必要なものだけにしてください。"),
        error_messages={"required": _("できることを、1つ以上選んでください。")},
    )
    sees = forms.MultipleChoiceField(
        label=_("読める個人情報"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("選ばない項目は、空欄にして渡します。"),
    )
    days = forms.TypedChoiceField(label=_("有効期限"), choices=LIVES, coerce=int, initial=90)
    networks = forms.CharField(
        label=_("接続元のネットワーク"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("1行に1つ。例：203.0.113.0/24。空欄なら、どこからでも使えます。"),
    )

    def __init__(self, *args: Any, person: Any, eyes: Eyes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.name, one.label) for one in scopes.offered() if person.has_permission(one.name)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        # Nobody lets a program read what is kept from himself.
        self.fields["sees"].choices = [  # type: ignore[attr-defined]
            (column.name, column.label) for column in scopes.columns() if not eyes.is_masked(column.name)
        ]

    def clean_networks(self) -> list[str]:
        """Read one network in each line."""
        lines = [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]
        if len(lines) > MOST_NETWORKS:
            raise forms.ValidationError(_("ネットワークは10個までです。"))
        try:
            return [str(ip_network(line)) for line in lines]
        except ValueError as unreadable:
            raise forms.ValidationError(
                _("ネットワークは 203.0.113.0/24 のように入力してください。")
            ) from unreadable

    @property
    def life(self) -> timedelta:
        """Tell how long the token is to live."""
        return timedelta(days=self.cleaned_data["days"])


class WebhookForm(forms.Form):
    """Where to and of what to tell."""

    label = forms.CharField(label=_("使いみち"), max_length=60)
    address = forms.CharField(
        label=_("送り先のアドレス"),
        max_length=300,
        help_text=_("https:// で始まるアドレス。例：https://kiosk.city.example.jp/madoguchi"),
    )
    events = forms.MultipleChoiceField(
        label=_("知らせること"),
        choices=[(kind, label) for kind, (_event, label) in TOLD.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("知らせることを、1つ以上選んでください。")},
    )

    def clean_address(self) -> str:
        """Take addresses that we would really send to."""
        address = str(self.cleaned_data["address"]).strip()
        try:
            posting.refuse_inside(address)
        except posting.AddressRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return address
