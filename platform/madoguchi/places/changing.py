"""One road for every change of when and where people are received: weigh it first, then make it.

A change is weighed by making it in a savepoint, asking every plugin what would follow, and taking it back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise

from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a change did: the action for the audit, the places it touched, before and after."""

    action: str
    place_ids: tuple[UUID, ...]
    details: Mapping[str, JSON] = field(default_factory=dict)
    scope: str = "outside"
    shown: tuple[tuple[str | Promise, str, str], ...] = ()
    """What changes, before and after, for the eyes of whoever confirms."""


Act = Callable[[], Done]


class _TakenBack(Exception):
    """The savepoint of a change that was only weighed."""


def make(act: Act, *, actor: Actor, now: datetime) -> Done:
    """Make a change, let every plugin follow it, and record it, all in one transaction."""
    with transaction.atomic():
        done = act()
        plugins.announce("opening_changed", place_ids=done.place_ids, now=now)
        audit.record(
            actor=actor,
            action=done.action,
            object_type="places.place",
            object_ids=[str(place_id) for place_id in done.place_ids],
            now=now,
            details=done.details,
        )
    return done


def weigh(act: Act, *, now: datetime) -> tuple[Done, OpeningEffect]:
    """Tell what a change would do and bring, without making it."""
    found: list[OpeningEffect] = []
    try:
        with transaction.atomic():
            done = act()
            answers = plugins.duty("opening_effects", place_ids=done.place_ids, scope=done.scope, now=now)
            found = [_sound(answer) for _name, answer in answers]
            raise _TakenBack
    except _TakenBack:
        pass
    return done, OpeningEffect(
        opened=sum(effect.opened for effect in found),
        closed=sum(effect.closed for effect in found),
        visits=tuple(visit for effect in found for visit in effect.visits),
        visits_in_all=sum(effect.visits_in_all for effect in found),
        changed=sum(effect.changed for effect in found),
        crowded=tuple(visit for effect in found for visit in effect.crowded),
        crowded_in_all=sum(effect.crowded_in_all for effect in found),
    )


def _sound(answer: object) -> OpeningEffect:
    if isinstance(answer, OpeningEffect):
        return answer
    assert isinstance(answer, Exception)
    raise answer
