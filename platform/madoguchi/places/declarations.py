"""What staff may do with places, and how the audit list says it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

VIEW = "places.view_places"
CHANGE = "places.change_places"

EVERYBODY = ("counter_clerk", "call_centre", "city_admin", "auditor", "site_editor")

PERMISSIONS = (
    Permission(
        name=VIEW,
        label=_("場所と開庁時間を見る"),
        roles=EVERYBODY,
        function=_("場所・開庁時間"),
        access="view",
    ),
    Permission(
        name=CHANGE, label=_("場所と開庁時間を変更する"), roles=("city_admin",), function=_("場所・開庁時間")
    ),
)

WEEKDAYS = (_("月曜日"), _("火曜日"), _("水曜日"), _("木曜日"), _("金曜日"), _("土曜日"), _("日曜日"))
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FIELDS = {
    "name": _("名前"),
    "name_kana": _("読みがな"),
    "name_en": _("名前（英語）"),
    "name_easy": _("名前（やさしい日本語）"),
    "postal_code": _("郵便番号"),
    "address": _("住所"),
    "address_en": _("住所（英語）"),
    "phone": _("電話番号"),
    "access": _("行き方"),
    "access_en": _("行き方（英語）"),
    "access_easy": _("行き方（やさしい日本語）"),
    "counters": _("窓口"),
}
DAYS = {
    "first": _("最初の日"),
    "last": _("最後の日"),
    "days": _("日数"),
    "kind": _("種類"),
    "closed": _("閉庁日"),
    "extra": _("臨時開庁"),
    "hours": _("時間"),
    "name": _("名前"),
    "year": _("年"),
    "place": _("場所"),
}

AUDIT_PHRASES = (
    AuditPhrase(action="places.added", phrase=_("場所を追加した"), terms=FIELDS),
    AuditPhrase(action="places.changed", phrase=_("場所の情報を変更した"), terms=FIELDS),
    AuditPhrase(action="places.ordered", phrase=_("場所の並び順を変更した")),
    AuditPhrase(
        action="places.hours_changed",
        phrase=_("開庁時間を変更した"),
        terms=dict(zip(WEEKDAY_NAMES, WEEKDAYS, strict=True)),
    ),
    AuditPhrase(action="places.hidden", phrase=_("場所を住民に見せないようにした")),
    AuditPhrase(action="places.shown", phrase=_("場所を住民に見せるようにした")),
    AuditPhrase(action="places.days_marked", phrase=_("閉庁日・臨時開庁を登録した"), terms=DAYS),
    AuditPhrase(action="places.day_removed", phrase=_("閉庁日・臨時開庁を取り消した"), terms=DAYS),
    AuditPhrase(action="places.holidays_filled", phrase=_("祝日と年末年始を閉庁日に登録した"), terms=DAYS),
)
