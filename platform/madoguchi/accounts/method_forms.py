"""Forms of the second step, of one's own methods and of what a city asks for."""

from dataclasses import asdict
from ipaddress import ip_network
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.methods import policy
from madoguchi.accounts.methods.policy import SHORTEST, STRENGTHS, PasswordRules, SignInRules

MOST_NETWORKS = 50
MOST_WORDS = 100
LONGEST_WORD = 40
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
CODE = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
REQUIRED = {
    "chosen": gettext_lazy("求めない（本人が設定したときだけ使う）"),
    "administrators": gettext_lazy("管理者に求める"),
    "everybody": gettext_lazy("すべての職員に求める"),
}


class CodeForm(forms.Form):
    """A code from an app, from paper or from the mail."""

    code = forms.CharField(
        label=gettext_lazy("確認コード"),
        max_length=20,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": gettext_lazy("確認コードを入力してください。")},
    )


class AppForm(forms.Form):
    """The digits that prove that the app has the secret."""

    digits = forms.CharField(
        label=gettext_lazy("アプリに表示された6桁の数字"),
        max_length=12,
        widget=forms.TextInput(attrs=DIGITS),
        error_messages={"required": gettext_lazy("アプリに表示された6桁の数字を入力してください。")},
    )


class PasskeyForm(forms.Form):
    """The answer of the browser, and a name by which its owner knows the key."""

    name = forms.CharField(
        label=gettext_lazy("パスキーの名前"),
        max_length=40,
        help_text=gettext_lazy("例：自席のパソコン、青いセキュリティキー"),
        error_messages={"required": gettext_lazy("あとで見分けられる名前を入力してください。")},
    )
    answer = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)


class ProveForm(forms.Form):
    """The person's own password, once more."""

    current = forms.CharField(
        label=gettext_lazy("パスワード"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("パスワードを入力してください。")},
    )


class MethodsResetForm(ProveForm):
    """Why the second step of somebody is taken away, and the administrator's own password."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        help_text=gettext_lazy("例：スマートフォンの紛失。本人と対面で確認した。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("理由を入力してください。")},
    )
    field_order = ("reason", "current")
    current = forms.CharField(
        label=gettext_lazy("あなたのパスワード"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("あなたのパスワードを入力してください。")},
    )


class LinesField(forms.CharField):
    """Words, one a line."""

    def __init__(self, **words: Any) -> None:
        super().__init__(
            required=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}), **words
        )

    def prepare_value(self, value: Any) -> Any:
        """Write stored words one a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """Give the words without blanks."""
        lines = str(super().clean(value) or "").splitlines()
        return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))


