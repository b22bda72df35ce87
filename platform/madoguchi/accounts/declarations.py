from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.roles import BUILT_IN, OPERATORS
from madoguchi.hooks.values import AuditPhrase, Permission

MANAGE_STAFF = "accounts.manage_staff"
VIEW_ENTRIES = "audit.view_entries"
SHARE_VIEWS = "accounts.share_views"
EXPORT_LISTS = "accounts.export_lists"
USE_DESK = "accounts.use_desk"
EVERYBODY = (
    *("counter_clerk", "call_centre", "city_admin", "auditor", "site_editor"),
    *("operator_admin", "operator", "operator_viewer"),
)

PERMISSIONS = (
    Permission(name=MANAGE_STAFF, label=_("職員と役割を管理する"), roles=("city_admin", "operator_admin")),
    Permission(
        name=VIEW_ENTRIES, label=_("操作履歴を見る"), roles=("city_admin", "auditor", "operator_admin")
    ),
    Permission(
        name=SHARE_VIEWS,
        label=_("一覧のビューをほかの職員と共有する"),
        roles=("city_admin", "operator_admin"),
    ),
    Permission(
        name=EXPORT_LISTS,
        label=_("一覧をCSVファイルに書き出す"),
        roles=("city_admin", "auditor", "operator_admin", "operator", "operator_viewer"),
    ),
    Permission(name=USE_DESK, label=_("自分のビューと操作を元に戻す"), roles=EVERYBODY),
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
        terms={
            "name": _("氏名"),
            "name_kana": _("氏名カナ"),
            "section": _("課・係"),
            "uses_shortcuts": _("キーボードショートカット"),
        },
    ),
    AuditPhrase(
        action="accounts.rights_changed",
        phrase=_("職員の役割・利用状態を変更した"),
        terms={role.key: role.name for role in (*BUILT_IN, *OPERATORS)},
    ),
    AuditPhrase(action="accounts.reset_code_issued", phrase=_("パスワード再設定コードを発行した")),
    AuditPhrase(action="accounts.password_reset", phrase=_("再設定コードでパスワードを設定した")),
    AuditPhrase(action="accounts.password_changed", phrase=_("自分のパスワードを変更した")),
    AuditPhrase(action="accounts.denied", phrase=_("権限のない画面を断った")),
    AuditPhrase(action="accounts.view_saved", phrase=_("一覧のビューを保存した")),
    AuditPhrase(action="accounts.view_changed", phrase=_("一覧のビューを変更した")),
    AuditPhrase(action="accounts.view_deleted", phrase=_("一覧のビューを削除した")),
    AuditPhrase(action="accounts.view_restored", phrase=_("削除した一覧のビューを元に戻した")),
    AuditPhrase(action="accounts.list_exported", phrase=_("一覧をCSVに書き出した")),
    AuditPhrase(action="accounts.list_printed", phrase=_("一覧を印刷・コピー用に表示した")),
    AuditPhrase(action="accounts.undone", phrase=_("操作を元に戻した")),
    AuditPhrase(action="audit.alert_raised", phrase=_("気になる操作を見つけた")),
    AuditPhrase(action="audit.alert_seen", phrase=_("気になる操作を確認済みにした")),
    AuditPhrase(action="audit.exported", phrase=_("操作履歴の検証用ファイルを書き出した")),
    AuditPhrase(action="audit.verified", phrase=_("操作履歴の封印を検証した")),
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
