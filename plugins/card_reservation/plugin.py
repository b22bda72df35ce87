"""Everything this plugin takes part in, on one page."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.audiences import Audience
from madoguchi.hooks.contracts.bookings import (
    PickupBooked,
    PickupBooking,
    PickupCancelled,
    PickupMoved,
    PickupPartyChanged,
    Served,
)
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import BulkAction, Undoable
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    AuditPhrase,
    Countable,
    DashboardCard,
    DataClass,
    EventHandler,
    GoLiveCheck,
    HealthCheck,
    ImportFormat,
    MaskableColumn,
    MenuEntry,
    MessageKind,
    NavigationItem,
    Permission,
    PersonalTable,
    Schedule,
    StaffTask,
    SubProcessor,
    TrialData,
    Urls,
    Widget,
)
from plugins.card_reservation import queries, widgets
from plugins.card_reservation.declarations import trials
from plugins.card_reservation.declarations.messages import MESSAGE_KINDS
from plugins.card_reservation.declarations.navigation import NAMELESS, NAVIGATION
from plugins.card_reservation.declarations.notices import NOTICE_PHRASES
from plugins.card_reservation.declarations.permissions import (
    AUDIT_PHRASES,
    MASKABLE_COLUMNS,
    PERMISSIONS,
)
from plugins.card_reservation.declarations.resident_messages import RESIDENT_KINDS
from plugins.card_reservation.declarations.schedule import (
    SCHEDULE_NAVIGATION,
    SCHEDULE_PERMISSIONS,
    SCHEDULE_PHRASES,
)
from plugins.card_reservation.declarations.settings import BOOKING_SETTINGS
from plugins.card_reservation.doors import RESIDENT_DOORS
from plugins.card_reservation.queries import of_pickups, windows
from plugins.card_reservation.queries.personal_data import kept
from plugins.card_reservation.queries.services import services_for
from plugins.card_reservation.services import (
    audience,
    callers,
    following,
    letters,
    nudging,
    phones,
    privacy,
    reminders,
    serving,
    setup,
    slots,
    waiting_letters,
    waiting_list,
    waiting_records,
)
from plugins.card_reservation.services.importing import EARLIER_BOOKINGS, REFERENCE_LIST, WITHDRAWAL_LIST
from plugins.card_reservation.views import drafts, line, listed, marking, queue
from plugins.card_reservation.views import notices as notice_views
from plugins.card_reservation.views import slots as slot_views

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madoguchi.tenancy import City


@hookimpl
def urls() -> tuple[Urls, ...]:
    return (
        Urls(zone="resident", prefix="booking/", module="plugins.card_reservation.urls.resident"),
        Urls(zone="staff", prefix="reservations/", module="plugins.card_reservation.urls.staff"),
        Urls(zone="api", prefix="", module="plugins.card_reservation.api_urls"),
    )


@hookimpl
def permissions() -> tuple[Permission, ...]:
    return (*PERMISSIONS, *SCHEDULE_PERMISSIONS, *trials.PERMISSIONS)


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    return (*MESSAGE_KINDS, *RESIDENT_KINDS, waiting_letters.OFFERED, reminders.REMINDER, nudging.NUDGE)


@hookimpl
def audiences() -> tuple[Audience, ...]:
    return audience.AUDIENCES


@hookimpl
def maskable_columns() -> tuple[MaskableColumn, ...]:
    return MASKABLE_COLUMNS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    return (*AUDIT_PHRASES, *SCHEDULE_PHRASES, *trials.AUDIT_PHRASES, *NOTICE_PHRASES)


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    return (BOOKING_SETTINGS,)


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    return (
        EventHandler(event=PickupBooked, function=letters.confirm),
        EventHandler(event=PickupMoved, function=letters.tell_moved),
        EventHandler(event=PickupCancelled, function=letters.tell_cancelled),
        EventHandler(event=PickupPartyChanged, function=letters.tell_party),
        EventHandler(event=PickupBooked, function=waiting_list.note_booked),
        EventHandler(event=PickupCancelled, function=waiting_list.note_cancelled),
        EventHandler(event=PickupPartyChanged, function=waiting_list.note_party),
    )


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (
        Schedule(name="card_reservation.open_slots", task="card_reservation.open_slots", at="10 0 * * *"),
        Schedule(
            name="card_reservation.send_reminders", task="card_reservation.send_reminders", at="5 7-20 * * *"
        ),
        Schedule(
            name="card_reservation.offer_places", task="card_reservation.offer_places", at="*/10 7-20 * * *"
        ),
        Schedule(
            name="card_reservation.follow_no_shows",
            task="card_reservation.follow_no_shows",
            at="20 8-22 * * *",
        ),
        Schedule(name="card_reservation.reconcile", task="card_reservation.reconcile", at="40 3 * * *"),
        Schedule(
            name="card_reservation.make_paper_kits", task="card_reservation.make_paper_kits", at="0 18 * * *"
        ),
        Schedule(
            name="card_reservation.forget_failures", task="card_reservation.forget_failures", at="5 0 * * *"
        ),
    )


@hookimpl
def sub_processors() -> tuple[SubProcessor, ...]:
    return (
        SubProcessor(
            name="mail_relay", label=_("メール配信"), purpose=_("予約の確認などのメールを住民に届ける")
        ),
    )


@hookimpl
def countables() -> tuple[Countable, ...]:
    return (Countable(label=_("予約"), model="card_reservation.Booking"),)


@hookimpl
def staff_navigation(request: "HttpRequest") -> tuple[NavigationItem, ...]:
    shown = (*NAVIGATION, *SCHEDULE_NAVIGATION, *trials.NAVIGATION)
    return shown if kept().keeps_names else (*shown, *NAMELESS)


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    return (
        *marking.UNDOABLES,
        *queue.UNDOABLES,
        *line.UNDOABLES,
        *drafts.UNDOABLES,
        *notice_views.UNDOABLES,
        *slot_views.UNDOABLES,
    )


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    return (*marking.ACTIONS, *listed.ACTIONS)


@hookimpl
def staff_tasks(request: "HttpRequest") -> tuple[StaffTask, ...]:
    return widgets.staff_tasks(now=clock.now(), eyes=eyes_of(request))


@hookimpl
def resident_menu(request: "HttpRequest") -> tuple[MenuEntry, ...]:
    return RESIDENT_DOORS


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
def personal_tables() -> tuple[PersonalTable, ...]:
    return (
        PersonalTable(kind="name", table="card_reservation_caller", purge=callers.forget_everybody),
        PersonalTable(kind="address", purge=callers.forget_contacts),
    )


@hookimpl
def import_formats() -> tuple[ImportFormat, ...]:
    return (REFERENCE_LIST, WITHDRAWAL_LIST, EARLIER_BOOKINGS)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    tables = (
        "card_reservation_paperkit",
        "card_reservation_waitingoffer",
        "card_reservation_waitingperson",
        "card_reservation_waitingentry",
        "card_reservation_visitreply",
        "card_reservation_bringlist",
        "card_reservation_loadedbooking",
        "card_reservation_turn",
        "card_reservation_overcapacity",
        "card_reservation_withoutnotice",
        "card_reservation_caller",
        "card_reservation_bookingperson",
        "card_reservation_booking",
        "card_reservation_verificationfailure",
        "card_reservation_reference",
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
def bookings_of(pickups: tuple[UUID, ...]) -> tuple[PickupBooking, ...]:
    return of_pickups.bookings_of(pickups=pickups, now=clock.now())


@hookimpl
def settle_visit(served: Served, now: datetime) -> bool:
    return serving.settle(served=served, now=now)


@hookimpl
def pickups_of_caller(phone: str, eyes: Eyes) -> tuple[UUID, ...]:
    return phones.pickups_of_caller(phone=phone, eyes=eyes)


@hookimpl
def contacts_of_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    return of_pickups.contacts_of(pickups=pickups, now=clock.now())


@hookimpl
def booked_services() -> tuple[tuple[str, str], ...]:
    return tuple((found.code, found.name) for found in services_for(audience="resident"))


@hookimpl
def opening_effects(place_ids: tuple[UUID, ...], scope: str, now: datetime) -> tuple[OpeningEffect, ...]:
    return (following.effects(place_ids=place_ids, scope=scope, now=now),)


@hookimpl
def opening_changed(place_ids: tuple[UUID, ...], now: datetime) -> None:
    following.follow(place_ids=place_ids, now=now)


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    return (*privacy.DATA_CLASSES, waiting_records.DATA_CLASS)


@hookimpl
def contacts_in_use(contacts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple({*privacy.contacts_in_use(contacts), *waiting_records.contacts_in_use(contacts)})


@hookimpl
def records_called(number: str) -> tuple[UUID, ...]:
    return queries.called(number=number)


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    return (*privacy.held_about(wanted, now=clock.now()), *waiting_records.held_about(wanted))


@hookimpl
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    return (*privacy.erase_held(records), *waiting_records.erase_held(records, now=now))


@hookimpl
def transport_days() -> dict[UUID, int]:
    return windows.transport_days()
