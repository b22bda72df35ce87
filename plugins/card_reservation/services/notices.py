"""How the notices of our own list stand: waiting for a booking, booked, come for, or withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_reservation.declarations.notices import REOPENED, WITHDRAWN
from plugins.card_reservation.formats.references import NUMBER
from plugins.card_reservation.models import BookingPerson, Reference
from plugins.card_reservation.services.references import OF_NUMBER

Standing = Literal["open", "booked", "came", "withdrawn"]
MOST_SHOWN: Final = 10
_UNKNOWN: Final = _("この番号は、取り込んだ一覧にありません。")
_HAS_BOOKING: Final = _("この番号には予約があります。先に予約を取り消してください。")

_STANDINGS = """
SELECT CASE WHEN notice.withdrawn_at IS NOT NULL THEN 'withdrawn'
            WHEN booking.visit = 'arrived' THEN 'came'
            WHEN booking.id IS NOT NULL THEN 'booked'
            ELSE 'open' END AS standing, count(*)
  FROM card_reservation_reference AS notice
  LEFT JOIN card_reservation_bookingperson AS person ON person.pickup = notice.id AND person.active
  LEFT JOIN card_reservation_booking AS booking ON booking.id = person.booking_id
 GROUP BY standing
"""


class NoticeNotFound(NotFound):
    """No notice of this city's list has this key."""

    code = "notice_not_found"
    message = _("この番号は、取り込んだ一覧にありません。")


class NoticeBooked(DomainError):
    """A notice with a booking is not withdrawn behind its owner's back."""

    code = "notice_booked"
    message = _HAS_BOOKING


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """How many notices stand how."""

    open: int = 0
    booked: int = 0
    came: int = 0
    withdrawn: int = 0

    @property
    def total(self) -> int:
        """Count the whole list."""
        return self.open + self.booked + self.came + self.withdrawn


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as staff see it; its number is not among what is known."""

    id: UUID
    standing: Standing
    booking_id: UUID | None
    added_at: datetime
    withdrawn_at: datetime | None


def counts() -> NoticeCounts:
    """Count the list by how its notices stand."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS)
        return NoticeCounts(**dict(cursor.fetchall()))


def with_number(*, reference: str) -> Sequence[NoticeView]:
    """Find the notices of a number that somebody reads from the paper."""
    index = vault.blind_index(value=normalise_reference(reference), purpose=OF_NUMBER)
    return [_view(notice) for notice in Reference.objects.filter(number_index=index)[:MOST_SHOWN]]


def withdraw(*, notice_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a notice open no booking any more; a second time changes nothing.

    Raises NoticeNotFound or NoticeBooked.
    """
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice.withdrawn_at is not None:
            return
        if BookingPerson.objects.filter(pickup=notice.id, active=True).exists():
            raise NoticeBooked
        _set(notice, now)
        _record(WITHDRAWN, notice, actor, now)


def reopen(*, notice_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a notice open a booking again.

    Raises NoticeNotFound, or MovedOn when somebody was quicker.
    """
    with transaction.atomic():
        notice = _locked(notice_id)
        if notice.withdrawn_at is None:
            raise MovedOn
        _set(notice, None)
        _record(REOPENED, notice, actor, now)


class WithdrawalWriter:
    """Compares and writes a file of numbers that are through: handed over, sent back or wrong."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._number = vault.indexer(purpose=OF_NUMBER)

    def compare(self, rows: Sequence[tuple[int, str]]) -> Comparison:
        """Count what withdrawing these numbers would do."""
        return self._sort(rows)[1]

    def write(self, rows: Sequence[tuple[int, str]]) -> Comparison:
        """Withdraw the notices of these numbers; one with a booking stays, and is named."""
        wanted, counted = self._sort(rows)
        chosen = Reference.objects.filter(id__in=wanted, withdrawn_at=None)
        chosen.update(withdrawn_at=self._now, withdrawn_by=self._import_id)
        return counted

    def undo(self) -> int:
        """Let the notices that this file withdrew open bookings again."""
        mine = Reference.objects.filter(withdrawn_by=self._import_id)
        return mine.update(withdrawn_at=None, withdrawn_by=None)

    def _sort(self, rows: Sequence[tuple[int, str]]) -> tuple[list[UUID], Comparison]:
        by_index = {self._number(number): line for line, number in rows}
        found = Reference.objects.filter(number_index__in=by_index).values_list(
            "id", "number_index", "withdrawn_at"
        )
        known = [(key, bytes(index), withdrawn_at) for key, index, withdrawn_at in found]
        people = BookingPerson.objects.filter(pickup__in=[key for key, *_ in known], active=True)
        booked = set(people.values_list("pickup", flat=True))
        counted, wanted = Comparison(), []
        for key, index, withdrawn_at in known:
            if withdrawn_at is not None:
                counted.same += 1
            elif key in booked:
                counted.problems.append(LineProblem(by_index[index], NUMBER, str(_HAS_BOOKING)))
            else:
                counted.changed += 1
                wanted.append(key)
        unknown = by_index.keys() - {index for _key, index, _at in known}
        counted.problems += [LineProblem(by_index[index], NUMBER, str(_UNKNOWN)) for index in unknown]
        return wanted, counted


def _locked(notice_id: UUID) -> Reference:
    found = Reference.objects.select_for_update().filter(pk=notice_id).first()
    if found is None:
        raise NoticeNotFound
    return found


def _set(notice: Reference, withdrawn_at: datetime | None) -> None:
    notice.withdrawn_at, notice.withdrawn_by = withdrawn_at, None
    notice.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _view(notice: Reference) -> NoticeView:
    person = BookingPerson.objects.select_related("booking").filter(pickup=notice.id, active=True).first()
    standing: Standing = "open"
    if notice.withdrawn_at is not None:
        standing = "withdrawn"
    elif person is not None:
        standing = "came" if person.booking.visit == "arrived" else "booked"
    return NoticeView(
        id=notice.id,
        standing=standing,
        booking_id=person.booking_id if person else None,
        added_at=notice.created_at,
        withdrawn_at=notice.withdrawn_at,
    )


def _record(action: str, notice: Reference, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="card_reservation.notice",
        object_ids=[str(notice.id)],
        details={},
        now=now,
    )
