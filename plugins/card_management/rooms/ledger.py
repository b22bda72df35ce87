"""What the plug-in contributes for the cards themselves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.declarations import EXPORT_LISTS
from madoguchi.hooks.contracts.bookings import (
    PickupBooked,
    PickupCancelled,
    PickupLinked,
    PickupMoved,
    PickupPartyChanged,
    VisitMarked,
)
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.values import (
    Countable,
    DashboardCard,
    EventHandler,
    HealthCheck,
    ImportFormat,
    NavigationItem,
    Schedule,
    TrialData,
)
from plugins.card_management import queries
from plugins.card_management.declarations import ledger as declared
from plugins.card_management.formats import issuance_notices
from plugins.card_management.services import notes as note_services
from plugins.card_management.services import privacy, reservations, seeding, seeding_storage
from plugins.card_management.services.issuance_notices import NoticeWriter
from plugins.card_management.views import card_bulk, notes, pages, scan

PERMISSIONS: Final = declared.PERMISSIONS
MASKABLE_COLUMNS: Final = declared.MASKABLE_COLUMNS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
IMPORT_FORMATS: Final = (
    ImportFormat(
        name=issuance_notices.NAME,
        label=_("交付通知書一覧"),
        permission=declared.IMPORT_NOTICES,
        columns=issuance_notices.COLUMNS,
        may_have=issuance_notices.may_have,
        may_be_empty=issuance_notices.MAY_BE_EMPTY,
        undo_words=_("変更が2万件までの取込なら、変更したカードも取込前に戻します。"),
        parser=issuance_notices.open_parser,
        writer=NoticeWriter,
    ),
)
EVENT_HANDLERS: Final = (
    EventHandler(event=PickupBooked, function=reservations.note_booked),
    EventHandler(event=PickupMoved, function=reservations.note_booked),
    EventHandler(event=PickupLinked, function=reservations.note_booked),
    EventHandler(event=PickupPartyChanged, function=reservations.note_party),
    EventHandler(event=PickupCancelled, function=reservations.note_cancelled),
    EventHandler(event=VisitMarked, function=reservations.note_visit),
)
COUNTABLES: Final = (Countable(label=_("カード"), model="card_management.Card"),)
UNDOABLES: Final = (
    Undoable(
        name=pages.UNDO,
        label=_("カードの状態の変更"),
        permission=declared.MOVE_CARDS,
        function=pages.take_back,
    ),
    Undoable(
        name=scan.UNDO,
        label=_("バーコードでの一括操作"),
        permission=declared.MOVE_CARDS,
        function=scan.take_back,
    ),
    Undoable(
        name=notes.UNDO,
        label=_("備考の削除"),
        permission=declared.WRITE_NOTES,
        function=notes.bring_back,
    ),
)
HAND_OVER_GUARDS: Final = (note_services.stand_against,)
SCHEDULES: Final = (
    Schedule(
        name="card_management.build_search_pages",
        task="card_management.build_search_pages",
        at="*/10 6-22 * * *",
    ),
)
BULK_ACTIONS: Final = card_bulk.ACTIONS
HEALTH_CHECKS: Final = (HealthCheck(name="cards", read=queries.read_for_health),)
TRIAL_DATA: Final = (
    TrialData(
        label=_("カード"),
        tables=(
            "card_management_noteversion",
            "card_management_cardnote",
            "card_management_cardchange",
            "card_management_cardmovement",
            "card_management_cardreason",
            "card_management_searchpage",
            "card_management_card",
        ),
    ),
)
CARD_CLASS: Final = (privacy.DATA_CLASS,)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the cards."""
    return (
        NavigationItem(
            label=_("カード"),
            url_name="cards:index",
            permission=declared.VIEW_CARDS,
            section=_("日々の業務"),
            order=200,
            shortcut="c",
        ),
        NavigationItem(
            label=_("バーコードで一括操作"),
            url_name="cards:scan",
            permission=declared.MOVE_CARDS,
            section=_("日々の業務"),
            order=202,
        ),
        NavigationItem(
            label=_("カード管理簿"),
            url_name="cards:ledger_print",
            permission=declared.VIEW_CARDS,
            also=EXPORT_LISTS,
            section=_("日々の業務"),
            order=208,
        ),
    )


def dashboard_cards(request: HttpRequest) -> tuple[DashboardCard, ...]:
    """Show how many cards wait."""
    return (
        DashboardCard(
            template="card_management/dashboard.html",
            context={"waiting": queries.waiting()},
            permission=declared.VIEW_CARDS,
            order=200,
        ),
    )


def city_created(profile: dict[str, Any], now: datetime) -> tuple[()]:
    """Give a demo city its invented cards, and put them where its clerks would."""
    seeding.add_demo_cards(cards=profile.get("cards", ()), now=now)
    seeding_storage.add_demo_storage(profile=profile, now=now)
    return ()


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List the cards of one person."""
    return privacy.held_about(wanted)


def erase_held(records: tuple[str, ...], now: datetime) -> Iterable[Erased]:
    """Erase cards of one person."""
    return privacy.erase_held(records)
