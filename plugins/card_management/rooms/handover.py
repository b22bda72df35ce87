"""What the plug-in contributes for hand-overs: see rooms/__init__.py for the names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.values import NavigationItem
from plugins.card_management.declarations import MOVE_CARDS, VIEW_CARDS
from plugins.card_management.declarations import handover as declared
from plugins.card_management.services import booked, handover_guards, handover_privacy
from plugins.card_management.views import handover, handover_parts
from plugins.card_management.views.parts import CardPart

PERMISSIONS: Final = declared.PERMISSIONS
AUDIT_PHRASES: Final = declared.AUDIT_PHRASES
TRIAL_DATA: Final = declared.TRIAL_DATA
HAND_OVER_GUARDS: Final = (handover_guards.refuse_flagged, handover_guards.refuse_unmatched)
MOVE_FOLLOWERS: Final = (handover_guards.use_up, booked.settle)
UNDOABLES: Final = (
    Undoable(name=handover.UNDO, label=_("カードの交付"), permission=MOVE_CARDS, function=handover.take_back),
)


def card_parts(request: HttpRequest, card_id: UUID) -> Iterable[CardPart]:
    """Show the last comparison of a card, and who looked past a warning, on its page."""
    context = handover_parts.summary_of(card_id, eyes=eyes_of(request))
    if context["result"] or context["decisions"]:
        yield CardPart(
            template="card_management/handover/of_card.html",
            permission=VIEW_CARDS,
            context=context,
            order=250,
        )


CARD_PARTS: Final = (card_parts,)


def held_about(wanted: PersonWanted) -> Iterable[HeldRecord]:
    """List the comparisons of one person's cards."""
    return handover_privacy.held_about(wanted)


def erase_held(records: tuple[str, ...], now: datetime) -> Iterable[Erased]:
    """Erase comparisons of one person's cards."""
    return handover_privacy.erase_held(records)


def staff_navigation(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Lead to the hand-over and to the reader of chips."""
    section = _("日々の業務")
    return (
        NavigationItem(
            label=_("カードの交付"),
            url_name="cards:handover_start",
            permission=MOVE_CARDS,
            section=section,
            order=190,
            shortcut="k",
        ),
        NavigationItem(
            label=_("ICチップの読み取り"),
            url_name="cards:handover_chip",
            permission=declared.READ_CHIPS,
            section=section,
            order=195,
        ),
    )
