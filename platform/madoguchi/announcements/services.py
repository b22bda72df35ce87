"""Announce, change and end: public API of this room, together with queries."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.announcements import queries
from madoguchi.announcements.declarations import CHANGED, ENDED, OBJECT, PUBLISHED, PURGED, TERMS
from madoguchi.announcements.memory import memory
from madoguchi.announcements.models import Announcement, Kind
from madoguchi.announcements.preferences import RetentionSettings
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.preferences import queries as preferences

LONGEST_MONTH = timedelta(days=31)


class AlreadyOver(DomainError):
    """What has ended stays as it was read."""

    code = "announcement_over"
    message = _("このお知らせはもう終わっています。新しいお知らせを作ってください。")


def publish(*, kind: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> Announcement:
    """Announce something for its period."""
    with transaction.atomic():
        row = Announcement.objects.create(kind=kind, made_at=now, made_by=actor.name, **values)
        _record(PUBLISHED, row, {"kind": kind, **_told(values)}, actor=actor, now=now)
        _tell_everybody()
    return row


def change(*, announcement: UUID, kind: str, values: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Change what is announced, or is about to be; tell whether anything changed.

    Raises UnknownAnnouncement and AlreadyOver.
    """
    with transaction.atomic():
        row = _not_over(announcement, kind, now=now)
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return False
        for name, value in changed.items():
            setattr(row, name, value)
        row.changed_at, row.changed_by = now, actor.name
        row.save(update_fields=[*changed, "changed_at", "changed_by"])
        told = {name: f"{_word(before[name])} → {_word(value)}" for name, value in changed.items()}
        details = {name: change for name, change in told.items() if name in TERMS}
        _record(CHANGED, row, details, actor=actor, now=now)
        _tell_everybody()
    return True


def end(*, announcement: UUID, kind: str, actor: Actor, now: datetime) -> None:
    """Take an announcement down before its time.

    Raises UnknownAnnouncement and AlreadyOver.
    """
    with transaction.atomic():
        row = _not_over(announcement, kind, now=now)
        row.ended_at, row.ended_by = now, actor.name
        row.save(update_fields=["ended_at", "ended_by"])
        _record(ENDED, row, {"heading": row.heading}, actor=actor, now=now)
        _tell_everybody()


def purge(*, now: datetime) -> int:
    """Delete what ended longer ago than the city keeps announcements of its kind, and count it."""
    kept = preferences.current(RetentionSettings)
    months = {Kind.EMERGENCY: kept.emergency_months, Kind.BOOKING: kept.booking_months}
    return sum(_purge(str(kind), now - many * LONGEST_MONTH, now=now) for kind, many in months.items())


def _purge(kind: str, before: datetime, *, now: datetime) -> int:
    is_old = Q(ends_at__lt=before) | Q(ended_at__lt=before)
    with transaction.atomic():
        count, _by_model = Announcement.objects.filter(is_old, kind=kind).delete()
        if count:
            audit.record(
                actor=SYSTEM,
                action=PURGED,
                object_type=OBJECT,
                object_ids=[],
                details={"kind": kind, "count": count},
                now=now,
            )
    return count


def _not_over(announcement: UUID, kind: str, *, now: datetime) -> Announcement:
    row = queries.find(announcement=announcement, kind=kind)
    row = Announcement.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.ended_at is not None or row.ends_at <= now:
        raise AlreadyOver(announcement=str(announcement))
    return row


def _record(action: str, row: Announcement, details: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor, action=action, object_type=OBJECT, object_ids=[str(row.id)], details=details, now=now
    )


def _told(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _word(value) for name, value in values.items() if name in TERMS and value not in ("", None)}


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value) if value not in ("", None) else "—"


def _tell_everybody() -> None:
    memory.forget()
    transaction.on_commit(memory.tell_everybody)
