from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission, Schedule, TrialData, Urls

VIEW: Final = "privacy.view_retention"
CHANGE: Final = "privacy.change_retention"
DISCLOSE: Final = "privacy.answer_people"
DISCLOSE_ALL: Final = "privacy.see_beyond_limits"
APPROVE: Final = "privacy.approve_requests"

OBJECT: Final = "privacy.data_class"
PERSON_OBJECT: Final = "privacy.person_request"
RETENTION_CHANGED: Final = "privacy.retention_changed"
HOLD_PLACED: Final = "privacy.hold_placed"
HOLD_LIFTED: Final = "privacy.hold_lifted"
ERASED: Final = "privacy.erased_by_age"
LOOKED_UP: Final = "privacy.person_looked_up"
ASKED: Final = "privacy.person_request_made"
CLOSED: Final = "privacy.person_request_closed"
HANDED_OUT: Final = "privacy.person_handed_out"
PERSON_ERASED: Final = "privacy.person_erased"

SHORTEN: Final = "privacy.shorten_retention"
HAND_OUT: Final = "privacy.hand_out_person"
ERASE_PERSON: Final = "privacy.erase_person"

PROTECTION = _("個人情報の保護")
PERMISSIONS = (
    Permission(
        name=VIEW,
        label=_("保存期間と消去の記録を見る"),
        roles=("city_admin", "auditor"),
        function=PROTECTION,
        access="view",
    ),
    Permission(
        name=CHANGE,
        label=_("保存期間と消去の停止を決める"),
        roles=("city_admin",),
        function=PROTECTION,
    ),
    Permission(
        name=DISCLOSE,
        label=_("開示・消去の請求に対応する"),
        roles=("city_admin",),
        function=PROTECTION,
    ),
    # Of no role at first: whose sight a city has limited sees more only where the city says so.
    Permission(
        name=DISCLOSE_ALL,
        label=_("開示・消去の請求では、見えない列とほかの場所のデータもすべて見る"),
        function=_("制限を超えた開示"),
    ),
    Permission(
        name=APPROVE,
        label=_("保存期間の短縮・開示・消去を承認する"),
        roles=("city_admin",),
        function=PROTECTION,
    ),
)

TERMS = {
    "months": _("保存期間（か月）"),
    "floor": _("下限（か月）"),
    "reason": _("理由"),
    "approved_by": _("承認した人"),
    "until": _("期限"),
    "count": _("件数"),
    "before": _("この日より前"),
    "held": _("消去を止めている件数"),
    "kind": _("種類"),
    "disclose": _("開示"),
    "erase": _("消去"),
    "form": _("形"),
}
AUDIT_PHRASES = (
    AuditPhrase(action=RETENTION_CHANGED, phrase=_("保存期間を変更した"), terms=TERMS),
    AuditPhrase(action=HOLD_PLACED, phrase=_("消去を止めた"), terms=TERMS),
    AuditPhrase(action=HOLD_LIFTED, phrase=_("消去の停止を解いた"), terms=TERMS),
    AuditPhrase(action=ERASED, phrase=_("保存期間を過ぎたデータを消去した"), terms=TERMS),
    AuditPhrase(action=LOOKED_UP, phrase=_("開示・消去の請求のために本人のデータを探した"), terms=TERMS),
    AuditPhrase(action=ASKED, phrase=_("開示・消去の請求を受け付けた"), terms=TERMS),
    AuditPhrase(action=CLOSED, phrase=_("開示・消去の請求を取りやめた"), terms=TERMS),
    AuditPhrase(action=HANDED_OUT, phrase=_("開示のためのデータを出力した"), terms=TERMS),
    AuditPhrase(action=PERSON_ERASED, phrase=_("本人のデータを消去した"), terms=TERMS),
)
URLS = (Urls(zone="staff", prefix="privacy/", module="madoguchi.privacy.urls"),)
SCHEDULES = (Schedule(name="privacy.begin_erasing", task="privacy.begin_erasing", at="30 2 * * *"),)
TRIAL_DATA = (TrialData(label=_("開示・消去の請求"), tables=("privacy_personrequest",)),)
