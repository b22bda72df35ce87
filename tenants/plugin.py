"""What the list of cities and our operators' console add to the platform; always on."""

from django.http import HttpRequest

from madoguchi.hooks.contracts.city_states import CityStateChanged
from madoguchi.hooks.contracts.looks import LookChosen
from madoguchi.hooks.contracts.outages import OutageChanged
from madoguchi.hooks.contracts.registers import RegisterChanged
from madoguchi.hooks.contracts.switching import PluginSwitched
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    ApprovalKind,
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
from tenants.keys import declarations as keys
from tenants.offboarding import declarations as offboarding
from tenants.outages import answers
from tenants.outages import declarations as outages
from tenants.outages import widgets as outage_widgets
from tenants.registers import declarations as registers
from tenants.registers import services as registering
from tenants.trial import declarations as trial
from tenants.watch import declarations as watch
from tenants.watch import widgets


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (*watch.URLS, *outages.URLS, *registers.URLS, *trial.URLS)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (
        *console.PERMISSIONS,
        *outages.PERMISSIONS,
        *keys.PERMISSIONS,
        *offboarding.PERMISSIONS,
        *watch.PERMISSIONS,
        *registers.PERMISSIONS,
        *trial.PERMISSIONS,
    )


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (
        *console.AUDIT_PHRASES,
        *switching.AUDIT_PHRASES,
        *states.AUDIT_PHRASES,
        *contracts.AUDIT_PHRASES,
        *outages.AUDIT_PHRASES,
        *trial.AUDIT_PHRASES,
        *offboarding.AUDIT_PHRASES,
        *keys.AUDIT_PHRASES,
        *registers.AUDIT_PHRASES,
    )


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (
        EventHandler(event=PluginSwitched, function=switching.hear_switch),
        EventHandler(event=CityStateChanged, function=states.hear_change),
        EventHandler(event=LookChosen, function=looks.hear_look),
        EventHandler(event=OutageChanged, function=answers.hear_change),
        EventHandler(event=RegisterChanged, function=registering.hear_change),
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
        *keys.SCHEDULES,
    )


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        *console.navigation(),
        *keys.navigation(),
        *outages.navigation(),
        *offboarding.navigation(),
        *watch.NAVIGATION,
        *registers.navigation(),
        *trial.navigation(),
    )


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    return (*outage_widgets.dashboard_cards(request), *widgets.dashboard_cards(request))


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    return trial.staff_tasks()


@hookimpl
def page_banners(request: HttpRequest) -> tuple[Banner, ...]:
    return outage_widgets.page_banners(request)


@hookimpl
def approval_kinds() -> tuple[ApprovalKind, ...]:
    return offboarding.APPROVAL_KINDS
