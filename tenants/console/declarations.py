"""What our operators may do, and the sentences under which it stands in the audit list."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission

VIEW_FLEET = "tenants.view_fleet"
COUNT_ROWS = "tenants.count_rows"
SWITCH_PLUGINS = "tenants.switch_plugins"
CREATE_CITIES = "tenants.create_cities"
CHANGE_CONTRACTS = "tenants.change_contracts"
CHANGE_STATES = "tenants.change_states"
ASK_VISITS = "tenants.ask_visits"

_ALL = ("operator_admin", "operator", "operator_viewer")
_WORKING = ("operator_admin", "operator")
_LEADING = ("operator_admin",)

PERMISSIONS = (
    Permission(
        name=VIEW_FLEET, label=_("自治体の一覧と状態を見る"), roles=_ALL, function=_("自治体"), access="view"
    ),
    Permission(name=COUNT_ROWS, label=_("自治体の件数を数える"), roles=_WORKING, function=_("自治体")),
    Permission(
        name=SWITCH_PLUGINS, label=_("契約の範囲で機能を切り替える"), roles=_WORKING, function=_("自治体")
    ),
    Permission(name=CREATE_CITIES, label=_("自治体を作成する"), roles=_WORKING, function=_("自治体")),
    Permission(name=CHANGE_CONTRACTS, label=_("契約を変更する"), roles=_LEADING, function=_("自治体")),
    Permission(name=CHANGE_STATES, label=_("自治体の状態を変更する"), roles=_LEADING, function=_("自治体")),
    Permission(
        name=ASK_VISITS, label=_("自治体に閲覧を申請する"), roles=_WORKING, function=_("自治体の閲覧")
    ),
)

AUDIT_PHRASES = (
    AuditPhrase(
        action="tenants.contract_changed",
        phrase=_("契約を変更した"),
        terms={
            "notice_days": _("計画停止の予告（日前）"),
            "consent_required": _("計画停止には自治体の承諾が必要"),
            "regular_stops": _("定期停止を認める"),
            "retention_years": _("データの保存年数"),
        },
    ),
    AuditPhrase(action="tenants.rows_counted", phrase=_("運用者が件数を数えた")),
    AuditPhrase(action="tenants.list_downloaded", phrase=_("自治体一覧をダウンロードした")),
    AuditPhrase(action="tenants.city_drafted", phrase=_("自治体の作成を始めた")),
    AuditPhrase(action="tenants.city_requested", phrase=_("自治体の作成を依頼した")),
    AuditPhrase(
        action="tenants.request_changed",
        phrase=_("作成依頼の内容を変更した"),
        terms={
            "city": _("自治体"),
            "booking": _("予約"),
            "plugins": _("機能"),
            "places": _("最初の場所"),
            "contract": _("契約"),
            "staff": _("最初の管理者"),
        },
    ),
    AuditPhrase(action="tenants.request_dropped", phrase=_("自治体の作成を取りやめた")),
    AuditPhrase(action="tenants.request_approved", phrase=_("自治体の作成を承認した")),
    AuditPhrase(action="tenants.request_sent_back", phrase=_("自治体の作成を差し戻した")),
    AuditPhrase(
        action="tenants.booking_data_chosen",
        phrase=_("予約での個人情報の扱いを決めた"),
        terms={
            "personal_data": _("扱い"),
            "names": _("氏名と連絡先を扱う"),
            "email": _("メールアドレスだけを任意で扱う"),
            "none": _("個人情報を扱わない"),
            "requested_by": _("依頼した運用者"),
            "approved_by": _("承認した運用者"),
            "reason": _("理由"),
            "purged": _("消した件数"),
            "proof": _("消去の証明"),
        },
    ),
    AuditPhrase(action="tenants.city_made", phrase=_("自治体が作成された")),
    AuditPhrase(action="tenants.first_code_asked", phrase=_("最初の管理者のコードの再発行を依頼した")),
    AuditPhrase(action="tenants.first_code_shown", phrase=_("最初の管理者のコードを表示した")),
)


def navigation() -> tuple[NavigationItem, ...]:
    """List the console's lines of the navigation; no city's staff reach their addresses."""
    section = _("運用")
    return (
        NavigationItem(
            label=_("自治体の作成"),
            url_name="request_list",
            permission=CREATE_CITIES,
            section=section,
            order=20,
        ),
        NavigationItem(
            label=_("スキーマ更新"),
            url_name="fleet_runs",
            permission=VIEW_FLEET,
            section=section,
            order=30,
        ),
    )
