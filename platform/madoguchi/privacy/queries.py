"""Read times of keeping, holds, erasures and requests: public API of this room, together with retention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.privacy import classes
from madoguchi.privacy.classes import Kept
from madoguchi.privacy.models import ErasureRun, LegalHold, PersonRequest, RetentionChange
from madoguchi.privacy.retention import HoldNotFound

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """One class in the list: what goes tonight, and what is held back."""

    kept: Kept
    due: int
    held: int
    holds: int
    last: ErasureRun | None


@dataclass(frozen=True, kw_only=True)
class ClassView:
    """One class with everything around it."""

    due: int
    held: int
    before: date
    holds: Sequence[LegalHold]
    past_holds: Sequence[LegalHold]
    changes: Sequence[RetentionChange]
    runs: Sequence[ErasureRun]


def lines(*, today: date) -> Sequence[Line]:
    """List the classes with tonight's counts."""
    return [_line(kept, today) for kept in classes.all_kept()]


def _line(kept: Kept, today: date) -> Line:
    due, held = classes.due(kept, months=kept.months, today=today)
    holds = classes.open_holds(name=kept.name, today=today)
    last = ErasureRun.objects.filter(data_class=kept.name).first()
    return Line(kept=kept, due=due, held=held, holds=len(holds), last=last)


def view_of(kept: Kept, *, today: date) -> ClassView:
    """Show one class with its holds, changes and erasures."""
    due, held = classes.due(kept, months=kept.months, today=today)
    holds = classes.open_holds(name=kept.name, today=today)
    standing = {hold.id for hold in holds}
    every = LegalHold.objects.filter(data_class=kept.name)[:SHOWN]
    return ClassView(
        due=due,
        held=held,
        before=kept.before(today=today),
        holds=holds,
        past_holds=[hold for hold in every if hold.id not in standing],
        changes=list(RetentionChange.objects.filter(data_class=kept.name)[:SHOWN]),
        runs=list(ErasureRun.objects.filter(data_class=kept.name)[:SHOWN]),
    )


def class_of_hold(*, hold_id: UUID) -> str:
    """Name the class that a hold is on.

    Raises HoldNotFound.
    """
    name = LegalHold.objects.filter(id=hold_id).values_list("data_class", flat=True).first()
    if name is None:
        raise HoldNotFound
    return name


def erasures() -> "QuerySet[ErasureRun]":
    """List what was erased, the newest first."""
    return ErasureRun.objects.all()


def person_requests() -> "QuerySet[PersonRequest]":
    """List what people asked, the newest first."""
    return PersonRequest.objects.all()
