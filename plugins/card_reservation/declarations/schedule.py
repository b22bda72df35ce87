"""Who sets up the schedule, and how the audit list says it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission

CHANGE_SCHEDULE = "card_reservation.change_schedule"

SCHEDULE_PERMISSIONS = (
    Permission(
        name=CHANGE_SCHEDULE,
        label=_("予約の受付の決まり（業務・場所・パターン）を変更する"),
        roles=("city_admin",),
        function=_("予約の受付の決まり"),
    ),
)

SCHEDULE_NAVIGATION = (
    NavigationItem(
        label=_("予約の受付の決まり"),
        url_name="reservations:rules",
        permission=CHANGE_SCHEDULE,
        section=_("設定"),
        order=250,
    ),
)

_WHERE = {"place": _("場所"), "places": _("場所"), "service": _("業務"), "pattern": _("パターン")}
_SERVICE = {
    "name": _("名前"),
    "name_en": _("名前（英語）"),
    "name_easy": _("名前（やさしい日本語）"),
    "summary": _("説明"),
    "summary_en": _("説明（英語）"),
    "summary_easy": _("説明（やさしい日本語）"),
    "duration_minutes": _("所要時間（分）"),
    "identity": _("確認の方法"),
    "notice": _("交付通知書の番号"),
    "phone": _("氏名と電話番号"),
    "none": _("確認しない"),
    "for_residents": _("住民が予約できる"),
    "for_staff": _("職員が予約できる"),
    "is_offered": _("受付をする"),
}
_RULES = {
    "is_offered": _("受付をする"),
    "capacity": _("1枠の定員"),
    "unit_minutes": _("1枠の長さ（分）"),
    "earliest_open_days_residents": _("住民の最初の日"),
    "earliest_open_days_staff": _("職員の最初の日"),
    "earliest_unit": _("日数の数え方"),
    "open": _("開庁日"),
    "calendar": _("暦の日"),
    "lead_minutes_residents": _("住民の当日の締切（分）"),
    "lead_minutes_staff": _("職員の当日の締切（分）"),
    "latest_days": _("最後の日（何日後）"),
    "latest_on": _("最後の日（日付）"),
    "latest_opens_at": _("新しい日の予約を始める時刻"),
    "transport_days": _("取り寄せる日数"),
    "max_party": _("一緒に来られる人数"),
    "few_threshold": _("「残りわずか」の人数"),
    "cutoff_minutes": _("変更・取り消しの期限（分）"),
}
_PATTERN = {"hours": _("時間"), "days": _("日"), "replacement": _("代わりのパターン"), "name": _("理由")}

SCHEDULE_PHRASES = (
    AuditPhrase(action="card_reservation.service_added", phrase=_("業務を追加した"), terms=_SERVICE),
    AuditPhrase(action="card_reservation.service_changed", phrase=_("業務を変更した"), terms=_SERVICE),
    AuditPhrase(
        action="card_reservation.terms_written",
        phrase=_("業務の注意事項と持ち物を改めた"),
        terms={"version": _("版"), "count": _("注意事項の数")},
    ),
    AuditPhrase(
        action="card_reservation.rules_added", phrase=_("業務の受付を場所に加えた"), terms=_WHERE | _RULES
    ),
    AuditPhrase(
        action="card_reservation.rules_changed", phrase=_("受付の決まりを変更した"), terms=_WHERE | _RULES
    ),
    AuditPhrase(
        action="card_reservation.counter_hours_changed",
        phrase=_("窓口の担当を変更した"),
        terms=_WHERE | {"counters": _("窓口")},
    ),
    AuditPhrase(
        action="card_reservation.pattern_saved", phrase=_("パターンを保存した"), terms=_WHERE | _PATTERN
    ),
    AuditPhrase(
        action="card_reservation.pattern_deleted", phrase=_("パターンを削除した"), terms=_WHERE | _PATTERN
    ),
    AuditPhrase(
        action="card_reservation.pattern_applied",
        phrase=_("パターンを使う日を決めた"),
        terms=_WHERE | _PATTERN,
    ),
    AuditPhrase(
        action="card_reservation.pattern_taken_off",
        phrase=_("パターンを使う日を取り消した"),
        terms=_WHERE | _PATTERN,
    ),
    AuditPhrase(
        action="card_reservation.stop_added",
        phrase=_("外部のシステムの停止を登録した"),
        terms=_WHERE | _PATTERN,
    ),
    AuditPhrase(
        action="card_reservation.stop_removed",
        phrase=_("外部のシステムの停止を取り消した"),
        terms=_WHERE | _PATTERN,
    ),
)
