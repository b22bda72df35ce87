"""EVERY extension point on one page.

declare     once at start, all installed plugins, no database; a failure stops the process
contribute  per page, plugins active in the city; a failing part is left out and logged
duty        all installed plugins, on or off in the city; a failure reaches the caller as that plugin's result
ask         one plugin needs an answer that another may have; ``NobodyAnswers`` when nobody does
life        something happens to a city; installed plugins hear it, on or off
What plugins *tell* one another are events of the outbox, heard through ``event_handlers``.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from madoguchi.hooks.audiences import Audience
from madoguchi.hooks.contracts.approvals import SecondPersonWanted
from madoguchi.hooks.contracts.bookings import PickupBooking, Served
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.legal import LegalDocuments
from madoguchi.hooks.contracts.openings import OpeningEffect
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
from madoguchi.hooks.markers import hookspec
from madoguchi.hooks.sealed_files import SealedFiles
from madoguchi.hooks.settings import SettingsSchema
from madoguchi.hooks.values import (
    ApprovalKind,
    AuditPhrase,
    Banner,
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
    SiteLink,
    StaffTask,
    SubProcessor,
    TrialData,
    Urls,
    Widget,
    WorkPlace,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madoguchi.tenancy import City


@hookspec
def urls() -> tuple[Urls, ...]:
    """List the URL modules of the plugin. Declare; called by deploy.urls when the process starts."""
    raise NotImplementedError


@hookspec
def permissions() -> tuple[Permission, ...]:
    """List what staff may be allowed to do. Declare; called by madoguchi.hooks.rights."""
    raise NotImplementedError


@hookspec
def message_kinds() -> tuple[MessageKind, ...]:
    """List the messages the plugin sends to residents. Declare; called by madoguchi.notifications."""
    raise NotImplementedError


@hookspec
def event_handlers() -> tuple[EventHandler, ...]:
    """List which events the plugin hears. Declare; called by the relay of madoguchi.ledger.outbox."""
    raise NotImplementedError


@hookspec
def settings_schema() -> tuple[SettingsSchema, ...]:
    """Name what a city's administrators choose: one schema. Declare; called by madoguchi.preferences."""
    raise NotImplementedError


@hookspec
def schedules() -> tuple[Schedule, ...]:
    """List the work that comes round. Declare; called by madoguchi.jobs."""
    raise NotImplementedError


@hookspec
def import_formats() -> tuple[ImportFormat, ...]:
    """List the file layouts the plugin takes in. Declare; called by madoguchi.exchange."""
    raise NotImplementedError


@hookspec
def cms_widgets() -> tuple[Widget, ...]:
    """List the pieces an editor may place on a page. Declare; called by cms."""
    raise NotImplementedError


@hookspec
def audit_phrases() -> tuple[AuditPhrase, ...]:
    """List the sentences of the audit list. Declare; called by madoguchi.ledger.audit."""
    raise NotImplementedError


@hookspec
def countables() -> tuple[Countable, ...]:
    """List whose rows our operators may count. Declare; called by tenants.console for a city's page."""
    raise NotImplementedError


@hookspec
def sub_processors() -> tuple[SubProcessor, ...]:
    """List the companies whose service the plugin needs. Declare; called by tenants.registers."""
    raise NotImplementedError


@hookspec
def undoables() -> tuple[Undoable, ...]:
    """List what can be taken back for some minutes. Declare; called by madoguchi.accounts."""
    raise NotImplementedError


@hookspec
def bulk_actions() -> tuple[BulkAction, ...]:
    """List what can be done to many rows at once. Declare; called by madoguchi.accounts."""
    raise NotImplementedError


@hookspec
def approval_kinds() -> tuple[ApprovalKind, ...]:
    """List what a second person decides before it is done. Declare; called by madoguchi.approvals."""
    raise NotImplementedError


@hookspec
def data_classes() -> tuple[DataClass, ...]:
    """List the rows of residents with the time they are kept. Declare; called by madoguchi.privacy."""
    raise NotImplementedError


@hookspec
def maskable_columns() -> tuple[MaskableColumn, ...]:
    """List the columns that a role may keep back. Declare; called by madoguchi.hooks.rights."""
    raise NotImplementedError


@hookspec
def audiences() -> tuple[Audience, ...]:
    """List the residents to whom a city may write at once. Declare; called by madoguchi.notifications."""
    raise NotImplementedError


@hookspec
def staff_navigation(request: "HttpRequest") -> tuple[NavigationItem, ...]:
    """Give lines of the staff navigation. Contribute; called by madoguchi.web for every staff page."""
    raise NotImplementedError


@hookspec
def resident_menu(request: "HttpRequest") -> tuple[MenuEntry, ...]:
    """Give doors on the resident site. Contribute; called by madoguchi.web for every resident page."""
    raise NotImplementedError


@hookspec
def site_links(request: "HttpRequest") -> tuple[SiteLink, ...]:
    """Give the links at the head and the foot of a resident's page. Contribute; called by madoguchi.web."""
    raise NotImplementedError


@hookspec
def page_banners(request: "HttpRequest") -> tuple[Banner, ...]:
    """Give what stands above every page for now. Contribute; called by madoguchi.web for every page."""
    raise NotImplementedError


@hookspec
def dashboard_cards(request: "HttpRequest") -> tuple[DashboardCard, ...]:
    """Give the plugin's cards on the staff home. Contribute; called by madoguchi.accounts."""
    raise NotImplementedError


@hookspec
def staff_tasks(request: "HttpRequest") -> tuple[StaffTask, ...]:
    """Name what waits to be done and what is wrong. Contribute; called by madoguchi.accounts for the home."""
    raise NotImplementedError


