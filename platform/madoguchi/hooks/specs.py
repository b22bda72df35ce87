"""Every extension point; what one plugin asks another stands in questions.py.

declare     once at start, all installed plugins, no database; a failure stops the process
contribute  per page, plugins active in the city; a failing part is left out and logged
duty        all installed plugins, on or off in the city; a failure reaches the caller as that plugin's result
ask         one plugin needs an answer that another may have; ``NobodyAnswers`` when nobody does
life        something happens to a city; installed plugins hear it, on or off
What plugins *tell* one another are events of the outbox, heard through ``event_handlers``.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from madoguchi.hooks.audiences import Audience
from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
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

    It is asked in a transaction that holds the wished hours and is taken back afterwards. The scope
    ``outside`` asks for the visits outside the hours, ``all`` for every visit still to come, because
    the place takes nobody any more.
    """
    raise NotImplementedError


@hookspec
def city_created(city: "City", profile: dict[str, Any]) -> None:
    """Give a new city what the plugin needs in it, from its profile.

    Life; called by tenants while create_city still holds the city's transaction, so a failure
    undoes the whole city.
    """
    raise NotImplementedError


@hookspec
def switched_on(city: "City") -> None:
    """Prepare a city in which this very plugin was just switched on; a second time changes nothing.

    Life; called by tenants for the one plugin, in the city's transaction after the switch is
    committed, and again until it succeeds. Switching off deletes nothing, so what an earlier time
    left behind is still there.
    """
    raise NotImplementedError


@hookspec
def opening_changed(place_ids: tuple[UUID, ...], now: datetime) -> None:
    """Follow new hours, closed days or places at once; a second time changes nothing.

    Life; called by madoguchi.places in the transaction of the change, so a failure undoes it.
    """
    raise NotImplementedError
