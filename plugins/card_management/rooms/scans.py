"""What the plug-in contributes for scanned papers and figures: see rooms/__init__.py for the names."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.bookings import (
    PickupBooked,
    PickupCancelled,
    PickupLinked,
    PickupMoved,
    PickupPartyChanged,
    VisitMarked,
)
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.sealed_files import SealedFiles
from madoguchi.hooks.values import EventHandler, NavigationItem, Schedule, StaffTask, TrialData
from plugins.card_management.declarations import scans as declared
from plugins.card_management.queries import scans as queries
from plugins.card_management.queries import scans_work as work_queries
from plugins.card_management.services import figures, scans_privacy, scans_returning
from plugins.card_management.views.parts import CardPart

PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
EVENT_HANDLERS: Final = (
    EventHandler(event=PickupBooked, function=figures.note_visit),
    EventHandler(event=PickupMoved, function=figures.note_visit),
    EventHandler(event=PickupLinked, function=figures.note_linked),
    EventHandler(event=PickupPartyChanged, function=figures.note_visit),
    EventHandler(event=PickupCancelled, function=figures.note_cancelled),
    EventHandler(event=VisitMarked, function=figures.note_marked),
)
SCHEDULES: Final = (
    Schedule(
        name="card_management.watch_scans",
        task="card_management.watch_scans",
        every=timedelta(minutes=5),
    ),
    Schedule(name="card_management.count_ends", task="card_management.count_ends", at="20 3 * * *"),
)
TRIAL_DATA: Final = (
    TrialData(
        label=_("スキャンした書類"),
        tables=(
            "card_management_scanpage",
            "card_management_scanentry",
            "card_management_scandocument",
            "card_management_scanpiece",
            "card_management_scanbatch",
            "card_management_visitfact",
            "card_management_expirycount",
        ),
    ),
)
DATA_CLASSES: Final = scans_privacy.DATA_CLASSES
SEALED_FILES: Final = (SealedFiles(opened=scans_returning.opened),)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the scans and to the figures."""
    return (
        NavigationItem(
            label=_("スキャンした書類"),
            url_name="cards:scans_index",
            permission=declared.VIEW_SCANS,
            section=_("日々の業務"),
            order=270,
        ),
        NavigationItem(
            label=_("カードの集計"),
            url_name="cards:figures",
            permission=declared.VIEW_FIGURES,
            section=_("日々の業務"),
            order=280,
        ),
    )


def staff_tasks(request: HttpRequest) -> tuple[StaffTask, ...]:
    """Name what waits to be looked at in scans."""
    waiting = work_queries.waiting()
    found = (
        (_("個人番号の確認"), "cards:scans_numbers", declared.MASK_SCANS, waiting["numbers"]),
        (_("スキャンの品質の確認"), "cards:scans_quality", declared.EDIT_SCANS, waiting["quality"]),
    )
    return tuple(
        StaffTask(label=label, url=reverse(name), permission=permission, count=count, order=320)
        for label, name, permission, count in found
        if count
    )


def card_parts(request: HttpRequest, card_id: UUID) -> Iterable[CardPart]:
    """Show which papers were scanned under the number of a card."""
    found = queries.of_card(card_id=card_id)
    if not found:
        return ()
    papers = [(key, declared.SCAN_LABELS.get(kind, kind), day) for key, kind, day in found]
    context = {"papers": papers}
    template = "card_management/scans/of_card.html"
    return (CardPart(template=template, permission=declared.VIEW_SCANS, context=context, order=300),)


CARD_PARTS: Final = (card_parts,)


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List the scanned papers of one person."""
    return scans_privacy.held_about(wanted)


def erase_held(records: tuple[str, ...], now: datetime) -> Iterable[Erased]:
    """Erase scanned papers of one person."""
    return scans_privacy.erase_held(records)
