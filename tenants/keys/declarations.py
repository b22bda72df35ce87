"""What is written down about keys, and what comes round."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Schedule

RENEW_KEYS = "tenants.renew_keys"
VIEW_KEYS = "tenants.view_keys"
BEGUN = "tenants.key_begun"
RESEALED = "tenants.key_resealed"
RETIRED = "tenants.key_retired"
DESTROYED = "tenants.keys_destroyed"

PERMISSIONS = (
    Permission(
        name=VIEW_KEYS,
        label=_("暗号の鍵の状態を見る"),
        roles=("operator_admin", "operator", "operator_viewer"),
        function=_("暗号の鍵"),
        access="view",
    ),
    Permission(
        name=RENEW_KEYS, label=_("暗号の鍵を更新する"), roles=("operator_admin",), function=_("暗号の鍵")
    ),
)
_TERMS = {
    "generation": _("鍵の番号"),
    "generations": _("鍵の番号"),
    "rows": _("暗号化し直した行"),
    "broken": _("開けなかった行"),
    "left": _("古い鍵のままの行"),
}
AUDIT_PHRASES = (
    AuditPhrase(action=BEGUN, phrase=_("新しい暗号の鍵に切り替えた"), terms=_TERMS),
    AuditPhrase(action=RESEALED, phrase=_("保存されたデータを新しい鍵で暗号化し直した"), terms=_TERMS),
    AuditPhrase(action=RETIRED, phrase=_("古い暗号の鍵を廃棄した"), terms=_TERMS),
    AuditPhrase(action=DESTROYED, phrase=_("暗号の鍵をすべて廃棄した")),
)
SCHEDULES = (
    # What a stopped worker left behind goes on at night; a city with one key has nothing to do.
    Schedule(name="tenants.reseal_rest", task="tenants.reseal_rest", at="20 2 * * *", world="operators"),
)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead to the keys; no city's staff reach the address."""
    return (
        NavigationItem(
            label=_("暗号の鍵"), url_name="key_list", permission=VIEW_KEYS, section=_("運用"), order=60
        ),
    )
