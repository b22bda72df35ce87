"""What the machine API takes part in."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    EventHandler,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
    Urls,
)
from madoguchi.web.api import declarations, sending, webhooks
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
    return (*told, EventHandler(event=MessageQueued, function=webhooks.hear_queued))


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="api.send_messages", task="api.send_messages", at="*/5 * * * *"),)


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    silent = sending.resting(now=clock.now()).count()
    if not silent:
        return ()
    return (
        StaffTask(
            label=_("返事のないシステム連携の通知先があります"),
            url=reverse("api_access:index"),
            permission=declarations.MANAGE,
            count=silent,
            advice=_("送り先の仕組みが動いているかを確かめて、「テストを送る」を押してください。"),
            is_warning=True,
            order=900,
        ),
    )


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
