"""What card_management declares, contributes and answers: the sum of its rooms."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from madoguchi import clock
from madoguchi.hooks.audiences import Audience
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    PickupWords,
    Unknown,
)
from madoguchi.hooks.deeds import BulkAction, Undoable
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.sealed_files import SealedFiles
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    ApprovalKind,
    AuditPhrase,
    Countable,
    DashboardCard,
    DataClass,
    EventHandler,
    GoLiveCheck,
    HealthCheck,
    ImportFormat,
    MaskableColumn,
    MessageKind,
    NavigationItem,
    Permission,
    Schedule,
    StaffTask,
    TrialData,
    Urls,
)
from madoguchi.tenancy import City
from plugins.card_management import queries
from plugins.card_management.declarations.settings import CARD_SETTINGS
from plugins.card_management.formats import issuance_notices
from plugins.card_management.rooms import asked, gathered, sorted_by_section
from plugins.card_management.services import codes, guards, parts, searching
from plugins.card_management.views import notes

guards.install(guards=gathered("HAND_OVER_GUARDS"), followers=gathered("MOVE_FOLLOWERS"))
codes.install(gathered("CODE_READERS"))
parts.install(gathered("CARD_PARTS"))


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the card pages on the staff hosts."""
    return (Urls(zone="staff", prefix="cards/", module="plugins.card_management.urls"),)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    """Let staff see, move and import cards."""
    return gathered("PERMISSIONS")


@hookimpl
def maskable_columns() -> tuple[MaskableColumn, ...]:
    """Let a role keep names and addresses back."""
    return gathered("MASKABLE_COLUMNS")


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    """Name what is done with cards in the audit list."""
    return gathered("AUDIT_PHRASES")


@hookimpl
def settings_schema() -> tuple[SettingsSchema, ...]:
    """Let a city choose how it keeps its cards."""
    return (CARD_SETTINGS,)


@hookimpl
def message_kinds() -> tuple[MessageKind, ...]:
    """Write to residents."""
    return gathered("MESSAGE_KINDS")


@hookimpl
def audiences() -> tuple[Audience, ...]:
    """Write to many residents at once."""
    return gathered("AUDIENCES")


@hookimpl
def import_formats() -> tuple[ImportFormat, ...]:
    """Take files in."""
    # What comes every week is offered first.
    return tuple(sorted(gathered("IMPORT_FORMATS"), key=lambda each: each.name != issuance_notices.NAME))


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    """Hear for which visit a card is wanted."""
    return gathered("EVENT_HANDLERS")


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    """Do what comes round."""
    return gathered("SCHEDULES")


@hookimpl
def countables() -> tuple[Countable, ...]:
    """Let operators count cards."""
    return gathered("COUNTABLES")


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the pages of the rooms."""
    return sorted_by_section(asked("staff_navigation", request))


@hookimpl
def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Name what waits to be done with cards."""
    return asked("staff_tasks", request)


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """Show what matters today."""
    return asked("dashboard_cards", request)


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    """Let mistakes be taken back."""
    return gathered("UNDOABLES")


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    """Change many cards at once."""
    return gathered("BULK_ACTIONS")


@hookimpl
def approval_kinds() -> tuple[ApprovalKind, ...]:
    """Let a second person decide."""
    return gathered("APPROVAL_KINDS")


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    """Give a new city what the rooms need in it."""
    asked("city_created", profile, clock.now())


@hookimpl
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    """Look at what is missing before the city opens."""
    return asked("go_live_checks")


@hookimpl
def find_pickup(reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the card that waits under a notice number and birthday."""
    return queries.find_pickup(reference=reference, birthday=birthday)


@hookimpl
def describe_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups."""
    return queries.describe_pickups(pickups=pickups)


@hookimpl
def search_pickups(among: tuple[UUID, ...], wanted: PickupWords) -> dict[UUID, str]:
    """Find booked cards by number, name or birthday."""
    return searching.search_pickups(among=among, wanted=wanted)


@hookimpl
def locate_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    """Tell at which places cards lie."""
    return queries.locate_pickups(pickups=pickups)


@hookimpl
def read_before_serving(request: HttpRequest, pickups: tuple[UUID, ...], back: str) -> str:
    """Lead to the pinned notes about the people who came."""
    return notes.address_of_unread(request, cards=pickups, back=back)


@hookimpl
def health_checks() -> tuple[HealthCheck, ...]:
    """Prove that the cards can be read."""
    return gathered("HEALTH_CHECKS")


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    """Throw the cards of a trial away, with everything that hangs on them."""
    return gathered("TRIAL_DATA")


@hookimpl
def sealed_files() -> tuple[SealedFiles, ...]:
    """Give scanned paper back as pictures that anybody can open."""
    return gathered("SEALED_FILES")


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    """Say how long cards are kept once they are gone, with everything that hangs on them."""
    (cards,) = gathered("CARD_CLASS")
    return (replace(cards, tables=(*cards.tables, *gathered("HANGS_ON_CARDS"))), *gathered("DATA_CLASSES"))


@hookimpl
def records_called(number: str) -> tuple[UUID, ...]:
    """Name the cards under a notice number."""
    return queries.called(number=number)


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    """List what the rooms hold about one person."""
    return asked("held_about", wanted)


@hookimpl
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    """Erase what the rooms hold about one person."""
    return asked("erase_held", records, now)
