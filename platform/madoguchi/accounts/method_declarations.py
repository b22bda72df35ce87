"""Audit phrases and messages of the ways to sign in."""

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.identity.errors import REASONS
from madoguchi.hooks.values import AuditPhrase, MessageKind, Placeholder

METHODS = {
    "password": _("パスワード"),
    "app": _("認証アプリ"),
    "passkey": _("パスキー"),
    "recovery_code": _("回復コード"),
    "mail_code": _("メールの確認コード"),
    "provider": _("組織アカウント"),
}
RULES = {
    "sign_in.required": _("2つ目の確認"),
    "sign_in.allows_apps": _("認証アプリ"),
    "sign_in.allows_passkeys": _("パスキー"),
    "sign_in.allows_passwordless": _("パスキーだけのサインイン"),
    "sign_in.trusted_networks": _("信頼するネットワーク"),
    "sign_in.guesses_a_day": _("追加の確認までの回数"),
    "passwords.shortest": _("最も短い長さ"),
    "passwords.classes": _("文字の種類"),
    "passwords.remembered": _("使い回しを断る回数"),
    "passwords.expires_days": _("有効期間（日）"),
    "passwords.forbidden_words": _("入れられない言葉"),
    "chosen": _("求めない"),
    "administrators": _("管理者"),
    "everybody": _("すべての職員"),
    "sign_in": _("サインイン"),
    "passwords": _("パスワード"),
}
PROVIDER_FIELDS = {
    "label": _("ボタンの名前"),
    "issuer": _("発行者"),
    "client_id": _("クライアントID"),
    "secret": _("クライアントシークレット"),
    "staff_code_claim": _("職員コードの項目"),
    "matches_mail": _("メールで探す"),
    "adds_staff": _("自動で登録する"),
    "counts_as_two": _("2つ目の確認とみなす"),
}

PHRASES = (
    AuditPhrase(action="accounts.signed_in", phrase=_("サインインした"), terms=METHODS),
    AuditPhrase(action="accounts.second_step_refused", phrase=_("2つ目の確認を断った")),
    AuditPhrase(action="accounts.passkey_refused", phrase=_("パスキーでのサインインを断った")),
    AuditPhrase(
        action="accounts.provider_refused", phrase=_("組織アカウントでのサインインを断った"), terms=REASONS
    ),
    AuditPhrase(action="accounts.method_added", phrase=_("自分のサインインの方法を追加した"), terms=METHODS),
    AuditPhrase(
        action="accounts.method_removed", phrase=_("自分のサインインの方法を削除した"), terms=METHODS
    ),
    AuditPhrase(action="accounts.recovery_codes_made", phrase=_("回復コードを作り直した")),
    AuditPhrase(action="accounts.methods_reset", phrase=_("職員の2つ目の確認を解除した")),
    AuditPhrase(
        action="accounts.policy_changed",
        phrase=_("サインインとパスワードの決まりを変更した"),
        terms=RULES,
    ),
    AuditPhrase(
        action="accounts.provider_added", phrase=_("組織アカウントの設定を追加した"), terms=PROVIDER_FIELDS
    ),
    AuditPhrase(
        action="accounts.provider_changed",
        phrase=_("組織アカウントの設定を変更した"),
        terms=PROVIDER_FIELDS,
    ),
    AuditPhrase(action="accounts.provider_tried", phrase=_("組織アカウントを試した")),
    AuditPhrase(action="accounts.provider_switched_on", phrase=_("組織アカウントを使えるようにした")),
    AuditPhrase(action="accounts.provider_switched_off", phrase=_("組織アカウントを止めた")),
    AuditPhrase(action="accounts.provider_removed", phrase=_("組織アカウントの設定を削除した")),
)
PARTS = {"accounts.policy": _("サインインの決まり"), "accounts.provider": _("組織アカウント")}

_WHO = Placeholder(name="name", label=_("職員の氏名"), sample="窓口 花子")
SIGN_IN_CODE = MessageKind(
    name="accounts.sign_in_code",
    is_for_staff=True,
    is_asked_for=True,
    label=_("サインインの確認コード（職員）"),
    placeholders=(
        _WHO,
        Placeholder(name="code", label=_("確認コード"), sample="12345678", is_required=True),
    ),
    subject={"ja": "サインインの確認コード：{code}"},
    body={
        "ja": (
            "{name} さん\n\n"
            "サインインの確認コードは {code} です。10分以内に入力してください。\n\n"
            "パスワードのまちがいが続いたため、念のため確認しています。\n"
            "サインインしていないときは、パスワードを知られています。すぐに管理者へ連絡し、"
            "パスワードを変えてください。\n"
        )
    },
)
METHODS_CHANGED = MessageKind(
    name="accounts.methods_changed",
    is_for_staff=True,
    label=_("サインインの方法が変わったお知らせ（職員）"),
    placeholders=(
        _WHO,
        Placeholder(
            name="change",
            label=_("変わったこと"),
            sample="サインインの方法が追加されました。",
            is_required=True,
        ),
        Placeholder(name="at", label=_("日時"), sample="2031年3月31日（月）9:00"),
    ),
    subject={"ja": "サインインの方法が変わりました"},
    body={
        "ja": (
            "{name} さん\n\n{change}\n日時：{at}\n\n身に覚えがないときは、すぐに管理者へ連絡してください。\n"
        )
    },
)
MESSAGES = (SIGN_IN_CODE, METHODS_CHANGED)
CHANGES = {
    "added": _("サインインの方法が追加されました。"),
    "removed": _("サインインの方法が削除されました。"),
    "reset": _("管理者が、2つ目の確認の登録をすべて解除しました。次のサインインで登録し直してください。"),
}
