"""What bookings hold about one person, how long it is kept, and how it goes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.places import queries as places
from madoguchi.web.dates import full_date, japanese_time
from plugins.card_reservation.models import Booking, BookingPerson, Caller, PaperKit, Turn
from plugins.card_reservation.queries.bookings import status_of, with_number
from plugins.card_reservation.services.callers import CallerView, callers_of

TABLE: Final = "card_reservation_booking"
PICKUP: Final = "pickup:"
CONTACT: Final = "contact:"
STATUS: Final = {
    "active": gettext_lazy("予約中"),
    "cancelled": gettext_lazy("取り消し済み"),
    "done": gettext_lazy("日時が過ぎています"),
    "served": gettext_lazy("予約日より前に交付済み"),
}
VISITS: Final = {
    "arrived": gettext_lazy("来庁した"),
    "absent": gettext_lazy("来なかった"),
    "": gettext_lazy("記録なし"),
}
CHANNELS: Final = {"web": gettext_lazy("インターネット"), "phone": gettext_lazy("電話")}


def held_about(wanted: PersonWanted, *, now: datetime) -> Sequence[HeldRecord]:
    """List the bookings of a person: by card and number for certain, by a shared address perhaps."""
    pickups = _ids(wanted.keys, PICKUP)
    certain = set(BookingPerson.objects.filter(pickup__in=pickups).values_list("booking_id", flat=True))
    numbered = with_number(number=wanted.booking_number, eyes=EVERYTHING) if wanted.booking_number else None
    if numbered is not None:
        certain.add(numbered)
    perhaps = Q(contact_id__in=_ids(wanted.keys, CONTACT)) | Q(id__in=_called_from(wanted.phone))
    shared = Booking.objects.filter(perhaps).exclude(id__in=certain)
    rows = [*_rows(Booking.objects.filter(id__in=certain)), *_rows(shared)]
    names = {place.id: place.name for place in places.all_places()}
    called = callers_of(booking_ids=[row.id for row in rows], eyes=EVERYTHING)
    return [_record(row, names, called.get(row.id), is_certain=row.id in certain, now=now) for row in rows]


def _called_from(phone: str) -> list[UUID]:
    """Find the bookings of a telephone number; a family has one number, so none is certain."""
    wanted = _digits(phone)
    if not wanted:
        return []
    every = list(Caller.objects.values_list("booking_id", flat=True))
    called = callers_of(booking_ids=every, eyes=EVERYTHING)
    return [booking for booking, caller in called.items() if _digits(caller.phone) == wanted]


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))


def _rows(found: "QuerySet[Booking]") -> list[Booking]:
    whole = found.select_related("slot", "loaded").prefetch_related("people")
    counted = whole.annotate(people_count=Count("people"))
    return list(counted.order_by("slot__starts_at", "number"))


def _ids(keys: Iterable[str], prefix: str) -> list[UUID]:
    return [UUID(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def _record(
    row: Booking, names: dict[UUID, str], caller: CallerView | None, *, is_certain: bool, now: datetime
) -> HeldRecord:
    status = status_of(row, now=now)
    start = clock.local(row.slot.starts_at)
    people = list(row.people.all())
    facts = [
        (_("予約番号"), row.number),
        (_("日時"), f"{full_date(start.date())} {japanese_time(row.slot.starts_at)}"),
        (_("場所"), names.get(row.slot.place_id, "—")),
        (_("人数"), str(row.party_size)),
        (_("受付方法"), str(CHANNELS[row.channel])),
        (_("状態"), str(STATUS["served" if row.served_at else status])),
        (_("来庁"), str(VISITS[row.visit])),
        (_("受付日時"), japanese_moment(row.created_at)),
    ]
    turn, over = getattr(row, "turn", None), getattr(row, "over_capacity", None)
    if turn is not None:
        facts.append((_("窓口の受付番号"), f"{turn.number}（{japanese_moment(turn.arrived_at)}）"))
    if over is not None:
        facts.append((_("定員を超えた理由"), over.reason))
    if loaded := getattr(row, "loaded", None):
        facts += [(_("元の予約番号"), loaded.earlier_number or "—")]
    if caller is not None:
        facts += [(_("電話した人"), caller.name or "—"), (_("電話番号"), caller.phone or "—")]
    # Relatives in one booking are other people: only a booking of one leads on to its card.
    leads_to = {f"{PICKUP}{people[0].pickup}"} if len(people) == 1 else set()
    if row.contact_id is not None:
        leads_to.add(f"{CONTACT}{row.contact_id}")
    return HeldRecord(
        key=f"{TABLE}:{row.id}",
        label=_("予約"),
        title=row.number,
        facts=tuple(facts),
        since=row.created_at,
        leads_to=frozenset(leads_to),
        is_certain=is_certain,
        erasing=_("予約の記録を消します。枠の使用数（人数の合計）だけが残ります。"),
        obstacle=_("これからの予約です。取り消してから消してください。") if status == "active" else "",
    )


def japanese_moment(moment: datetime) -> str:
    """Write a moment with its day."""
    return f"{full_date(clock.local(moment).date())} {japanese_time(moment)}"


def erase_held(records: Iterable[str]) -> Sequence[Erased]:
    """Erase the bookings among these records, and the lists on paper that named their people."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    rows = Booking.objects.filter(id__in=own)
    ids = {str(key) for key in rows.values_list("id", flat=True)}
    ids |= set(rows.values_list("number", flat=True))
    count = len(own) and rows.count()
    for day in set(rows.values_list("slot__day", flat=True)):
        PaperKit.objects.filter(first_day__lte=day, last_day__gte=day).delete()
    rows.delete()
    return [Erased(label=_("予約"), rows=count, ids=frozenset(ids))]


