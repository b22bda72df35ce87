"""Which cards the work of a reader reaches, who may work for some places of the city only."""

from typing import Final
from uuid import UUID

from django.db.models import Q

from madoguchi.hooks.contracts.eyes import Eyes
from plugins.card_management.models import Card
from plugins.card_management.rules.life_cycle import GONE, State

# By the books these lie somewhere in the city's hands: where nobody knows the place, any place may have them.
AT_HAND: Final = tuple(state.value for state in State if state not in GONE | {State.IN_TRANSIT})


def reached(eyes: Eyes, /, *, card: str = "") -> Q:
    """Say which rows a reader's work reaches; ``card`` leads to the card from another table: ``card__``."""
    if eyes.places is None:
        return Q()
    here = Q(**{f"{card}site__in": eyes.places}) | Q(**{f"{card}wanted_site__in": eyes.places})
    nowhere = {f"{card}site__isnull": True}
    unplaced = Q(**{**nowhere, f"{card}wanted_site__isnull": True})
    return here | unplaced | Q(**{**nowhere, f"{card}state__in": AT_HAND})


def reaches(eyes: Eyes, /, *, site: UUID | None, wanted_site: UUID | None, state: str) -> bool:
    """Tell the same of one card that was read already."""
    if eyes.places is None:
        return True
    if site in eyes.places or wanted_site in eyes.places:
        return True
    return site is None and (wanted_site is None or state in AT_HAND)


def may_see(eyes: Eyes, /, *, card_id: UUID) -> bool:
    """Tell whether a reader's work reaches a card."""
    return Card.objects.filter(reached(eyes), id=card_id).exists()
