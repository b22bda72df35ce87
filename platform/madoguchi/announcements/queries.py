"""Read what a city announces: public API of this room, together with services."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.announcements.memory import memory
from madoguchi.announcements.models import Announcement, Kind
from madoguchi.announcements.values import Announced, Moment, Words
from madoguchi.errors import NotFound
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.tenancy import current_city

LONGEST_HISTORY = 100


class UnknownAnnouncement(NotFound):
    """This city never announced this, or its time of keeping is over."""

    code = "unknown_announcement"


def announced(*, now: datetime) -> tuple[Announced, ...]:
    """List what is announced or about to be; mostly without asking the database."""
    city = current_city()
    found = memory.fresh(city)
    if found is None:
        changes = memory.changes
        found = tuple(view_of(one) for one in Announcement.objects.filter(ended_at=None, ends_at__gt=now))
        memory.keep(city, found, changes=changes)
    return found


def emergencies(*, now: datetime) -> list[Announced]:
    """List the emergencies of this moment, the newest first."""
    return [one for one in announced(now=now) if one.kind == Kind.EMERGENCY and one.is_running(now=now)]


def for_bookers(
    *, moment: Moment, place_ids: frozenset[UUID], language: str, now: datetime, service: str = ""
) -> list[Words]:
    """List what those who book should know now: what concerns everybody, these places and this service."""
    return [
        one.words(language)
        for one in announced(now=now)
        if one.kind == Kind.BOOKING
        and moment in one.moments
        and (one.place_id is None or one.place_id in place_ids)
        and one.service in ("", service)
        and one.is_running(now=now)
    ]


def current(*, kind: str, now: datetime) -> Sequence[Announcement]:
    """List what is shown now or will be, the next to begin last."""
    return _named(_all(kind).filter(ended_at=None, ends_at__gt=now).order_by("starts_at", "made_at"))


def past(*, kind: str, now: datetime) -> Sequence[Announcement]:
    """List what has ended, the newest first."""
    is_over = Q(ended_at__isnull=False) | Q(ends_at__lte=now)
    return _named(_all(kind).filter(is_over)[:LONGEST_HISTORY])


def find(*, announcement: UUID, kind: str) -> Announcement:
    """Find an announcement of this city.

    Raises UnknownAnnouncement.
    """
    found = _all(kind).filter(pk=announcement).first()
    if found is None:
        raise UnknownAnnouncement(announcement=str(announcement))
    return _named([found])[0]


def view_of(row: Announcement) -> Announced:
    """Show a row as pages see it."""
    chosen: dict[Moment, bool] = {"before": row.is_before, "after": row.is_after, "mail": row.is_mailed}
    return Announced(
        id=row.id,
        kind=row.kind,
        audience=row.audience,
        moments=frozenset(moment for moment, is_chosen in chosen.items() if is_chosen),
        place_id=row.place_id,
        service=row.service,
        headings=(row.heading, row.heading_easy, row.heading_en),
        texts=(row.text, row.text_easy, row.text_en),
        url=row.url,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def booked_services() -> tuple[tuple[str, str], ...]:
    """List what residents book, by code and name; nothing where nobody takes bookings."""
    try:
        found: tuple[tuple[str, str], ...] = plugins.ask("booked_services")
    except NobodyAnswers:
        return ()
    return found


def _named(rows: Iterable[Announcement]) -> list[Announcement]:
    found, names = list(rows), dict(booked_services())
    for row in found:
        row.service_name = names.get(row.service, row.service)
    return found


def _all(kind: str) -> QuerySet[Announcement]:
    return Announcement.objects.filter(kind=kind).select_related("place")
