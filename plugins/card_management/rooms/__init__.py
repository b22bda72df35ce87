"""What each room of the plug-in contributes; plugin.py sums it.

A room is a module with any of these names, and says nothing of the others:

constants  PERMISSIONS, MASKABLE_COLUMNS, AUDIT_PHRASES, IMPORT_FORMATS, EVENT_HANDLERS, COUNTABLES,
           UNDOABLES, BULK_ACTIONS, SCHEDULES, HEALTH_CHECKS, TRIAL_DATA, DATA_CLASSES, APPROVAL_KINDS,
           MESSAGE_KINDS, AUDIENCES, SEALED_FILES
functions  staff_navigation(request), dashboard_cards(request), staff_tasks(request), go_live_checks(),
           held_about(wanted), erase_held(records, now), city_created(profile, now)
guards     HAND_OVER_GUARDS and MOVE_FOLLOWERS, see services/guards.py
codes      CODE_READERS, see services/codes.py
kept       HANGS_ON_CARDS, names of tables whose rows go when their card goes
parts      CARD_PARTS, functions (request, card_id) that give views/parts.CardPart for the screen of a person
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.values import NavigationItem
from plugins.card_management.rooms import forms, handover, intake, ledger, register, scans, shelves

# The ledger is last: a trial throws away first what points to its cards.
ROOMS: Final = (intake, register, shelves, handover, forms, scans, ledger)


# What clerks open all day long stands with the work of the day; the rest has a section of its own.
DAILY: Final = frozenset(
    (
        "cards:index",
        "cards:handover_start",
        "cards:scan",
        "cards:intake_qr",
        "cards:pull",
        "cards:shelf_tasks",
    )
)


def sorted_by_section(items: tuple[NavigationItem, ...]) -> tuple[NavigationItem, ...]:
    """Move what is not opened every hour out of the work of the day."""
    return tuple(
        replace(item, section=_("カード管理"))
        if str(item.section) == str(_("日々の業務")) and item.url_name not in DAILY
        else item
        for item in items
    )


def gathered(name: str) -> tuple[Any, ...]:
    """Sum what the rooms declare under a name."""
    return tuple(value for room in ROOMS for value in getattr(room, name, ()))


def asked(name: str, *arguments: Any) -> tuple[Any, ...]:
    """Sum what the functions of the rooms with this name answer."""
    functions: list[Callable[..., Any]] = [getattr(room, name) for room in ROOMS if hasattr(room, name)]
    return tuple(value for function in functions for value in function(*arguments))
