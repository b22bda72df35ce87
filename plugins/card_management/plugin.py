"""What card_management declares, contributes and answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import (
    PickupBooked,
    PickupCancelled,
    PickupLinked,
    PickupMoved,
    PickupPartyChanged,
)
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    PickupWords,
    Unknown,
)
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import (
    AuditPhrase,
    BulkAction,
    Countable,
    DashboardCard,
    DataClass,
    EventHandler,
    HealthCheck,
    ImportFormat,
    MaskableColumn,
    NavigationItem,
    Permission,
    TrialData,
    Undoable,
    Urls,
)
from madoguchi.tenancy import City
from plugins.card_management import declarations, queries
from plugins.card_management.formats import issuance_notices
from plugins.card_management.services import privacy, reservations, searching, seeding
from plugins.card_management.services.issuance_notices import NoticeWriter
from plugins.card_management.views import card_list, pages


@hookimpl
def urls() -> tuple[Urls, ...]:
    """Mount the card pages on the staff hosts."""
    return (Urls(zone="staff", prefix="cards/", module="plugins.card_management.urls"),)


@hookimpl
def permissions() -> tuple[Permission, ...]:
    """Let staff see, move and import cards."""
    return declarations.PERMISSIONS


@hookimpl
def maskable_columns() -> tuple[MaskableColumn, ...]:
    """Let a role keep names and addresses back."""
    return declarations.MASKABLE_COLUMNS


@hookimpl
def audit_phrases() -> tuple[AuditPhrase, ...]:
    """Name the moves of cards in the audit list."""
    return declarations.AUDIT_PHRASES


@hookimpl
def import_formats() -> tuple[ImportFormat, ...]:
    """Take the list of issuance notices in."""
    return (
        ImportFormat(
            name=issuance_notices.NAME,
            label=_("交付通知書一覧"),
            permission=declarations.IMPORT_NOTICES,
            columns=issuance_notices.COLUMNS,
            parser=issuance_notices.open_parser,
            writer=NoticeWriter,
        ),
    )


@hookimpl
def event_handlers() -> tuple[EventHandler, ...]:
    """Hear for which visit a card is wanted."""
    return (
        EventHandler(event=PickupBooked, function=reservations.note_booked),
        EventHandler(event=PickupMoved, function=reservations.note_booked),
        EventHandler(event=PickupLinked, function=reservations.note_booked),
        EventHandler(event=PickupPartyChanged, function=reservations.note_party),
        EventHandler(event=PickupCancelled, function=reservations.note_cancelled),
    )


@hookimpl
def countables() -> tuple[Countable, ...]:
    """Let operators count cards."""
    return (Countable(label=_("カード"), model="card_management.Card"),)


@hookimpl
def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the cards."""
    return (
        NavigationItem(
            label=_("カード"),
            url_name="cards:index",
            permission=declarations.VIEW_CARDS,
            section=_("日々の業務"),
            order=200,
            shortcut="c",
        ),
    )


@hookimpl
def undoables() -> tuple[Undoable, ...]:
    """Let a hand-over entered by mistake be taken back."""
    return (
        Undoable(
            name=pages.UNDO,
            label=_("カードの状態の変更"),
            permission=declarations.MOVE_CARDS,
            function=pages.take_back,
        ),
    )


@hookimpl
def bulk_actions() -> tuple[BulkAction, ...]:
    """Move many cards at once."""
    return card_list.ACTIONS


@hookimpl
def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """Show how many cards wait."""
    return (
        DashboardCard(
            template="card_management/dashboard.html",
            context={"waiting": queries.waiting()},
            permission=declarations.VIEW_CARDS,
            order=200,
        ),
    )


@hookimpl
def city_created(city: City, profile: dict[str, Any]) -> None:
    """Give a demo city its invented cards."""
    seeding.add_demo_cards(cards=profile.get("cards", ()), now=clock.now())


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
def health_checks() -> tuple[HealthCheck, ...]:
    """Prove that the cards can be read."""
    return (HealthCheck(name="cards", read=queries.read_for_health),)


@hookimpl
def trial_data() -> tuple[TrialData, ...]:
    """Throw the cards of a trial away, with every move they made."""
    tables = ("card_management_cardmovement", "card_management_card")
    return (TrialData(label=_("カード"), tables=tables),)


@hookimpl
def data_classes() -> tuple[DataClass, ...]:
    """Say how long cards are kept once they are gone."""
    return (privacy.DATA_CLASS,)


@hookimpl
def export_personal_data(wanted: PersonWanted) -> tuple[HeldRecord, ...]:
    """List the cards of one person."""
    return tuple(privacy.held_about(wanted))


@hookimpl
def erase_personal_data(records: tuple[str, ...], now: datetime) -> tuple[Erased, ...]:
    """Erase cards of one person."""
    return tuple(privacy.erase_held(records))