class SignInRulesForm(forms.Form):
    """Which methods there are, and who needs a second step."""

    required = forms.ChoiceField(
        label=gettext_lazy("サインインのときの2つ目の確認"), widget=forms.RadioSelect, choices=()
    )
    allows_apps = forms.BooleanField(label=gettext_lazy("認証アプリを使えるようにする"), required=False)
    allows_passkeys = forms.BooleanField(label=gettext_lazy("パスキーを使えるようにする"), required=False)
    allows_passwordless = forms.BooleanField(
        label=gettext_lazy("パスキーだけでのサインインを認める（パスワード不要）"), required=False
    )
    trusted_networks = LinesField(
        label=gettext_lazy("信頼するネットワーク"),
        max_length=2000,
        help_text=gettext_lazy(
            "1行に1つ。例：10.20.0.0/16。ここからは2つ目の確認を省きます。管理者には省きません。"
        ),
    )
    guesses_a_day = forms.IntegerField(
        label=gettext_lazy("1日にこの回数まちがえた職員コードには、追加の確認を求める"),
        min_value=10,
        max_value=500,
        help_text=gettext_lazy(
            "10〜500回。すべての端末からの合計です。本人を締め出さずに、追加の確認を求めます。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = STRENGTHS.index(policy.floor())
        required = self.fields["required"]
        assert isinstance(required, forms.ChoiceField)
        required.choices = [(name, REQUIRED[name]) for name in STRENGTHS[least:]]
        if least:
            required.help_text = _("これより弱い設定は、システム全体の決まりで選べません。")

    def clean_trusted_networks(self) -> tuple[str, ...]:
        """Write every network in the one way it is compared."""
        networks: list[str] = []
        for word in self.cleaned_data["trusted_networks"][: MOST_NETWORKS + 1]:
            networks.append(_network(word))
        if len(networks) > MOST_NETWORKS:
            raise forms.ValidationError(_("ネットワークは50件までです。"))
        return tuple(networks)

    def clean(self) -> dict[str, Any]:
        """Keep the city from asking for what nobody can do."""
        cleaned = super().clean() or {}
        if cleaned.get("required") != "chosen" and not (
            cleaned.get("allows_apps") or cleaned.get("allows_passkeys")
        ):
            self.add_error(
                "allows_apps", _("2つ目の確認を求めるときは、アプリかパスキーのどちらかが必要です。")
            )
        return cleaned

    @property
    def rules(self) -> SignInRules:
        """Give the rules that were chosen."""
        return SignInRules(**self.cleaned_data)


class PasswordRulesForm(forms.Form):
    """What a new password must look like."""

    shortest = forms.IntegerField(
        label=gettext_lazy("最も短い長さ（文字数）"),
        min_value=SHORTEST,
        max_value=64,
        help_text=gettext_lazy("12〜64文字。12文字より短くはできません。"),
        error_messages={
            "min_value": gettext_lazy("12文字以上にしてください。短いパスワードは破られやすいためです。")
        },
    )
    classes = forms.IntegerField(
        label=gettext_lazy("使う文字の種類の数"),
        min_value=1,
        max_value=4,
        help_text=gettext_lazy("1〜4種類。英小文字・英大文字・数字・記号から数えます。1は「決めない」です。"),
    )
    remembered = forms.IntegerField(
        label=gettext_lazy("使い回しを断る回数"),
        min_value=1,
        max_value=10,
        help_text=gettext_lazy("1〜10回。1は「今のパスワードだけ」です。"),
    )
    expires_days = forms.IntegerField(
        label=gettext_lazy("有効期間（日）"),
        min_value=0,
        max_value=730,
        help_text=gettext_lazy("0は「期限なし」（おすすめ）。期限を決めるときは30〜730日。"),
    )
    forbidden_words = LinesField(
        label=gettext_lazy("パスワードに入れられない言葉"),
        max_length=4000,
        help_text=gettext_lazy("1行に1つ、3文字以上。自治体名・職員コード・氏名は、書かなくても使えません。"),
    )

    def clean_expires_days(self) -> int:
        """Refuse a life so short that people write their passwords down."""
        days = int(self.cleaned_data["expires_days"])
        if 0 < days < 30:
            raise forms.ValidationError(_("30日より短い期限は、メモ書きや使い回しを招くため選べません。"))
        return days

    def clean_forbidden_words(self) -> tuple[str, ...]:
        """Refuse what is too short to be a word, or too much to read."""
        words: tuple[str, ...] = self.cleaned_data["forbidden_words"]
        if any(not 3 <= len(word) <= LONGEST_WORD for word in words) or len(words) > MOST_WORDS:
            raise forms.ValidationError(_("1つの言葉は3〜40文字、全部で100語までにしてください。"))
        return words

    @property
    def rules(self) -> PasswordRules:
        """Give the rules that were chosen."""
        return PasswordRules(**self.cleaned_data)


def sign_in_form(data: Any = None) -> SignInRulesForm:
    """Make the form of the sign-in with what the city chose."""
    return SignInRulesForm(data, prefix="sign_in", initial=asdict(policy.sign_in_rules()))


def password_form(data: Any = None) -> PasswordRulesForm:
    """Make the form of the passwords with what the city chose."""
    return PasswordRulesForm(data, prefix="passwords", initial=asdict(policy.password_rules()))


def _network(word: str) -> str:
    try:
        network = ip_network(word, strict=False)
    except ValueError as error:
        raise forms.ValidationError(
            _("「%(word)s」はネットワークではありません。例：10.20.0.0/16") % {"word": word}
        ) from error
    if network.prefixlen < 8:
        raise forms.ValidationError(
            _("「%(word)s」は広すぎます。自治体の回線だけを書いてください。") % {"word": word}
        )
    return str(network)
