"""Search the audit list of the current city."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.audit.services import DENIED

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; an empty field asks nothing."""

    # The keys of cards, bookings or other objects of a person, as they stand in the entries.
    objects: tuple[str, ...] = ()
    # The key of whoever acted or a part of their name, and the keys of those who are known by it otherwise.
    user: str = ""
    known_as: tuple[str, ...] = ()
    action: str = ""
    # The room or plugin to which an action belongs, and who acts: staff, operator, resident, machine, system.
    function: str = ""
    kind: str = ""
    # The beginning of an address.
    address: str = ""
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
    if wanted.objects:
        entries = entries.filter(object_ids__overlap=list(wanted.objects))
    if wanted.user:
        entries = entries.filter(
            Q(actor_id__in=[wanted.user, *wanted.known_as]) | Q(actor_name__icontains=wanted.user)
        )
    if wanted.action:
        entries = entries.filter(action=wanted.action)
    return _within(_narrowed(entries, wanted), wanted)


def _narrowed(entries: "QuerySet[AuditEntry]", wanted: AuditFilter) -> "QuerySet[AuditEntry]":
    if wanted.function:
        own = Q(action__startswith=f"{wanted.function}.")
        entries = entries.filter(own | Q(action=DENIED, details__attempted__startswith=f"{wanted.function}."))
    if wanted.kind:
        entries = entries.filter(actor_kind=wanted.kind)
    if wanted.address:
        # As text, so that what is no address finds nothing instead of being an error.
        entries = entries.annotate(place=Cast("address", TextField())).filter(
            place__startswith=wanted.address.strip()
        )
    return entries


def _within(entries: "QuerySet[AuditEntry]", wanted: AuditFilter) -> "QuerySet[AuditEntry]":
    if wanted.since:
        entries = entries.filter(at__gte=wanted.since)
    if wanted.until:
        entries = entries.filter(at__lt=wanted.until)
    return entries
