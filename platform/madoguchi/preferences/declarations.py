from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, Permission

CHANGE_SETTINGS = "preferences.change_settings"
CHANGED = "preferences.changed"

PERMISSIONS = (
    Permission(
        name=CHANGE_SETTINGS, label=_("機能の設定を変更する"), roles=("city_admin",), function=_("機能の設定")
    ),
)

AUDIT_PHRASES = (
    AuditPhrase(
        action=CHANGED,
        phrase=_("機能の設定を変更した"),
        terms={"plugin": _("機能"), "True": _("はい"), "False": _("いいえ")},
    ),
)
