from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

EDIT_TEMPLATES = "notifications.edit_templates"
VIEW_DELIVERIES = "notifications.view_deliveries"
EDIT_ALLOWED = "notifications.edit_allowed_addresses"

PERMISSIONS = (
    Permission(name=EDIT_ALLOWED, label=_("試行中の送信先を編集する"), roles=("city_admin",)),
    Permission(name=EDIT_TEMPLATES, label=_("通知の文面を編集する"), roles=("city_admin",)),
    Permission(
        name=VIEW_DELIVERIES,
        label=_("通知の送信状況を見る"),
        roles=("city_admin", "counter_clerk", "call_centre"),
    ),
)

AUDIT_PHRASES = (
    AuditPhrase(action="notifications.template_changed", phrase=_("通知の文面を変更した")),
    AuditPhrase(action="notifications.template_reverted", phrase=_("通知の文面を標準に戻した")),
    AuditPhrase(action="notifications.sample_sent", phrase=_("通知をテスト送信した")),
    AuditPhrase(action="notifications.address_allowed", phrase=_("試行中の送信先を追加した")),
    AuditPhrase(action="notifications.address_removed", phrase=_("試行中の送信先を削除した")),
    AuditPhrase(action="notifications.held_released", phrase=_("保留した通知の送信を始めた")),
    AuditPhrase(
        action="notifications.purged",
        phrase=_("保存期間を過ぎた通知の記録を消した"),
        terms={"sent": _("送信済み"), "bounced": _("宛先に届きません"), "failed": _("送信できません")},
    ),
)
