"""Hours in which a service cannot be given because a system outside the city stands still."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.errors import NotFound
from madoguchi.places.changing import Done
from madoguchi.web.dates import full_date, japanese_time
from plugins.card_reservation.models import PlaceRules, ServiceStop

ADDED: Final = "card_reservation.stop_added"
REMOVED: Final = "card_reservation.stop_removed"


class StopNotFound(NotFound):
    """No such stop is on the list any more."""

    code = "stop_not_found"


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop as the list shows it."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    name: str
    service: str


def rows(*, now: datetime) -> list[StopRow]:
    """List the stops that are not over yet."""
    found = ServiceStop.objects.filter(ends_at__gt=now).select_related("service")
    return [
        StopRow(each.id, each.starts_at, each.ends_at, each.name, each.service.name if each.service else "")
        for each in found
    ]


def add(*, service_id: UUID | None, starts_at: datetime, ends_at: datetime, name: str) -> Done:
    """Stop a service, or every one, for some hours."""
    made = ServiceStop.objects.create(service_id=service_id, starts_at=starts_at, ends_at=ends_at, name=name)
    return _done(ADDED, made, before="—", after=_said(made))


def remove(*, stop_id: UUID) -> Done:
    """Let the service be given in these hours after all.

    Raises StopNotFound.
    """
    found = ServiceStop.objects.filter(pk=stop_id).first()
    if found is None:
        raise StopNotFound(stop_id=stop_id)
    done = _done(REMOVED, found, before=_said(found), after="—")
    found.delete()
    return done


def _done(action: str, stop: ServiceStop, *, before: str, after: str) -> Done:
    rules = PlaceRules.objects.all()
    if stop.service_id is not None:
        rules = rules.filter(service_id=stop.service_id)
    service = stop.service.name if stop.service else _("すべての業務")
    return Done(
        action=action,
        place_ids=tuple(rules.values_list("place_id", flat=True).distinct()),
        details={"service": service, "hours": _said(stop), "name": stop.name},
        shown=((service, before, after),),
    )


def _said(stop: ServiceStop) -> str:
    first, last = clock.local(stop.starts_at), clock.local(stop.ends_at)
    begins = f"{full_date(first.date())} {japanese_time(stop.starts_at)}"
    ends = japanese_time(stop.ends_at)
    return f"{begins}〜{ends if first.date() == last.date() else f'{full_date(last.date())} {ends}'}"
