from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.accounts.events import StaffNoticed
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import BulkAction
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    ApprovalKind,
    AuditPhrase,
    DashboardCard,
    EventHandler,
    GoLiveCheck,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
    Urls,
)
from madoguchi.notifications import approving, declarations, privacy, queries, tables
from madoguchi.notifications.events import DeliveryQueued, MailingTurn
from madoguchi.notifications.preferences import MAIL_SETTINGS
from madoguchi.notifications.sending import send_delivery
from madoguchi.notifications.staff_mail import tell_staff
from madoguchi.notifications.turns import take_turn
from madoguchi.standing import standing
from madoguchi.tenancy import current_city


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return declarations.PERMISSIONS


@hookimpl
def approval_kinds() -> tuple[ApprovalKind, ...]:
    return (approving.APPROVAL,)


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return declarations.AUDIT_PHRASES


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (
        EventHandler(event=DeliveryQueued, function=send_delivery),
        EventHandler(event=StaffNoticed, function=tell_staff),
        EventHandler(event=MailingTurn, function=take_turn),
    )


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (MAIL_SETTINGS,)


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (
        Schedule(name="notifications.purge", task="notifications.purge", at="50 2 * * *"),
        Schedule(name="notifications.check_senders", task="notifications.check_senders", at="15 6 * * *"),
    )


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (Urls(zone="resident", prefix="mail/", module="madoguchi.notifications.resident_urls"),)


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    return tables.ACTIONS


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
            section=_("案内と通知"),
            order=890,
        ),
        NavigationItem(
            label=_("一斉メール"),
            url_name="mailings",
            permission=declarations.SEND_MAILINGS,
            section=_("日々の業務"),
            order=510,
        ),
        NavigationItem(
            label=_("メールの差出人"),
            url_name="mail_sender",
            permission=declarations.CHANGE_SENDER,
            section=_("案内と通知"),
            order=892,
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
            section=_("案内と通知"),
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
            url=reverse("deliveries") + "?state=undelivered",
            permission=declarations.VIEW_DELIVERIES,
            count=failures,
            advice=_("理由を確かめ、電話などで連絡してください。"),
            is_warning=True,
            order=100,
        ),
    )


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    return (
        TrialData(label=gettext_lazy("通知"), tables=("notifications_delivery", "notifications_suppression")),
        TrialData(label=gettext_lazy("一斉メール"), tables=("notifications_mailing",)),
    )


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


@hookimpl
def contacts_in_use(contacts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return privacy.contacts_in_use(contacts)


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    return tuple(privacy.held_about(wanted))


@hookimpl
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    return tuple(privacy.erase_held(records))
