"""What the list of cities and our operators' console add to the platform; always on."""

from django.http import HttpRequest

from madoguchi.hooks.contracts.switching import PluginSwitched
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, DashboardCard, EventHandler, NavigationItem, Permission, Urls
from tenants import switching
from tenants.console import declarations as console
from tenants.watch import declarations as watch
from tenants.watch import widgets


@hookimpl
def urls() -> tuple[Urls, ...]:
    return watch.URLS


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (*console.PERMISSIONS, *watch.PERMISSIONS)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (*console.AUDIT_PHRASES, *switching.AUDIT_PHRASES)


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (EventHandler(event=PluginSwitched, function=switching.hear_switch),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (*console.navigation(), *watch.NAVIGATION)


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    return widgets.dashboard_cards(request)
