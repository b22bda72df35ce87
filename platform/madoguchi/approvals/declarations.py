from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, MessageKind, Permission, Placeholder, Schedule, Urls

VIEW: Final = "approvals.view_requests"
OBJECT: Final = "approvals.request"
ASKED: Final = "approvals.asked"
APPROVED: Final = "approvals.approved"
REFUSED: Final = "approvals.refused"
WITHDRAWN: Final = "approvals.withdrawn"
EXPIRED: Final = "approvals.expired"
USED: Final = "approvals.used"

PERMISSIONS = (
    Permission(
        name=VIEW,
        label=_("承認の依頼を見る"),
        roles=("city_admin", "auditor", "operator_admin", "operator"),
        function=_("承認"),
        access="view",
    ),
)

TERMS = {"kind": _("種類"), "reason": _("理由"), "note": _("メモ")}
AUDIT_PHRASES = (
    AuditPhrase(action=ASKED, phrase=_("承認を依頼した"), terms=TERMS),
    AuditPhrase(action=APPROVED, phrase=_("依頼を承認した"), terms=TERMS),
    AuditPhrase(action=REFUSED, phrase=_("依頼を却下した"), terms=TERMS),
    AuditPhrase(action=WITHDRAWN, phrase=_("依頼を取り下げた"), terms=TERMS),
    AuditPhrase(action=EXPIRED, phrase=_("承認の依頼が期限切れになった"), terms=TERMS),
    AuditPhrase(action=USED, phrase=_("承認された依頼を実行した"), terms=TERMS),
)

URLS = (Urls(zone="staff", prefix="approvals/", module="madoguchi.approvals.urls"),)
SCHEDULES = (
    Schedule(name="approvals.expire", task="approvals.expire", at="15 1 * * *"),
    Schedule(name="approvals.expire_operators", task="approvals.expire", at="15 1 * * *", world="operators"),
)

PLACEHOLDERS = (
    Placeholder(name="request", label=_("依頼の種類"), sample="保存期間を短くする", is_required=True),
    Placeholder(name="person", label=_("依頼した人・決めた人"), sample="見本 太郎"),
    Placeholder(name="state", label=_("状態"), sample="承認待ち", is_required=True),
    Placeholder(name="url", label=_("画面のアドレス"), sample="https://…/approvals/…/", is_required=True),
)
SUBJECT = {"ja": "{request}：{state}"}
BODY = {
    "ja": (
        "「{request}」の依頼は、いま「{state}」です（{person}）。\n\n"
        "内容を確かめるときは、サインインして次の画面を開いてください。\n{url}\n"
    )
}
TOLD = MessageKind(
    name="approvals.told",
    is_for_staff=True,
    label=_("承認の依頼のお知らせ（職員あて）"),
    placeholders=PLACEHOLDERS,
    subject=SUBJECT,
    body=BODY,
)
TOLD_OPERATORS = MessageKind(
    name="approvals.told_operators",
    label=_("承認の依頼のお知らせ（運用者あて）"),
    placeholders=PLACEHOLDERS,
    subject=SUBJECT,
    body=BODY,
    world="operators",
)
MESSAGE_KINDS = (TOLD, TOLD_OPERATORS)
