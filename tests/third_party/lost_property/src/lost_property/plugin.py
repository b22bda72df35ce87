"""Everything this plugin takes part in, on one page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lost_property import declarations, services
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    AuditPhrase,
    EventHandler,
    MenuEntry,
    NavigationItem,
    Permission,
    Schedule,
    TrialData,
    Urls,
    Widget,
)


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="resident", prefix="lost-property/", module="lost_property.urls"),
        Urls(zone="staff", prefix="lost-property/", module="lost_property.staff_urls"),
        Urls(zone="api", prefix="lost-property/", module="lost_property.api_urls"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (declarations.SETTINGS,)


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (EventHandler(event=declarations.ThingReported, function=services.count),)


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="lost_property.forget_old", task="lost_property.forget_old", at="20 3 * * *"),)


@hookimpl
def cms_widgets() -> tuple[Widget, ...]:
    return (
        Widget(
            name="lost_property.things",
            label=_("落とし物の一覧"),
            template="lost_property/widget.html",
            context=things_context,
        ),
    )


@hookimpl
def resident_menu(request: HttpRequest) -> tuple[MenuEntry, ...]:
    return (MenuEntry(label=_("落とし物を届け出る"), url_name="lost_property:report", order=600),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("落とし物"),
            url_name="lost_property_staff:board",
            permission=declarations.READ,
            section=_("日々の業務"),
            order=600,
        ),
    )


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (TrialData(label=_("落とし物の届け"), tables=("lost_property_report",)),)


def things_context(request: HttpRequest | None) -> Mapping[str, Any]:
    """Give the widget what was lost."""
    return {"things": services.things()}
