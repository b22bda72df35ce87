from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

PUBLISH_EMERGENCIES: Final = "announcements.publish_emergencies"
EDIT_ANNOUNCEMENTS: Final = "announcements.edit_announcements"

PUBLISHED: Final = "announcements.published"
CHANGED: Final = "announcements.changed"
ENDED: Final = "announcements.ended"
PURGED: Final = "announcements.purged"
OBJECT: Final = "announcements.announcement"

EDITORS = ("city_admin", "site_editor")
PERMISSIONS = (
    Permission(
        name=PUBLISH_EMERGENCIES,
        label=_("緊急のお知らせを出す"),
        roles=("city_admin", "site_editor"),
        function=_("お知らせ"),
    ),
    Permission(
        name=EDIT_ANNOUNCEMENTS,
        label=_("予約する方へのお知らせを出す"),
        roles=("city_admin", "site_editor"),
        function=_("お知らせ"),
    ),
)

TERMS = {
    "kind": _("種類"),
    "emergency": _("緊急のお知らせ"),
    "booking": _("予約する方へのお知らせ"),
    "audience": _("見る人"),
    "resident": _("住民"),
    "staff": _("職員"),
    "both": _("住民と職員"),
    "is_before": _("予約する前の画面"),
    "is_after": _("予約した後の画面"),
    "is_mailed": _("予約の確認メール"),
    "place": _("場所"),
    "service": _("用件"),
    "heading": _("見出し"),
    "heading_en": _("見出し（英語）"),
    "heading_easy": _("見出し（やさしい日本語）"),
    "text": _("本文"),
    "text_en": _("本文（英語）"),
    "text_easy": _("本文（やさしい日本語）"),
    "url": _("リンク"),
    "starts_at": _("始まり"),
    "ends_at": _("終わり"),
    "count": _("件数"),
    "True": _("はい"),
    "False": _("いいえ"),
}

AUDIT_PHRASES = (
    AuditPhrase(action=PUBLISHED, phrase=_("お知らせを出した"), terms=TERMS),
    AuditPhrase(action=CHANGED, phrase=_("お知らせを直した"), terms=TERMS),
    AuditPhrase(action=ENDED, phrase=_("お知らせを終えた"), terms=TERMS),
    AuditPhrase(action=PURGED, phrase=_("保存期間を過ぎたお知らせを消した"), terms=TERMS),
)
