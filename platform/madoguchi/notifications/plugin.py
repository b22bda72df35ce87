from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    AuditPhrase,
    DashboardCard,
    EventHandler,
    GoLiveCheck,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
)
from madoguchi.notifications import declarations, queries
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.preferences import MAIL_SETTINGS
from madoguchi.notifications.sending import send_delivery
from madoguchi.standing import standing
from madoguchi.tenancy import current_city


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (EventHandler(event=DeliveryQueued, function=send_delivery),)


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (MAIL_SETTINGS,)


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="notifications.purge", task="notifications.purge", at="50 2 * * *"),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    return (
        NavigationItem(
            label=_("通知の送信状況"),
            url_name="deliveries",
            permission=declarations.VIEW_DELIVERIES,
            section=_("日々の業務"),
            order=500,
        ),
        NavigationItem(
            label=_("通知の文面"),
            url_name="message_templates",
            permission=declarations.EDIT_TEMPLATES,
            section=_("設定"),
            order=890,
        ),
        *trial_navigation(),
    )


def trial_navigation() -> tuple[NavigationItem, ...]:
    """Lead to the list of addresses while the city is in trial: later it means nothing."""
    if not standing(current_city().state).is_trial:
        return ()
    return (
        NavigationItem(
            label=_("試行中の送信先"),
            url_name="allowed_addresses",
            permission=declarations.EDIT_ALLOWED,
            section=_("設定"),
            order=895,
        ),
    )


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    return (
        DashboardCard(
            template="notifications/card.html",
            context={"failures": queries.failures()},
            permission=declarations.VIEW_DELIVERIES,
            order=900,
        ),
    )


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    failures = queries.failures()
    if not failures:
        return ()
    return (
        StaffTask(
            label=_("届かなかった通知"),
            url=reverse("deliveries"),
            permission=declarations.VIEW_DELIVERIES,
            count=failures,
            advice=_("理由を確かめ、電話などで連絡してください。"),
            is_warning=True,
            order=100,
        ),
    )


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (TrialData(label=gettext_lazy("通知"), tables=("notifications_delivery",)),)


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    return (
        GoLiveCheck(
            label=_("通知が届くことを確かめた"),
            is_done=queries.has_sent(),
            advice=_("試行中の送信先を登録し、通知をテスト送信してください。"),
            url_name="allowed_addresses",
            order=500,
        ),
        GoLiveCheck(
            label=_("届かなかった通知がない"),
            is_done=queries.failures() == 0,
            advice=_("通知の送信状況で、届かなかった理由を確かめてください。"),
            url_name="deliveries",
            order=510,
        ),
    )
