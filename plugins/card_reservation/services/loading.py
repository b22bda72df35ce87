"""Load the bookings that a city took before this system: line by line, twice the same changes nothing."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID, uuid5

from django.db.models import F
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.exchange import queries as exchange
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from madoguchi.residents.services import contact_for
from plugins.card_reservation.formats import earlier as layout
from plugins.card_reservation.formats.earlier import EarlierBooking
from plugins.card_reservation.models import PICKUP_ID, Booking, BookingPerson, LoadedBooking, Slot
from plugins.card_reservation.queries.services import all_services
from plugins.card_reservation.services import booking, callers, moving, waiting_list
from plugins.card_reservation.services.booking import BookingRequest
from plugins.card_reservation.services.callers import CallerView
from plugins.card_reservation.services.telling import telling
from plugins.card_reservation.services.verification import VerifiedPickup, verify_for_staff

KEYS: Final = UUID("2f0f1a0e-52b7-4d0c-8a0b-6a5a1c9a7d31")


class _Refused(Exception):
    """A line that cannot become a booking, and why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


@dataclass(frozen=True)
class _Wish:
    """A line whose place, time and people are known."""

    line: int
    row: EarlierBooking
    slot: Slot
    party: tuple[VerifiedPickup, ...]

    @property
    def key(self) -> UUID:
        """Give the key that the same line has in every file."""
        pickups = sorted(str(person.pickup) for person in self.party)
        return uuid5(KEYS, "|".join([str(self.slot.place_id), self.slot.starts_at.isoformat(), *pickups]))