def contacts_in_use(contacts: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Name the contacts that a booking still writes to."""
    found = Booking.objects.filter(contact_id__in=contacts).values_list("contact_id", flat=True)
    return tuple({key for key in found if key is not None})


def _over(before: date, held: Iterable[str]) -> "QuerySet[Booking]":
    return Booking.objects.filter(slot__day__lt=before).exclude(id__in=[UUID(key) for key in held])


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the bookings whose day lies before a day."""
    return _over(before, held).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such bookings, the oldest first; slots keep their counts."""
    order = ("slot__day", "id")
    oldest = list(_over(before, held).order_by(*order).values_list("id", flat=True)[:limit])
    Booking.objects.filter(id__in=oldest).delete()
    return len(oldest)


def find_to_hold(reference: str) -> Sequence[tuple[str, str]]:
    """Find the booking of a number."""
    found = with_number(number=reference.strip(), eyes=EVERYTHING)
    return [(str(found), reference.strip())] if found else []


def count_kits(*, before: date, held: frozenset[str]) -> int:
    """Count the lists on paper whose last day lies before a day."""
    return PaperKit.objects.filter(last_day__lt=before).count()


def erase_kits(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such lists, the oldest first."""
    rows = PaperKit.objects.filter(last_day__lt=before).order_by("last_day", "id")
    oldest = list(rows.values_list("id", flat=True)[:limit])
    PaperKit.objects.filter(id__in=oldest).delete()
    return len(oldest)


def count_turns(*, before: date, held: frozenset[str]) -> int:
    """Count the numbers of the queue whose day lies before a day."""
    return Turn.objects.filter(day__lt=before).count()


def erase_turns(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such numbers, the oldest first."""
    oldest = Turn.objects.filter(day__lt=before).order_by("day", "id").values_list("id", flat=True)[:limit]
    return Turn.objects.filter(id__in=list(oldest)).delete()[0]


DATA_CLASSES = (
    DataClass(
        name="card_reservation.bookings",
        label=gettext_lazy("予約の記録"),
        since=gettext_lazy("予約の日（来庁日）"),
        effect=gettext_lazy(
            "予約番号・人数・来庁の記録・電話の連絡先を消します。枠の使用数は統計のために残ります。"
        ),
        tables=(
            "card_reservation_booking",
            "card_reservation_bookingperson",
            "card_reservation_caller",
            "card_reservation_visitreply",
            "card_reservation_bringlist",
            "card_reservation_overcapacity",
            "card_reservation_withoutnotice",
            "card_reservation_loadedbooking",
        ),
        default_months=24,
        holds_by=gettext_lazy("予約番号"),
        find=find_to_hold,
        count=count_due,
        erase=erase_due,
        order=110,
    ),
    DataClass(
        name="card_reservation.paper_kits",
        label=gettext_lazy("紙の予備リスト"),
        since=gettext_lazy("リストの最後の日"),
        effect=gettext_lazy("作り置きのPDFを消します。ふだんは数日で新しいものに替わります。"),
        tables=("card_reservation_paperkit",),
        default_months=1,
        count=count_kits,
        erase=erase_kits,
        order=120,
    ),
    DataClass(
        name="card_reservation.turns",
        label=gettext_lazy("窓口の受付番号"),
        since=gettext_lazy("受付した日"),
        effect=gettext_lazy("番号と、呼び出し・手続きの時刻を消します。氏名は入っていません。"),
        tables=("card_reservation_turn",),
        default_months=12,
        count=count_turns,
        erase=erase_turns,
        order=130,
    ),
)