@hookspec
def health_checks() -> tuple[HealthCheck, ...]:
    """List the reads that prove that the plugin works in a city. Duty; called by tenants.watch."""
    raise NotImplementedError


@hookspec
def trial_data() -> tuple[TrialData, ...]:
    """List the tables of residents that a trial leaves behind. Declare; called by tenants.trial."""
    raise NotImplementedError


@hookspec
def personal_tables() -> tuple[PersonalTable, ...]:
    """List the tables of names and addresses of people who book. Declare; called by tenants.provisioning."""
    raise NotImplementedError


@hookspec
def sealed_files() -> tuple[SealedFiles, ...]:
    """List the encrypted files that a city gets back opened. Declare; called by tenants.offboarding."""
    raise NotImplementedError


@hookspec
def go_live_checks() -> tuple[GoLiveCheck, ...]:
    """Look at what the city still has to do before it opens to everybody. Duty; called by tenants.trial."""
    raise NotImplementedError


@hookspec
def contacts_in_use(contacts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Name the contacts to which the plugin may still write. Duty; called by madoguchi.residents."""
    raise NotImplementedError


@hookspec
def records_called(number: str) -> tuple[UUID, ...]:
    """Name the records that people call by this number. Duty; called by madoguchi.accounts.

    A notice or a booking has a number that stands on paper; the audit list knows its record by key.
    """
    raise NotImplementedError


@hookspec
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    """List what the plugin holds about one person. Duty; called by madoguchi.privacy.

    It is asked again with the keys that other plugins' records lead to, until nothing new is found.
    """
    raise NotImplementedError


@hookspec
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    """Erase the plugin's own among these records of one person. Duty; called by madoguchi.privacy.

    It runs in one transaction with every other plugin's; a failure undoes all of it.
    """
    raise NotImplementedError


@hookspec
def opening_effects(place_ids: tuple[UUID, ...], scope: str, now: datetime) -> tuple[OpeningEffect, ...]:
    """Tell what the hours as they now stand would change. Duty; called by madoguchi.places.

    It is asked in a transaction with the wished hours that is taken back. The scope ``outside`` asks for the
    visits outside the hours, ``all`` for every visit still to come: the place takes nobody any more.
    """
    raise NotImplementedError


@hookspec
def find_pickup(reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the card that waits under a notice number and birthday. Ask; called by card_reservation."""
    raise NotImplementedError


@hookspec
def describe_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups, for staff who may see them. Ask; called by card_reservation."""
    raise NotImplementedError


@hookspec
def locate_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    """Tell where cards lie; one that is left out may lie anywhere. Ask; called by card_reservation."""
    raise NotImplementedError


@hookspec
def search_pickups(among: tuple[UUID, ...], wanted: PickupWords) -> dict[UUID, str]:
    """Find pick-ups by any of these words, each with the column that fits. Ask; called by card_reservation.

    The column is one of number, kana, name, birthday. Whoever asks leaves out what its reader may not see.
    """
    raise NotImplementedError


@hookspec
def bookings_of(pickups: tuple[UUID, ...]) -> tuple[PickupBooking, ...]:
    """List the bookings of pick-ups, newest first, cancelled ones too. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def settle_visit(served: Served, now: datetime) -> bool:
    """End the visit of whoever has the card early, or give it back. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def pickups_of_caller(phone: str, eyes: Eyes) -> tuple[UUID, ...]:
    """Find pick-ups by digits of the telephone of whoever booked. Ask; called by card_management.

    A reader from whom telephones are kept finds nothing.
    """
    raise NotImplementedError


@hookspec
def contacts_of_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
    """Name to whom to write about pick-ups: who last booked each. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def read_before_serving(request: "HttpRequest", pickups: tuple[UUID, ...], back: str) -> str:
    """Give the address of what staff read before they serve these people. Ask; called by card_reservation.

    It is empty where there is nothing to read, or not for whoever asks; the page leads back afterwards.
    """
    raise NotImplementedError


@hookspec
def booked_services() -> tuple[tuple[str, str], ...]:
    """List what residents book, each by its code and name. Ask; called by madoguchi.announcements."""
    raise NotImplementedError


@hookspec
def ask_second_person(wanted: SecondPersonWanted, now: datetime) -> UUID:
    """Let somebody else decide, by a declared kind of approval. Ask; called by madoguchi.notifications.

    Raises what the desk of approvals raises: a reason is missing, or the same was asked already.
    """
    raise NotImplementedError


@hookspec
def legal_documents(language: str, today: date) -> LegalDocuments:
    """Name the documents that residents agree to before they begin. Ask; called by madoguchi.residents."""
    raise NotImplementedError


@hookspec
def work_places() -> tuple[WorkPlace, ...]:
    """List the places for which staff can be responsible. Ask; called by madoguchi.accounts."""
    raise NotImplementedError


@hookspec
def transport_days() -> dict[UUID, int]:
    """Tell how many open days a card travels to each place. Ask; called by card_management."""
    raise NotImplementedError


@hookspec
def city_created(city: "City", profile: dict[str, Any]) -> None:
    """Give a new city what the plugin needs in it, from its profile.

    Life; called by tenants in the transaction of create_city, so that a failure undoes the whole city.
    """
    raise NotImplementedError


@hookspec
def switched_on(city: "City") -> None:
    """Prepare a city in which this very plugin was just switched on; a second time changes nothing.

    Life; called by tenants for the one plugin in the city's transaction after the switch, and again until it
    succeeds. Switching off deletes nothing, so what an earlier time left behind is still there.
    """
    raise NotImplementedError


@hookspec
def opening_changed(place_ids: tuple[UUID, ...], now: datetime) -> None:
    """Follow new hours, closed days or places at once; a second time changes nothing.

    Life; called by madoguchi.places in the transaction of the change, so a failure undoes it.
    """
    raise NotImplementedError
