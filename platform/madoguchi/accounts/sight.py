"""How far the eyes of staff reach: the columns that their roles keep back, and the places of their work."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.http import HttpRequest

from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.permissions import columns
from madoguchi.accounts.rights import strictest
from madoguchi.hooks.contracts.eyes import EVERYTHING, HIDDEN, Eyes
from madoguchi.ledger.audit.actors import Actor

NOTHING = frozenset[UUID]()


def eyes_of(request: HttpRequest) -> Eyes:
    """Tell how far whoever asks may see."""
    return eyes_of_person(request.user)


def eyes_of_person(person: object) -> Eyes:
    """Tell how far somebody signed in may see; worked out once a request.

    Somebody who is no member of staff here brings an attribute ``eyes``, or sees no place and no column.
    """
    known = getattr(person, "eyes", None)
    if isinstance(known, Eyes):
        return known
    if not isinstance(person, Staff):
        return Eyes(masks=blindfold(), places=NOTHING)
    cached: Eyes | None = person.__dict__.get("_eyes")
    if cached is None:
        cached = eyes_for(roles=person.roles.all(), place_ids=person.place_ids)
        person.__dict__["_eyes"] = cached
    return cached


def eyes_of_actor(actor: Actor) -> Eyes:
    """Tell how far somebody may see for whom work is done that they asked for; the system sees everything."""
    if actor.kind == "system":
        return EVERYTHING
    person = Staff.objects.prefetch_related("roles").filter(id=actor.id, is_active=True).first()
    return eyes_of_person(person)


def eyes_for(*, roles: Iterable[Role], place_ids: Sequence[UUID] | None) -> Eyes:
    """Tell how far somebody with these roles and places may see."""
    masks = strictest(role.masks for role in roles)
    return Eyes(
        masks=letters_of(masks),
        places=None if place_ids is None else frozenset(place_ids),
    )


def letters_of(masks: Mapping[str, str]) -> dict[str, int]:
    """Say for each masked column how many letters stay."""
    kept = {column.name: column.kept for column in columns()}
    # A column that nobody declares any more has nothing to show.
    return {name: kept.get(name, HIDDEN) if way == "short" else HIDDEN for name, way in masks.items()}


def blindfold() -> dict[str, int]:
    """Keep every column back."""
    return {column.name: HIDDEN for column in columns()}
