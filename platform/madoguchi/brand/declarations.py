from typing import Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

CHANGE_LOOK: Final = "brand.change_look"
CHANGED: Final = "brand.changed"
RESTORED: Final = "brand.restored"
LOGO_ADDED: Final = "brand.logo_added"

PERMISSIONS = (
    Permission(
        name=CHANGE_LOOK,
        label=_("見た目と連絡先を変更する"),
        roles=("city_admin", "operator_admin"),
        function=_("見た目と連絡先"),
    ),
)

TERMS = {
    "hue": _("色"),
    "mark": _("しるし"),
    "contact": _("問い合わせ先"),
    "contact_en": _("問い合わせ先（英語）"),
    "contact_ja_easy": _("問い合わせ先（やさしい日本語）"),
    "phone": _("電話番号"),
    "hours": _("受付時間"),
    "hours_en": _("受付時間（英語）"),
    "hours_ja_easy": _("受付時間（やさしい日本語）"),
    "logo": _("ロゴ"),
    "logo_alt": _("ロゴの説明"),
    "logo_alt_en": _("ロゴの説明（英語）"),
    "logo_names_the_city": _("ロゴの自治体名"),
}

AUDIT_PHRASES = (
    AuditPhrase(action=CHANGED, phrase=_("見た目と連絡先を変更した"), terms=TERMS),
    AuditPhrase(action=RESTORED, phrase=_("見た目と連絡先を前のものに戻した"), terms=TERMS),
    AuditPhrase(action=LOGO_ADDED, phrase=_("ロゴの画像を取り込んだ"), terms={"type": _("種類")}),
)
