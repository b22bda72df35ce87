from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.credentials import IdentityProvider
from madoguchi.accounts.identity import providers
from madoguchi.accounts.identity.errors import SecretNeeded
from madoguchi.accounts.identity.providers import Entry


class ProviderForm(forms.Form):
    """How the city's own directory is reached, and whom it speaks of."""

    label = forms.CharField(
        label=gettext_lazy("ボタンの名前"),
        max_length=40,
        help_text=gettext_lazy("例：庁内アカウントでサインイン"),
        error_messages={"required": gettext_lazy("ボタンの名前を入力してください。")},
    )
    issuer = forms.URLField(
        label=gettext_lazy("発行者（issuer）のURL"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("例：https://login.microsoftonline.com/（テナントID）/v2.0"),
        error_messages={"required": gettext_lazy("発行者のURLを入力してください。")},
    )
    client_id = forms.CharField(
        label=gettext_lazy("クライアントID"),
        max_length=200,
        error_messages={"required": gettext_lazy("クライアントIDを入力してください。")},
    )
    secret = forms.CharField(
        label=gettext_lazy("クライアントシークレット"),
        max_length=400,
        strip=True,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("クライアントシークレットを入力してください。")},
        help_text=gettext_lazy(
            "暗号化して保存し、画面には二度と表示しません。変えないときは空のままにします。"
            "発行者かクライアントIDを変えるときは、入力し直してください。"
        ),
    )
    staff_code_claim = forms.CharField(
        label=gettext_lazy("職員コードが入る項目（クレーム）"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例：employee_id。職員が自分で書きかえられる項目は使わないでください。"),
    )
    matches_mail = forms.BooleanField(
        label=gettext_lazy("確認済みのメールアドレスでも職員を探す"), required=False
    )
    adds_staff = forms.BooleanField(
        label=gettext_lazy("登録のない人を、役割なしの職員として自動で登録する"), required=False
    )
    counts_as_two = forms.BooleanField(
        label=gettext_lazy("この認証サーバーが2つ目の確認を済ませているとみなす"), required=False
    )

    def __init__(self, *args: Any, provider: IdentityProvider | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        secret = self.fields["secret"]
        secret.required = provider is None
        if provider is None:
            secret.help_text = _("暗号化して保存し、画面には二度と表示しません。")

    def clean(self) -> dict[str, Any]:
        """Ask for one way at least to find a person."""
        cleaned = super().clean() or {}
        if not cleaned.get("staff_code_claim") and not cleaned.get("matches_mail"):
            text = _("職員コードの項目を書くか、メールアドレスで探すようにしてください。")
            self.add_error("staff_code_claim", text)
        if self.provider and not cleaned.get("secret") and self._is_another(cleaned):
            self.add_error("secret", SecretNeeded.message)
        return cleaned

    def _is_another(self, cleaned: dict[str, Any]) -> bool:
        assert self.provider is not None
        issuer, client_id = cleaned.get("issuer"), cleaned.get("client_id")
        if not issuer or not client_id:
            return False
        return providers.is_another(self.provider, issuer=issuer, client_id=client_id)

    @property
    def entry(self) -> Entry:
        """Give what was written down."""
        return Entry(**self.cleaned_data)
