from django.utils.translation import gettext_lazy as _

from madoguchi.accounts import method_declarations
from madoguchi.accounts.roles import BUILT_IN, OPERATORS
from madoguchi.hooks.values import AuditPhrase, Permission

MANAGE_STAFF = "accounts.manage_staff"
VIEW_STAFF = "accounts.view_staff"
MANAGE_SIGN_IN = "accounts.manage_sign_in"
VIEW_ENTRIES = "audit.view_entries"
SETTLE_ALERTS = "audit.settle_alerts"
SHARE_VIEWS = "accounts.share_views"
EXPORT_LISTS = "accounts.export_lists"
USE_DESK = "accounts.use_desk"
EVERYBODY = (
    *("counter_clerk", "call_centre", "city_admin", "auditor", "site_editor"),
    *("operator_admin", "operator", "operator_viewer"),
)

STAFF = _("職員・権限")
ENTRIES = _("操作履歴")
LISTS = _("一覧")

PERMISSIONS = (
    Permission(
        name=VIEW_STAFF,
        label=_("職員と役割を見る"),
        roles=("city_admin", "auditor", "operator_admin"),
        function=STAFF,
        access="view",
    ),
    Permission(
        name=MANAGE_STAFF,
        label=_("職員と役割を管理する"),
        roles=("city_admin", "operator_admin"),
        function=STAFF,
    ),
    Permission(
        name=MANAGE_SIGN_IN,
        label=_("サインインの方法とパスワードの決まりを変更する"),
        roles=("city_admin", "operator_admin"),
        function=_("サインインの決まり"),
    ),
    Permission(
        name=VIEW_ENTRIES,
        label=_("操作履歴を見る"),
        roles=("city_admin", "auditor", "operator_admin"),
        function=ENTRIES,
        access="view",
    ),
    Permission(
        name=SETTLE_ALERTS,
        label=_("気になる操作を確認済みにする"),
        roles=("city_admin", "auditor", "operator_admin"),
        function=ENTRIES,
    ),
    Permission(
        name=SHARE_VIEWS,
        label=_("一覧のビューをほかの職員と共有する"),
        roles=("city_admin", "operator_admin"),
        function=LISTS,
    ),
    Permission(
        name=EXPORT_LISTS,
        label=_("一覧をCSVファイルに書き出す・印刷用に開く"),
        roles=("city_admin", "auditor", "operator_admin", "operator", "operator_viewer"),
        function=_("一覧の書き出し"),
        access="view",
    ),
    Permission(
        name=USE_DESK, label=_("自分のビューと操作を元に戻す"), roles=EVERYBODY, function=LISTS, access="view"
    ),
)

ROLE_TERMS = {
    "name": _("役割"),
    "copied_from": _("コピー元"),
    "added": _("加えた権限"),
    "removed": _("外した権限"),
    "old_masks": _("表示しない項目（前）"),
    "new_masks": _("表示しない項目（後）"),
    "hide": _("表示しない"),
    "short": _("一部だけ表示する"),
}
OVERRIDE_TERMS = {
    "permission": _("権限"),
    "permissions": _("権限"),
    "granted": _("許可"),
    "reason": _("理由"),
    "until": _("最後の日"),
}
PERSONNEL_TERMS = {
    "joins": _("入る人"),
    "returns": _("復帰する人"),
    "moves": _("異動する人"),
    "leaves": _("離れる人"),
    "effective_on": _("反映する日"),
}

AUDIT_PHRASES = (
    *method_declarations.PHRASES,
    AuditPhrase(
        action="accounts.signed_out",
        phrase=_("サインアウトした"),
        terms={"switched": _("担当者を切り替えた")},
    ),
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
            "email": _("メールアドレス"),
            "uses_shortcuts": _("キーボードショートカット"),
        },
    ),
    AuditPhrase(
        action="accounts.rights_changed",
        phrase=_("職員の役割・利用状態を変更した"),
        terms={role.key: role.name for role in (*BUILT_IN, *OPERATORS)},
    ),
    AuditPhrase(action="accounts.staff_deleted", phrase=_("職員を削除した")),
    AuditPhrase(action="accounts.role_made", phrase=_("役割を作った"), terms=ROLE_TERMS),
    AuditPhrase(action="accounts.role_changed", phrase=_("役割を変更した"), terms=ROLE_TERMS),
    AuditPhrase(action="accounts.role_deleted", phrase=_("役割を削除した"), terms=ROLE_TERMS),
    AuditPhrase(action="accounts.override_set", phrase=_("職員の個別の権限を決めた"), terms=OVERRIDE_TERMS),
    AuditPhrase(
        action="accounts.override_dropped", phrase=_("職員の個別の権限を取り消した"), terms=OVERRIDE_TERMS
    ),
    AuditPhrase(
        action="accounts.overrides_put_back",
        phrase=_("職員の個別の権限を元に戻した"),
        terms=OVERRIDE_TERMS,
    ),
    AuditPhrase(
        action="accounts.places_changed",
        phrase=_("職員の担当する場所を変更した"),
        terms={"all_places": _("すべての場所")},
    ),
    AuditPhrase(action="accounts.personnel_planned", phrase=_("人事異動を予定した"), terms=PERSONNEL_TERMS),
    AuditPhrase(action="accounts.personnel_done", phrase=_("人事異動を反映した"), terms=PERSONNEL_TERMS),
    AuditPhrase(action="accounts.personnel_dropped", phrase=_("予定した人事異動を取りやめた")),
    AuditPhrase(action="accounts.personnel_refused", phrase=_("人事異動を反映できなかった")),
    AuditPhrase(action="accounts.personnel_undone", phrase=_("人事異動を元に戻した")),
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
    AuditPhrase(
        action="audit.alert_raised",
        phrase=_("気になる操作を見つけた"),
        terms={
            "many_people": _("1時間に多くの人の情報を見た"),
            "two_places": _("同じ人が2か所からサインインした"),
            "many_refusals": _("権限のない操作を続けて断られた"),
            "sign_in_spray": _("1つの接続元から、サインインが続けて断られた"),
            "many_exports": _("1時間に多くの行を書き出した"),
            "foreign_network": _("許可されていない場所から接続された"),
            "seal_broken": _("保存されたデータを開けなかった"),
        },
    ),
    AuditPhrase(action="audit.alert_seen", phrase=_("気になる操作を確認済みにした")),
    AuditPhrase(action="audit.exported", phrase=_("操作履歴の検証用ファイルを書き出した")),
    AuditPhrase(action="audit.verified", phrase=_("操作履歴の封印を検証した")),
    AuditPhrase(
        action="audit.viewed",
        phrase=_("操作履歴を閲覧した"),
        terms={
            "person": _("対象"),
            "user": _("操作した人"),
            "kind": _("立場"),
            "function": _("機能"),
            "action": _("操作"),
            "address": _("接続元"),
            "since": _("いつから"),
            "until": _("いつまで"),
        },
    ),
)
