"""Those who wait for a place: as they see themselves, and as staff see the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from plugins.card_reservation.models import WaitingEntry, WaitingOffer
from plugins.card_reservation.queries.bookings import describe
from plugins.card_reservation.queries.values import BoardPerson

SHOWN = 500
STANDING = (WaitingEntry.State.WAITING, WaitingEntry.State.OFFERED)


class EntryNotFound(NotFound):
    """Nobody of this city waits under this key (any more)."""

    code = "waiting_entry_not_found"
    message = _("このキャンセル待ちは、もうありません。")


@dataclass(frozen=True, slots=True)
class EntryView:
    """For what somebody waits."""

    entry_id: UUID
    place_id: UUID
    first_day: date
    last_day: date
    part: str
    party_size: int
    state: str
    is_for_earlier: bool

    @property
    def is_standing(self) -> bool:
        """Tell whether somebody still waits here."""
        return self.state in STANDING


@dataclass(frozen=True, slots=True)
class OfferView:
    """A held place as the party sees it."""

    offer_id: UUID
    place_id: UUID
    service_id: UUID
    contact_id: UUID
    starts_at: datetime
    ends_at: datetime
    held_until: datetime
    party_size: int
    state: str
    is_for_earlier: bool
    still_waits: bool

    def state_at(self, now: datetime) -> str:
        """Tell what became of the offer by now."""
        is_over = self.state == WaitingOffer.State.OPEN and self.held_until <= now
        return str(WaitingOffer.State.LAPSED if is_over else self.state)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One party in line as staff see it."""

    entry_id: UUID
    place: str
    first_day: date
    last_day: date
    part: str
    party_size: int
    joined_at: datetime
    is_for_earlier: bool
    people: Sequence[BoardPerson]
    offered_at: datetime | None
    held_until: datetime | None


def entry(*, entry_id: UUID) -> EntryView:
    """Show for what a party waits.

    Raises EntryNotFound.
    """
    row = WaitingEntry.objects.filter(pk=entry_id).first()
    if row is None:
        raise EntryNotFound
    return EntryView(
        entry_id=row.pk,
        place_id=row.place_id,
        first_day=row.first_day,
        last_day=row.last_day,
        part=row.part,
        party_size=row.party_size,
        state=row.state,
        is_for_earlier=row.booking_id is not None and row.state != WaitingEntry.State.BOOKED,
    )


def offer(*, offer_id: UUID) -> OfferView:
    """Show what is or was held for a party.

    Raises EntryNotFound.
    """
    row = WaitingOffer.objects.select_related("slot", "entry__booking").filter(pk=offer_id).first()
    if row is None:
        raise EntryNotFound
    return OfferView(
        offer_id=row.pk,
        place_id=row.slot.place_id,
        service_id=row.slot.service_id,
        contact_id=row.entry.contact_id,
        starts_at=row.slot.starts_at,
        ends_at=row.slot.ends_at,
        held_until=row.held_until,
        party_size=row.party_size,
        state=row.state,
        # A booking that an offer made carries the key of the offer.
        is_for_earlier=row.entry.booking is not None and row.entry.booking.key != row.pk,
        still_waits=row.entry.state in STANDING,
    )


def in_line(*, place_id: UUID | None, eyes: Eyes) -> list[LineRow]:
    """List who waits, first come first, with what is held for them: the caller records the reading."""
    found = WaitingEntry.objects.filter(state__in=STANDING)
    if eyes.places is not None:
        found = found.filter(place_id__in=eyes.places)
    if place_id is not None:
        found = found.filter(place_id=place_id)
    rows = list(found.prefetch_related("people", "offers__slot").order_by("joined_at", "pk")[:SHOWN])
    pickups = tuple(person.pickup for row in rows for person in row.people.all())
    described = describe(pickups, eyes=eyes)
    names = {place.id: place.name for place in places.all_places()}
    return [_row(row, names, described) for row in rows]


def _row(row: WaitingEntry, names: dict[UUID, str], described: object) -> LineRow:
    held = next((each for each in row.offers.all() if each.state == WaitingOffer.State.OPEN), None)
    known = described if isinstance(described, dict) else {}
    return LineRow(
        entry_id=row.pk,
        place=names.get(row.place_id, ""),
        first_day=row.first_day,
        last_day=row.last_day,
        part=row.part,
        party_size=row.party_size,
        joined_at=row.joined_at,
        is_for_earlier=row.booking_id is not None,
        people=tuple(
            BoardPerson(
                pickup=person.pickup,
                name=getattr(known.get(person.pickup), "name", ""),
                kana=getattr(known.get(person.pickup), "kana", ""),
                reference=getattr(known.get(person.pickup), "reference", ""),
            )
            for person in sorted(row.people.all(), key=lambda one: one.position)
        ),
        offered_at=None if held is None else held.slot.starts_at,
        held_until=None if held is None else held.held_until,
    )


def require_entry(*, entry_id: UUID, eyes: Eyes) -> None:
    """Make sure that somebody waits at a place of a reader's work.

    Raises EntryNotFound.
    """
    place_id = WaitingEntry.objects.filter(pk=entry_id).values_list("place_id", flat=True).first()
    if place_id is None or not eyes.has_place(place_id):
        raise EntryNotFound
