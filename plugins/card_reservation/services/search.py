"""Find bookings by whatever a caller says, in one box; who asks sees no more of them than elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Replace
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.hooks.contracts.pickups import BORN_ON, KANA, NAME, PickupWords
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.web.dates import NotADate, read_date
from plugins.card_reservation.declarations.permissions import CALLER_PHONE
from plugins.card_reservation.models import Booking, BookingPerson, Caller
from plugins.card_reservation.queries.bookings import rows_of
from plugins.card_reservation.queries.personal_data import eyes_here
from plugins.card_reservation.queries.values import BoardRow
from plugins.card_reservation.rules.search import Meant, read
from plugins.card_reservation.services import references
from plugins.card_reservation.services.callers import callers_of, named

MOST: Final = 500
BACK: Final = timedelta(days=31)
FITS: Final = {
    "number": _("予約番号"),
    "day": _("来庁日"),
    "phone": _("電話番号"),
    "caller": _("電話をかけた方"),
    "reference": _("交付通知書の番号"),
    "birthday": _("生年月日"),
    "kana": _("カナ"),
    "name": _("氏名"),
}
_COLUMNS: Final = {"number": "reference", "birthday": "birthday", "kana": "kana", "name": "name"}


class TooManyHits(DomainError):
    """Nobody reads five hundred rows: the words have to say more."""

    code = "too_many_hits"
    message = _("該当が多すぎます。番号をもう少し長くするか、氏名や日にちでさがしてください。")

    def __init__(self, *, count: int) -> None:
        super().__init__(count=count)
        self.count = count


@dataclass(frozen=True, slots=True)
class Hit:
    """One booking that was found, and what of it fits."""

    row: BoardRow
    fits: tuple[Promise, ...]


def meaning_of(text: str, *, today: date) -> Meant:
    """Work out what the words of the box can mean."""
    try:
        whole: date | None = read_date(text)
    except NotADate:
        whole = None
    return read(text, day=whole, today=today)


def search(*, text: str, with_past: bool, now: datetime, eyes: Eyes) -> list[Hit]:
    """Find bookings by number, notice, reading, name, telephone, birthday or day: the caller records it.

    Columns that are kept from the reader find nothing. Raises TooManyHits above five hundred.
    """
    today = clock.local(now).date()
    meant = _allowed(meaning_of(text, today=today), eyes_here(eyes))
    if meant.is_empty:
        return []
    within = (
        Booking.objects.all()
        if eyes.places is None
        else Booking.objects.filter(slot__place_id__in=eyes.places)
    )
    if not with_past:
        within = within.filter(slot__day__gte=today - BACK)
    fits: dict[UUID, list[str]] = {}
    for word, found in _found(within, meant, eyes):
        fits.setdefault(found, []).append(word)
    if len(fits) > MOST:
        raise TooManyHits(count=len(fits))
    rows = named(rows=rows_of(booking_ids=fits, now=now, eyes=eyes), eyes=eyes)
    rows.sort(key=lambda row: (row.ends_at <= now, row.status == "cancelled", row.starts_at))
    return [Hit(row, tuple(FITS[word] for word in dict.fromkeys(fits[row.booking_id]))) for row in rows]


def _allowed(meant: Meant, eyes: Eyes) -> Meant:
    people = replace(
        meant.people,
        name="" if eyes.is_masked(NAME) else meant.people.name,
        kana="" if eyes.is_masked(KANA) else meant.people.kana,
        birthday=None if eyes.is_masked(BORN_ON) else meant.people.birthday,
    )
    return replace(meant, phone="" if eyes.is_masked(CALLER_PHONE) else meant.phone, people=people)


def _found(within: QuerySet[Booking], meant: Meant, eyes: Eyes) -> Sequence[tuple[str, UUID]]:
    found: list[tuple[str, UUID]] = []
    if meant.number:
        plain = Replace(Cast("number", CharField()), Value("-"), Value(""))
        numbered = within.annotate(plain=plain).filter(plain__contains=meant.number)
        found += [("number", key) for key in numbered.values_list("pk", flat=True)[: MOST + 1]]
    if meant.day is not None:
        of_day = within.filter(slot__day=meant.day)
        found += [("day", key) for key in of_day.values_list("pk", flat=True)[: MOST + 1]]
    found += _by_people(within, meant.people)
    return [*found, *_by_caller(within, meant, eyes)]


def _by_people(within: QuerySet[Booking], wanted: PickupWords) -> list[tuple[str, UUID]]:
    if wanted == PickupWords():
        return []
    people = BookingPerson.objects.filter(booking__in=within)
    if wanted.number:
        # Our own list of notices knows whole numbers alone.
        listed = people.filter(pickup__in=references.with_number(reference=wanted.number))
        found = [("reference", key) for key in listed.values_list("booking_id", flat=True)]
    else:
        found = []
    pairs = list(people.values_list("pickup", "booking_id"))
    try:
        answer: dict[UUID, str] = plugins.ask(
            "search_pickups", among=tuple({pickup for pickup, _booking in pairs}), wanted=wanted
        )
    except NobodyAnswers:
        return found
    return found + [(_COLUMNS[answer[pickup]], booking) for pickup, booking in pairs if pickup in answer]


def _by_caller(within: QuerySet[Booking], meant: Meant, eyes: Eyes) -> list[tuple[str, UUID]]:
    """Look through who called; a person without a notice is known by nothing else."""
    name = meant.people.name or meant.people.kana
    if not (meant.phone or name):
        return []
    called = Caller.objects.filter(booking__in=within).values_list("booking_id", flat=True)
    found = []
    for booking, caller in callers_of(booking_ids=list(called), eyes=eyes).items():
        if meant.phone and meant.phone in "".join(sign for sign in caller.phone if sign.isdigit()):
            found.append(("phone", booking))
        if name and name in caller.name.replace(" ", "").replace("　", ""):
            found.append(("caller", booking))
    return found
