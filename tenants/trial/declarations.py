"""What the trial declares: one permission, the page, and how its acts are written down."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import AuditPhrase, NavigationItem, Permission, StaffTask, Urls
from madoguchi.standing import standing
from madoguchi.tenancy import current_city, is_operators
from tenants.trial.purging import PURGED

PREPARE = "tenants.prepare_go_live"
PERMISSIONS = (
    Permission(name=PREPARE, label=_("公開の準備をする"), roles=("city_admin",), function=_("公開の準備")),
)
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


def staff_tasks() -> tuple[StaffTask, ...]:
    """Remind a city in trial of what it has to do before it opens."""
    if is_operators(current_city()) or not standing(current_city().state).is_trial:
        return ()
    return (
        StaffTask(
            label=_("公開の準備"),
            url=reverse("go_live"),
            permission=PREPARE,
            advice=_("試行中です。公開までに済ませることを確かめてください。"),
            order=50,
        ),
    )
