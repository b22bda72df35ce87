"""Everything this plugin takes part in, on one page."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupCancelled, PickupMoved
from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    AuditPhrase,
    BulkAction,
    Countable,
    DashboardCard,
    EventHandler,
    GoLiveCheck,
    HealthCheck,
    MenuEntry,
    MessageKind,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
    Undoable,
    Urls,
    Widget,
)
from plugins.card_reservation import queries, widgets
from plugins.card_reservation.declarations.messages import MESSAGE_KINDS
from plugins.card_reservation.declarations.permissions import AUDIT_PHRASES, BOOK, PERMISSIONS, READ_KIT, VIEW
from plugins.card_reservation.declarations.settings import BOOKING_SETTINGS
from plugins.card_reservation.queries import windows
from plugins.card_reservation.services import following, letters, setup, slots
from plugins.card_reservation.views import marking
from plugins.card_reservation.views import slots as slot_views

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madoguchi.tenancy import City


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="resident", prefix="booking/", module="plugins.card_reservation.urls.resident"),
        Urls(zone="staff", prefix="reservations/", module="plugins.card_reservation.urls.staff"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return PERMISSIONS


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    return MESSAGE_KINDS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return AUDIT_PHRASES


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (BOOKING_SETTINGS,)


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (
        EventHandler(event=PickupBooked, function=letters.confirm),
        EventHandler(event=PickupMoved, function=letters.tell_moved),
        EventHandler(event=PickupCancelled, function=letters.tell_cancelled),
    )


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (
        Schedule(name="card_reservation.open_slots", task="card_reservation.open_slots", at="10 0 * * *"),
        Schedule(name="card_reservation.reconcile", task="card_reservation.reconcile", at="40 3 * * *"),
        Schedule(
            name="card_reservation.make_paper_kits", task="card_reservation.make_paper_kits", at="0 18 * * *"
        ),
        Schedule(
            name="card_reservation.forget_failures", task="card_reservation.forget_failures", at="5 0 * * *"
        ),
    )


@hookimpl
def countables() -> tuple[Countable, ...]:
    return (Countable(label=_("予約"), model="card_reservation.Booking"),)


@hookimpl
def staff_navigation(request: "HttpRequest") -> tuple[NavigationItem, ...]:
    section = _("日々の業務")
    return (
        NavigationItem(
            label=_("予約一覧（当日）"),
            url_name="reservations:day_board",
            permission=VIEW,
            section=section,
            order=10,
            shortcut="r",
        ),
        NavigationItem(
            label=_("電話で予約"),
            url_name="reservations:new",
            permission=BOOK,
            section=section,
            order=20,
            shortcut=":n",
        ),
        NavigationItem(
            label=_("予約枠"),
            url_name="reservations:slots",
            permission=VIEW,
            section=section,
            order=30,
        ),
        NavigationItem(
            label=_("紙の予備リスト"),
            url_name="reservations:kits",
            permission=READ_KIT,
            section=section,
            order=40,
        ),
    )


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    return (*marking.UNDOABLES, *slot_views.UNDOABLES)


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    return marking.ACTIONS


@hookimpl
def staff_tasks(request: "HttpRequest") -> tuple[StaffTask, ...]:
    return widgets.staff_tasks(now=clock.now())


@hookimpl
def resident_menu(request: "HttpRequest") -> tuple[MenuEntry, ...]:
    return (
        MenuEntry(
            label=_("マイナンバーカードの受け取りを予約する"),
            url_name="booking:identify",
            description=_("交付通知書（はがき）が届いた方は、こちらから来庁の日時を予約できます。"),
            icon="card",
            order=10,
        ),
    )


@hookimpl
def dashboard_cards(request: "HttpRequest") -> tuple[DashboardCard, ...]:
    return widgets.dashboard_cards(request)


@hookimpl
def cms_widgets() -> tuple[Widget, ...]:
    return widgets.cms_widgets()


@hookimpl
def city_created(city: "City", profile: dict[str, Any]) -> None:
    setup.set_up(profile=profile, now=clock.now())


@hookimpl
def health_checks() -> tuple[HealthCheck, ...]:
    return (HealthCheck(name="booking", read=lambda: queries.read_for_health(today=clock.today())),)


@hookimpl
def switched_on(city: "City") -> None:
    # No schedule moved the horizon of slots while it was off.
    slots.open_slots(now=clock.now())


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    tables = (
        "card_reservation_paperkit",
        "card_reservation_bookingperson",
        "card_reservation_booking",
        "card_reservation_verificationfailure",
    )
    return (TrialData(label=_("予約"), tables=tables, afterwards=slots.free_all),)


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    return (
        GoLiveCheck(
            label=_("住民が選べるすべての場所に、予約できる枠がある"),
            is_done=windows.every_public_place_has_slots(now=clock.now()),
            advice=_("開庁日と予約の設定を確かめてください。枠は毎日0時10分に作られます。"),
            order=300,
        ),
    )


@hookimpl
def opening_effects(place_ids: tuple[UUID, ...], scope: str, now: datetime) -> tuple[OpeningEffect, ...]:
    return (following.effects(place_ids=place_ids, scope=scope, now=now),)


@hookimpl
def opening_changed(place_ids: tuple[UUID, ...], now: datetime) -> None:
    following.follow(place_ids=place_ids, now=now)
