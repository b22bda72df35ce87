from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.roles import BUILT_IN
from madoguchi.hooks.values import AuditPhrase, Permission

MANAGE_STAFF = "accounts.manage_staff"
VIEW_ENTRIES = "audit.view_entries"

PERMISSIONS = (
    Permission(name=MANAGE_STAFF, label=_("職員と役割を管理する"), roles=("city_admin", "operator_admin")),
    Permission(
        name=VIEW_ENTRIES, label=_("操作履歴を見る"), roles=("city_admin", "auditor", "operator_admin")
    ),
)

AUDIT_PHRASES = (
    AuditPhrase(action="accounts.signed_in", phrase=_("サインインした")),
    AuditPhrase(action="accounts.signed_out", phrase=_("サインアウトした")),
    AuditPhrase(action="accounts.sign_in_refused", phrase=_("サインインを断った")),
    AuditPhrase(action="accounts.sign_in_locked", phrase=_("失敗が続いたためサインインを止めた")),
    AuditPhrase(action="accounts.staff_added", phrase=_("職員を登録した")),
    AuditPhrase(
        action="accounts.staff_changed",
        phrase=_("職員の情報を変更した"),
        terms={"name": _("氏名"), "name_kana": _("氏名カナ"), "section": _("課・係")},
    ),
    AuditPhrase(
        action="accounts.rights_changed",
        phrase=_("職員の役割・利用状態を変更した"),
        terms={role.key: role.name for role in BUILT_IN},
    ),
    AuditPhrase(action="accounts.reset_code_issued", phrase=_("パスワード再設定コードを発行した")),
    AuditPhrase(action="accounts.password_reset", phrase=_("再設定コードでパスワードを設定した")),
    AuditPhrase(action="accounts.password_changed", phrase=_("自分のパスワードを変更した")),
    AuditPhrase(action="accounts.denied", phrase=_("権限のない画面を断った")),
    AuditPhrase(
        action="audit.viewed",
        phrase=_("操作履歴を閲覧した"),
        terms={
            "person": _("対象"),
            "user": _("操作した人"),
            "action": _("操作"),
            "since": _("いつから"),
            "until": _("いつまで"),
        },
    ),
)
