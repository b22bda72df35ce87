"""Everything this plugin takes part in, on one page."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    HealthCheck,
    MenuEntry,
    NavigationItem,
    Permission,
    TrialData,
    Urls,
)
from plugins.plugin_name import declarations, queries


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="resident", prefix="plugin-name/", module="plugins.plugin_name.urls.resident"),
        Urls(zone="staff", prefix="plugin-name/", module="plugins.plugin_name.urls.staff"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def resident_menu(request: HttpRequest) -> tuple[MenuEntry, ...]:
    return (MenuEntry(label=_("PLUGIN_LABEL"), url_name="plugin_name:write", order=500),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("PLUGIN_LABEL"),
            url_name="plugin_name_staff:board",
            permission=declarations.READ_NOTES,
            section=_("日々の業務"),
            order=500,
        ),
    )


@hookimpl
def health_checks() -> tuple[HealthCheck, ...]:
    return (HealthCheck(name="notes", read=queries.read_for_health),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (TrialData(label=_("PLUGIN_LABEL"), tables=("plugin_name_note",)),)
