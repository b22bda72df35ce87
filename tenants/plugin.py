"""What the list of cities and our operators' console add to the platform; always on."""

from django.http import HttpRequest

from madoguchi.hooks.contracts.city_states import CityStateChanged
from madoguchi.hooks.contracts.looks import LookChosen
from madoguchi.hooks.contracts.outages import OutageChanged
from madoguchi.hooks.contracts.switching import PluginSwitched
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    Banner,
    DashboardCard,
    EventHandler,
    MessageKind,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    Urls,
)
from tenants import contracts, letters, looks, states, switching
from tenants.console import declarations as console
from tenants.outages import answers
from tenants.outages import declarations as outages
from tenants.outages import widgets as outage_widgets
from tenants.trial import declarations as trial
from tenants.watch import declarations as watch
from tenants.watch import widgets


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (*watch.URLS, *outages.URLS, *trial.URLS)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (*console.PERMISSIONS, *outages.PERMISSIONS, *watch.PERMISSIONS, *trial.PERMISSIONS)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (
        *console.AUDIT_PHRASES,
        *switching.AUDIT_PHRASES,
        *states.AUDIT_PHRASES,
        *contracts.AUDIT_PHRASES,
        *outages.AUDIT_PHRASES,
        *trial.AUDIT_PHRASES,
    )


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (
        EventHandler(event=PluginSwitched, function=switching.hear_switch),
        EventHandler(event=CityStateChanged, function=states.hear_change),
        EventHandler(event=LookChosen, function=looks.hear_look),
        EventHandler(event=OutageChanged, function=answers.hear_change),
    )


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    return letters.MESSAGE_KINDS


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (
        Schedule(
            name="tenants.alert_operators", task="tenants.alert_operators", at="0 8 * * *", world="operators"
        ),
        *outages.SCHEDULES,
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (*console.navigation(), *outages.navigation(), *watch.NAVIGATION, *trial.navigation())


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    return (*outage_widgets.dashboard_cards(request), *widgets.dashboard_cards(request))


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    return trial.staff_tasks()


@hookimpl
def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    return outage_widgets.page_banners(request)
