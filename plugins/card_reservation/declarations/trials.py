"""Trying schedules out, and advice on capacities: permission, places in the navigation, audit phrases."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission
from madoguchi.places.declarations import WEEKDAY_NAMES, WEEKDAYS

TRY = "card_reservation.try_schedules"

PERMISSIONS = (
    Permission(
        name=TRY, label=_("予約枠の試算をする・公開する"), roles=("city_admin",), function=_("予約枠の試算")
    ),
)

NAVIGATION = (
    NavigationItem(
        label=_("予約枠の試算"),
        url_name="reservations:drafts",
        permission=TRY,
        section=_("設定"),
        order=220,
    ),
    NavigationItem(
        label=_("定員の目安"),
        url_name="reservations:capacity_advice",
        permission=TRY,
        section=_("設定"),
        order=230,
    ),
)

TERMS = {
    "draft": _("試算"),
    "place": _("場所"),
    "capacity": _("1枠の定員（人）"),
    "unit_minutes": _("1枠の長さ（分）"),
    "earliest_open_days_residents": _("住民が予約できる最初の日（何日後から）"),
    "latest_days": _("予約できる最後の日（何日後まで）"),
    **dict(zip(WEEKDAY_NAMES, WEEKDAYS, strict=True)),
}

AUDIT_PHRASES = (
    AuditPhrase(action="card_reservation.draft_begun", phrase=_("予約枠の試算を作った"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_changed", phrase=_("予約枠の試算を変更した"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_weighed", phrase=_("予約枠の試算を計算した"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_discarded", phrase=_("予約枠の試算を破棄した"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_picked_up", phrase=_("破棄した試算を元に戻した"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_published", phrase=_("予約枠の試算を公開した"), terms=TERMS),
    AuditPhrase(action="card_reservation.draft_taken_back", phrase=_("試算の公開を元に戻した"), terms=TERMS),
)
