"""Which cards may be disposed of, and what became of those that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import STORAGE
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Disposal, DisposalCard, RadarAct
from plugins.card_management.queries.shelves import ShelfCard, shelf_cards
from plugins.card_management.rules.life_cycle import State
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services.shelves_disposal import DISPOSABLE, cards_of
from plugins.card_management.services.shelves_radar import acts_of
from plugins.card_management.services.shelves_reading import seen_by

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST: Final = 500
OUTCOMES: Final = {"asked": _("承認待ち"), "disposed": _("廃棄済み"), "kept": _("廃棄しなかった")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One card of a disposal as a reader may see it."""

    card: ShelfCard | None
    spot: str
    deadline_on: date | None
    acts: Sequence[tuple[Step, datetime]]
    outcome: str

    @property
    def label(self) -> "str | _StrPromise":
        """Say what became of it."""
        return OUTCOMES[self.outcome]


def candidates(*, today: date, eyes: Eyes) -> list[ShelfCard]:
    """List the cards that were made candidates, and those that were withdrawn; none in another request."""
    named = RadarAct.objects.filter(card=OuterRef("pk"), step=Step.CANDIDATE, taken_back_at=None)
    asked = DisposalCard.objects.filter(card=OuterRef("pk"), is_open=True)
    found = Card.objects.filter(Q(wanted_on=None) | Q(wanted_on__lt=today), state__in=DISPOSABLE)
    found = found.filter(Q(state=State.WITHDRAWN) | Exists(named)).exclude(Exists(asked))
    return shelf_cards(seen_by(found, eyes=eyes).order_by("deadline_on", "id"), eyes=eyes, count=MOST)


def cards(*, disposal: Disposal, eyes: Eyes) -> list[Evidence]:
    """List the cards of a disposal; one that was erased since has no name any more."""
    rows = cards_of(disposal)
    ids = [row.card_id for row in rows]
    known = {card.id: card for card in shelf_cards(Card.objects.filter(id__in=ids), eyes=eyes)}
    done = acts_of(ids)
    return [
        Evidence(
            known.get(row.card_id),
            eyes.text(STORAGE, row.spot_name),
            row.deadline_on,
            done.get(row.card_id, ()),
            row.outcome,
        )
        for row in rows
    ]
