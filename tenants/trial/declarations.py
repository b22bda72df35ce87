"""What the trial declares: one permission, the page, and how its acts are written down."""

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, Urls
from madoguchi.standing import standing
from madoguchi.tenancy import current_city
from tenants.trial.purging import PURGED

PREPARE = "tenants.prepare_go_live"
PERMISSIONS = (Permission(name=PREPARE, label=_("公開の準備をする"), roles=("city_admin",)),)
AUDIT_PHRASES = (AuditPhrase(action=PURGED, phrase=_("試行中のデータを消した")),)
URLS = (Urls(zone="staff", prefix="go-live/", module="tenants.trial.urls"),)


def navigation() -> tuple[NavigationItem, ...]:
    """Lead to the preparations while the city is in trial: later they mean nothing."""
    if not standing(current_city().state).is_trial:
        return ()
    return (
        NavigationItem(
            label=_("公開の準備"), url_name="go_live", permission=PREPARE, section=_("設定"), order=800
        ),
    )
