from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

EDIT_TEMPLATES = "notifications.edit_templates"
VIEW_DELIVERIES = "notifications.view_deliveries"
EDIT_ALLOWED = "notifications.edit_allowed_addresses"
RESEND = "notifications.resend_deliveries"
LIFT = "notifications.lift_suppressions"
CHANGE_SENDER = "notifications.change_sender"
SEND_MAILINGS = "notifications.send_mailings"
MAILING = "notifications.mailing"
"""The kind of every delivery of a mailing: its words are those of the mailing."""

_FUNCTION = _("通知")

PERMISSIONS = (
    Permission(
        name=EDIT_ALLOWED,
        label=_("試行中の送信先を編集する"),
        roles=("city_admin",),
        function=_FUNCTION,
    ),
    Permission(
        name=EDIT_TEMPLATES, label=_("通知の文面を編集する"), roles=("city_admin",), function=_FUNCTION
    ),
    Permission(
        name=VIEW_DELIVERIES,
        label=_("通知の送信状況を見る"),
        roles=("city_admin", "counter_clerk", "call_centre"),
        function=_FUNCTION,
        access="view",
    ),
    Permission(
        name=RESEND,
        label=_("届かなかった通知を送り直す"),
        roles=("city_admin", "counter_clerk", "call_centre"),
        function=_FUNCTION,
    ),
    Permission(
        name=LIFT,
        label=_("送信の停止を解除する"),
        roles=("city_admin", "counter_clerk"),
        function=_FUNCTION,
    ),
    Permission(name=SEND_MAILINGS, label=_("一斉メールを送る"), roles=("city_admin",), function=_FUNCTION),
    Permission(
        name=CHANGE_SENDER, label=_("メールの差出人を変える"), roles=("city_admin",), function=_FUNCTION
    ),
)

SUPPRESSION_REASONS = {
    "bounced": _("メールが届きませんでした"),
    "complained": _("迷惑メールとして報告されました"),
    "opted_out": _("お知らせの停止の申し出がありました"),
}
AUDIT_PHRASES = (
    AuditPhrase(action="notifications.template_changed", phrase=_("通知の文面を変更した")),
    AuditPhrase(action="notifications.template_reverted", phrase=_("通知の文面を標準に戻した")),
    AuditPhrase(action="notifications.sample_sent", phrase=_("通知をテスト送信した")),
    AuditPhrase(action="notifications.address_allowed", phrase=_("試行中の送信先を追加した")),
    AuditPhrase(action="notifications.address_removed", phrase=_("試行中の送信先を削除した")),
    AuditPhrase(action="notifications.held_released", phrase=_("保留した通知の送信を始めた")),
    AuditPhrase(action="notifications.resent", phrase=_("通知を送り直した")),
    AuditPhrase(action="notifications.handled", phrase=_("届かなかった通知を対応済みにした")),
    AuditPhrase(action="notifications.unhandled", phrase=_("届かなかった通知の対応済みを取り消した")),
    AuditPhrase(
        action="notifications.came_back",
        phrase=_("送った通知についての知らせを受け取った"),
        terms={"bounced": _("宛先に届きません"), "complained": _("迷惑メールとして報告されました")},
    ),
    AuditPhrase(
        action="notifications.address_suppressed",
        phrase=_("宛先への送信を止めた"),
        terms=SUPPRESSION_REASONS,
    ),
    AuditPhrase(
        action="notifications.address_lifted",
        phrase=_("宛先への送信の停止を解除した"),
        terms=SUPPRESSION_REASONS,
    ),
    AuditPhrase(action="notifications.sender_set_up", phrase=_("メールの差出人のアドレスを用意した")),
    AuditPhrase(action="notifications.sender_used", phrase=_("メールの差出人のアドレスを使い始めた")),
    AuditPhrase(action="notifications.sender_given_up", phrase=_("メールの差出人のアドレスを元に戻した")),
    AuditPhrase(
        action="notifications.sender_lost",
        phrase=_("DNSの鍵がなくなったため、メールの差出人のアドレスを元に戻した"),
    ),
    AuditPhrase(action="notifications.mailing_written", phrase=_("一斉メールの下書きを保存した")),
    AuditPhrase(action="notifications.mailing_confirmed", phrase=_("一斉メールの送信を始めた")),
    AuditPhrase(action="notifications.mailing_tested", phrase=_("一斉メールをテスト送信した")),
    AuditPhrase(action="notifications.mailing_asked", phrase=_("一斉メールの承認を依頼した")),
    AuditPhrase(action="notifications.mailing_returned", phrase=_("一斉メールが承認されず、下書きに戻った")),
    AuditPhrase(action="notifications.mailing_paused", phrase=_("一斉メールを一時停止した")),
    AuditPhrase(action="notifications.mailing_resumed", phrase=_("一斉メールを再開した")),
    AuditPhrase(action="notifications.mailing_stopped", phrase=_("一斉メールを中止した")),
    AuditPhrase(
        action="notifications.purged",
        phrase=_("保存期間を過ぎた通知の記録を消した"),
        terms={
            "sent": _("送信済み"),
            "bounced": _("宛先に届きません"),
            "failed": _("送信できません"),
            "suppressed": _("送っていません"),
            "dropped": _("取りやめ"),
        },
    ),
)
