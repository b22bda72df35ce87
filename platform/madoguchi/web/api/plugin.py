"""What the machine API takes part in."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import AuditPhrase, EventHandler, NavigationItem, Permission, TrialData, Urls
from madoguchi.web.api import declarations, webhooks
from madoguchi.web.api.events import TOLD, MessageQueued


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="staff", prefix="api-access/", module="madoguchi.web.api.urls"),)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    told = tuple(EventHandler(event=event, function=webhooks.hear) for event, _label in TOLD.values())
    return (*told, EventHandler(event=MessageQueued, function=webhooks.send))


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (TrialData(label=_("システム連携の答え"), tables=("api_keptanswer", "api_webhookmessage")),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("システム連携"),
            url_name="api_access:index",
            permission=declarations.MANAGE,
            section=_("職員と安全"),
            order=920,
        ),
    )