class EarlierBookingWriter:
    """Compares and writes the bookings of one file; who is loaded gets no mail."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id, self._now = import_id, now
        self._taken: dict[UUID, int] = {}
        self._people: set[UUID] = set()
        self._keys: set[UUID] = set()

    def compare(self, rows: Sequence[tuple[int, EarlierBooking]]) -> Comparison:
        """Count what writing these rows would do, the seats that earlier lines would take included."""
        counted = Comparison()
        for line, row in rows:
            try:
                wish = self._wish(line, row)
                if self._is_known(wish):
                    counted.same += 1
                    continue
                self._try(wish)
                counted.new += 1
            except _Refused as refused:
                counted.problems.append(LineProblem(line, refused.column, refused.message))
        return counted

    def write(self, rows: Sequence[tuple[int, EarlierBooking]]) -> Comparison:
        """Book the rows that are new."""
        counted = Comparison()
        for line, row in rows:
            try:
                wish = self._wish(line, row)
                if self._is_known(wish):
                    counted.same += 1
                    continue
                self._try(wish)
                self._book(wish)
                counted.new += 1
            except _Refused as refused:
                counted.problems.append(LineProblem(line, refused.column, refused.message))
        return counted

    def undo(self) -> int:
        """Cancel and remove what this import brought and nobody has touched since."""
        found = Booking.objects.filter(
            loaded__import_job=self._import_id,
            state=Booking.State.ACTIVE,
            visit="",
            changed_at=F("created_at"),
            slot__starts_at__gt=self._now,
        )
        # Locked before they are listed: a clerk may be changing one of them at this moment.
        held = found.select_for_update(of=("self",)).order_by("pk")
        untouched = list(held.values_list("pk", flat=True))
        # With the bookings go the rows of their waits: a place still held for one would never be free again.
        waiting_list.leave_with(booking_ids=untouched, actor=self._actor, now=self._now)
        with telling(is_told=False):
            for booking_id in untouched:
                moving.cancel(booking_id=booking_id, actor=self._actor, now=self._now)
        Booking.objects.filter(pk__in=untouched).delete()
        return len(untouched)

    @cached_property
    def _actor(self) -> Actor:
        """Name who brought the file."""
        job = exchange.find(import_id=self._import_id)
        return Actor(kind="staff", id=job.uploaded_by_id, name=job.uploaded_by_name)

    @cached_property
    def _places(self) -> Mapping[str, UUID]:
        return {_plain(word): place.id for place in places.all_places() for word in (place.code, place.name)}

    @cached_property
    def _services(self) -> Mapping[str, UUID]:
        known = all_services()
        return {"": PICKUP_ID, **{_plain(word): each.id for each in known for word in (each.code, each.name)}}

    def _wish(self, line: int, row: EarlierBooking) -> _Wish:
        place = self._places.get(_plain(row.place))
        if place is None:
            raise _Refused(
                layout.PLACE, _("この名前やコードの場所はありません。「場所」の設定を確かめてください。")
            )
        service = self._services.get(_plain(row.service))
        if service is None:
            raise _Refused(layout.SERVICE, _("この用件はありません。「用件」の設定を確かめてください。"))
        begins = datetime.combine(row.day, row.begins, tzinfo=clock.JAPAN)
        slot = Slot.objects.filter(place_id=place, service_id=service, starts_at=begins).first()
        if slot is None or not slot.is_open:
            self._refuse_past(begins)
            raise _Refused(
                layout.TIME,
                _("この場所のこの日時に、開いている予約枠がありません。先に予約枠を用意してください。"),
            )
        return _Wish(line, row, slot, tuple(_known(*person) for person in row.people))

    def _is_known(self, wish: _Wish) -> bool:
        if wish.key in self._keys:
            raise _Refused(layout.NUMBER, _("同じ予約の行が前にもあります（前の行だけを取り込みます）。"))
        self._keys.add(wish.key)
        return Booking.objects.filter(key=wish.key).exists()

    def _try(self, wish: _Wish) -> None:
        """Refuse what the booking would refuse, in the words of a list."""
        slot, pickups = wish.slot, [person.pickup for person in wish.party]
        self._refuse_past(slot.starts_at)
        booked = BookingPerson.objects.filter(pickup__in=pickups, active=True).exists()
        if booked or self._people & set(pickups):
            raise _Refused(layout.NUMBER, _("この番号の方には、ほかの予約があります。1人1件までです。"))
        taken = slot.booked + self._taken.get(slot.id, 0)
        if taken + len(pickups) > slot.capacity:
            raise _Refused(
                layout.TIME,
                _(
                    "定員を超えます（定員%(capacity)d人、予約%(taken)d人、この行%(size)d人）。"
                    "「予約枠」で定員を増やしてから、同じファイルをもう一度取り込んでください。"
                )
                % {"capacity": slot.capacity, "taken": taken, "size": len(pickups)},
            )
        self._taken[slot.id] = self._taken.get(slot.id, 0) + len(pickups)
        self._people.update(pickups)

    def _refuse_past(self, begins: datetime) -> None:
        if begins <= self._now:
            raise _Refused(layout.DAY, _("過ぎた日時です。これからの予約だけを取り込めます。"))

    def _book(self, wish: _Wish) -> None:
        row = wish.row
        contact = contact_for(email=row.email, language="ja", now=self._now) if row.email else None
        request = BookingRequest(
            slot_id=wish.slot.id,
            service_id=wish.slot.service_id,
            party=wish.party,
            contact_id=contact,
            key=wish.key,
            channel="phone",
        )
        try:
            with telling(is_told=False):
                receipt = booking.book(request=request, actor=self._actor, now=self._now)
        except DomainError as refusal:
            raise _Refused(layout.TIME, str(refusal)) from refusal
        # The slot counts it now.
        self._taken[wish.slot.id] -= len(wish.party)
        LoadedBooking.objects.create(
            booking_id=receipt.booking_id, import_job=self._import_id, earlier_number=row.earlier_number
        )
        if row.name or row.phone:
            caller = CallerView(name=row.name, phone=row.phone)
            callers.note(booking_id=receipt.booking_id, caller=caller, actor=self._actor, now=self._now)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _known(reference: str, birthday: str) -> VerifiedPickup:
    try:
        return verify_for_staff(reference=reference, birthday_text=birthday)
    except DomainError as refusal:
        raise _Refused(
            layout.NUMBER,
            _("この番号と生月日の通知書が見つかりません。先に交付通知書の一覧を取り込んでください。"),
        ) from refusal
