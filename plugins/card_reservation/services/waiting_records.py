"""What the line of those who wait holds about one person, how long it is kept, and how it goes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.people import Erased, HeldRecord, PersonWanted
from madoguchi.hooks.values import DataClass
from madoguchi.places import queries as places
from madoguchi.web.dates import full_date
from plugins.card_reservation.models import WaitingEntry, WaitingOffer
from plugins.card_reservation.services import offers

TABLE: Final = "card_reservation_waitingentry"
PICKUP: Final = "pickup:"
CONTACT: Final = "contact:"
STANDING: Final = (WaitingEntry.State.WAITING, WaitingEntry.State.OFFERED)
STATES: Final = {
    "waiting": gettext_lazy("待っています"),
    "offered": gettext_lazy("返事を待っています"),
    "booked": gettext_lazy("予約しました"),
    "left": gettext_lazy("やめました"),
    "over": gettext_lazy("期間が終わりました"),
}
PARTS: Final = {"": gettext_lazy("いつでも"), "am": gettext_lazy("午前"), "pm": gettext_lazy("午後")}


def held_about(wanted: PersonWanted) -> Sequence[HeldRecord]:
    """List where a person waits or waited: by card for certain, by a shared address perhaps."""
    certain = set(
        WaitingEntry.objects.filter(people__pickup__in=_ids(wanted.keys, PICKUP)).values_list("pk", flat=True)
    )
    shared = Q(pk__in=certain) | Q(contact_id__in=_ids(wanted.keys, CONTACT))
    names = {place.id: place.name for place in places.all_places()}
    rows = WaitingEntry.objects.filter(shared).order_by("joined_at", "pk")
    return [_record(row, names, is_certain=row.pk in certain) for row in rows]


def erase_held(records: Iterable[str], *, now: datetime) -> Sequence[Erased]:
    """Erase the waits among these records, and give back what is held for them."""
    own = [UUID(key.rpartition(":")[2]) for key in records if key.startswith(f"{TABLE}:")]
    # Nobody is offered a place, and answers, while the entries are held.
    list(WaitingEntry.objects.select_for_update().filter(pk__in=own).order_by("pk"))
    for offer in WaitingOffer.objects.select_for_update().filter(
        entry_id__in=own, state=WaitingOffer.State.OPEN
    ):
        offers.release(offer=offer, state=WaitingOffer.State.DECLINED, now=now)
    rows = WaitingEntry.objects.filter(pk__in=own)
    count = rows.count()
    rows.delete()
    return [Erased(label=_("キャンセル待ち"), rows=count, ids=frozenset(map(str, own)))] if own else []


def contacts_in_use(contacts: tuple[UUID, ...]) -> set[UUID]:
    """Name the contacts that somebody who waits still listens to."""
    found = WaitingEntry.objects.filter(contact_id__in=contacts)
    return set(found.values_list("contact_id", flat=True))


def _ids(keys: Iterable[str], prefix: str) -> list[UUID]:
    return [UUID(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def _record(row: WaitingEntry, names: dict[UUID, str], *, is_certain: bool) -> HeldRecord:
    facts = (
        (_("場所"), names.get(row.place_id, "—")),
        (_("希望の期間"), f"{full_date(row.first_day)}〜{full_date(row.last_day)} {PARTS[row.part]}"),
        (_("人数"), str(row.party_size)),
        (_("状態"), str(STATES[row.state])),
        (_("受付日時"), full_date(clock.local(row.joined_at).date())),
    )
    return HeldRecord(
        key=f"{TABLE}:{row.pk}",
        label=_("キャンセル待ち"),
        title=full_date(row.first_day),
        facts=facts,
        since=row.joined_at,
        leads_to=frozenset({f"{CONTACT}{row.contact_id}"}),
        is_certain=is_certain,
        erasing=_("キャンセル待ちの記録を消します。お取りしている枠があれば、空きに戻します。"),
    )


def _over(before: date) -> "QuerySet[WaitingEntry]":
    return WaitingEntry.objects.filter(last_day__lt=before).exclude(state__in=STANDING)


def count_due(*, before: date, held: frozenset[str]) -> int:
    """Count the waits whose last day lies before a day."""
    return _over(before).count()


def erase_due(*, before: date, held: frozenset[str], limit: int) -> int:
    """Erase such waits, the oldest first."""
    oldest = list(_over(before).order_by("last_day", "pk").values_list("pk", flat=True)[:limit])
    WaitingEntry.objects.filter(pk__in=oldest).delete()
    return len(oldest)


DATA_CLASS = DataClass(
    name="card_reservation.waiting",
    label=gettext_lazy("キャンセル待ちの記録"),
    since=gettext_lazy("希望の期間の最後の日"),
    effect=gettext_lazy("だれがいつ待っていたかの記録を消します。予約は残ります。"),
    tables=(
        "card_reservation_waitingentry",
        "card_reservation_waitingperson",
        "card_reservation_waitingoffer",
    ),
    default_months=3,
    count=count_due,
    erase=erase_due,
    order=115,
)
