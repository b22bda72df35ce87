"""Search the audit list of the current city."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from madoguchi.ledger.audit.models import AuditEntry

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; an empty field asks nothing."""

    # The number of a card, booking or other object of a person.
    person: str = ""
    # A staff code or a part of a name.
    user: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of entries, newest first."""

    entries: tuple[AuditEntry, ...]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Tell whether newer entries come before this page."""
        return self.number > 1


def search(*, wanted: AuditFilter, page: int = 1, page_size: int = PAGE_SIZE) -> AuditPage:
    """Find the entries that fit, newest first."""
    start = (max(page, 1) - 1) * page_size
    # One more than shown tells whether a next page exists, without counting millions.
    found = list(_matching(wanted).order_by("-id")[start : start + page_size + 1])
    return AuditPage(entries=tuple(found[:page_size]), number=max(page, 1), has_next=len(found) > page_size)


def piece(*, wanted: AuditFilter, first: int, count: int) -> list[AuditEntry]:
    """Give some of the entries that fit, newest first."""
    return list(_matching(wanted).order_by("-id")[first : first + count])


def count_since(*, since: datetime, action: str = "") -> int:
    """Count the entries since a moment, of one kind or of all."""
    return _matching(AuditFilter(since=since, action=action)).count()


def actions() -> list[str]:
    """List the kinds of action recorded so far, for a choice on the page."""
    found = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
    return list(found)


def _matching(wanted: AuditFilter) -> "QuerySet[AuditEntry]":
    entries = AuditEntry.objects.all()
    if wanted.person:
        entries = entries.filter(object_ids__contains=[wanted.person])
    if wanted.user:
        entries = entries.filter(Q(actor_id=wanted.user) | Q(actor_name__icontains=wanted.user))
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    if wanted.since:
        entries = entries.filter(at__gte=wanted.since)
    if wanted.until:
        entries = entries.filter(at__lt=wanted.until)
    return entries
