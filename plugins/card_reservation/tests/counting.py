"""Acts on bookings in any order, and what must hold after each: a machine for Hypothesis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from madoguchi.errors import DomainError, Invalid
from madoguchi.ledger.audit.actors import Actor
from madoguchi.residents import services as residents
from plugins.card_reservation import queries
from plugins.card_reservation.models import (
    Booking,
    BookingPerson,
    PlaceRules,
    Slot,
    WaitingOffer,
    WaitingPerson,
)
from plugins.card_reservation.rules.numbers import is_number
from plugins.card_reservation.services import (
    accepting,
    booking,
    capacities,
    following,
    moving,
    parties,
    waiting_list,
)
from plugins.card_reservation.services.booking import BookingRequest
from plugins.card_reservation.services.slots import reconcile
from plugins.card_reservation.services.verification import VerifiedPickup

RESIDENT = Actor(kind="resident", id="contact", name="")
CLERK = Actor(kind="staff", id="C0001", name="窓口 一郎")
PEOPLE = tuple(UUID(int=number) for number in range(1, 11))
SLOTS = 4

people = some.lists(some.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)
slots = some.integers(0, SLOTS - 1)
which = some.integers(0, 30)


@dataclass(frozen=True)
class Ground:
    """Where the machine plays: free slots of one place, and the moment."""

    slots: tuple[UUID, ...]
    now: datetime


@dataclass(frozen=True)
class Seen:
    """Everything that counts, as the tables tell it."""

    slots: Mapping[UUID, tuple[int, int, int, bool]]
    bookings: Mapping[UUID, tuple[UUID, int]]
    sits: Mapping[UUID, UUID]
    holds: Mapping[UUID, tuple[UUID, int]]
    waits: Mapping[UUID, UUID]

    def seated(self, slot_id: UUID) -> int:
        """Count the people who have a booking in a slot, without those for whom a place is held."""
        return sum(size for where, size in self.bookings.values() if where == slot_id)


def look(ground: Ground) -> Seen:
    """Read the slots with their counters, the standing bookings, and in which of them everybody sits."""
    rows = Slot.objects.filter(pk__in=ground.slots)
    standing = Booking.objects.filter(state=Booking.State.ACTIVE)
    active = list(BookingPerson.objects.filter(active=True).values_list("pickup", "booking_id"))
    sits = dict(active)
    assert len(sits) == len(active), "somebody has two bookings"
    held = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN)
    waiting = WaitingPerson.objects.filter(active=True)
    return Seen(
        slots={slot.id: (slot.capacity, slot.allowance, slot.booked, slot.is_open) for slot in rows},
        bookings={one.id: (one.slot_id, one.party_size) for one in standing},
        sits=sits,
        holds={offer.id: (offer.slot_id, offer.party_size) for offer in held},
        waits=dict(waiting.values_list("pickup", "entry_id")),
    )


class Counting(RuleBasedStateMachine):
    """Book, move, cancel, join, leave, merge, wait, and change capacities and rules, in any order."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()

    def teardown(self) -> None:
        """Take everything back."""
        transaction.savepoint_rollback(self.point)

    @initialize(seats=some.lists(some.integers(1, 4), min_size=SLOTS, max_size=SLOTS))
    def narrow(self, seats: list[int]) -> None:
        """Give the slots few seats, so that they fill up."""
        for slot_id, capacity in zip(self.ground.slots, seats, strict=True):
            Slot.objects.filter(pk=slot_id).update(capacity=capacity)
        ours = Slot.objects.filter(pk__in=self.ground.slots)
        self.days = sorted(ours.values_list("day", flat=True))
        self.place_id = ours[0].place_id
        # Whoever waits for these days waits for these slots.
        others = Slot.objects.filter(place_id=self.place_id, day__in=self.days)
        others.exclude(pk__in=self.ground.slots).update(is_open=False, closed_by_hand=True)
        self.contact_id = residents.contact_for(
            email="w@resident.example", language="ja", now=self.ground.now
        )

    @rule(slot=slots, party=people, is_staff=some.booleans())
    def book(self, slot: int, party: list[UUID], is_staff: bool) -> None:
        """Book; refused exactly when the slot is closed or full, or somebody sits elsewhere."""
        before, slot_id = look(self.ground), self.ground.slots[slot]
        capacity, _allowance, booked, is_open = before.slots[slot_id]
        fits = is_open and booked + len(party) <= capacity and not before.sits.keys() & set(party)
        made = self._try(lambda: self._book(slot_id, party, is_staff=is_staff))
        assert made == fits
        after = look(self.ground)
        if made:
            assert after.slots[slot_id][2] == booked + len(party)
            assert {after.sits[person] for person in party} & after.bookings.keys()
        else:
            assert after == before

    @rule(slot=slots, party=people)
    def book_beyond(self, slot: int, party: list[UUID]) -> None:
        """Let an administrator go beyond the capacity; refused only to whoever sits elsewhere."""
        before, slot_id = look(self.ground), self.ground.slots[slot]
        fits = before.slots[slot_id][3] and not before.sits.keys() & set(party)
        made = self._try(lambda: self._book(slot_id, party, is_staff=True, beyond="至急"))
        assert made == fits
        assert made or look(self.ground) == before

    @rule(number=which, slot=slots, beyond=some.sampled_from(["", "至急"]))
    def move(self, number: int, slot: int, beyond: str) -> None:
        """Move; a refused booking stays where it was."""
        before, slot_id = look(self.ground), self.ground.slots[slot]
        chosen = self._chosen(before, number)
        if chosen is None:
            return
        made = self._try(
            lambda: moving.move(
                booking_id=chosen,
                slot_id=slot_id,
                key=uuid4(),
                actor=CLERK,
                now=self.ground.now,
                beyond=beyond,
            )
        )
        after = look(self.ground)
        assert after.sits == before.sits
        assert after.bookings[chosen] == (
            (slot_id if made else before.bookings[chosen][0]),
            after.bookings[chosen][1],
        )
        assert made or after == before

    @rule(number=which)
    def cancel(self, number: int) -> None:
        """Cancel; the seats are free at once."""
        before = look(self.ground)
        chosen = self._chosen(before, number)
        if chosen is None:
            return
        slot_id, size = before.bookings[chosen]
        moving.cancel(booking_id=chosen, actor=RESIDENT, now=self.ground.now)
        after = look(self.ground)
        assert chosen not in after.bookings
        assert after.seated(slot_id) == before.seated(slot_id) - size

    @rule(number=which, person=some.sampled_from(PEOPLE), slot=some.none() | slots)
    def come_along(self, number: int, person: UUID, slot: int | None) -> None:
        """Let somebody join a party, perhaps at another time; refused whole or done whole."""
        before = look(self.ground)
        chosen = self._chosen(before, number)
        if chosen is None:
            return
        wanted = None if slot is None else self.ground.slots[slot]
        newcomer = VerifiedPickup(pickup=person, reference="ABC000001")
        made = self._try(
            lambda: parties.add(
                booking_id=chosen, person=newcomer, actor=RESIDENT, now=self.ground.now, slot_id=wanted
            )
        )
        after = look(self.ground)
        if made:
            assert after.sits[person] == chosen
        else:
            assert after == before

    @rule(number=which, person=some.sampled_from(PEOPLE))
    def stay_at_home(self, number: int, person: UUID) -> None:
        """Take somebody out of a party."""
        before = look(self.ground)
        chosen = self._chosen(before, number)
        if chosen is None:
            return
        made = self._try(
            lambda: parties.remove(booking_id=chosen, pickup=person, actor=RESIDENT, now=self.ground.now)
        )
        after = look(self.ground)
        assert made == (before.sits.get(person) == chosen and before.bookings[chosen][1] > 1)
        assert (person not in after.sits) if made else after == before

    @rule(number=which, person=some.sampled_from(PEOPLE))
    def merge(self, number: int, person: UUID) -> None:
        """Bring somebody over from another booking: never in two, never in none."""
        before = look(self.ground)
        chosen = self._chosen(before, number)
        if chosen is None:
            return
        made = self._try(
            lambda: parties.merge(booking_id=chosen, pickup=person, actor=RESIDENT, now=self.ground.now)
        )
        after = look(self.ground)
        assert after.sits.keys() == before.sits.keys()
        if made:
            assert after.sits[person] == chosen
        else:
            assert after == before

    @rule(slot=slots, capacity=some.integers(0, 5), is_open=some.booleans())
    def change_capacity(self, slot: int, capacity: int, is_open: bool) -> None:
        """Make a slot larger or smaller, close or open it; whoever is booked stays."""
        before, slot_id = look(self.ground), self.ground.slots[slot]
        wish = capacities.Wish(capacity=capacity, is_open=is_open)
        made = self._try(
            lambda: capacities.change(
                place_id=self.place_id, wishes={slot_id: wish}, actor=CLERK, now=self.ground.now
            )
        )
        after = look(self.ground)
        assert (after.bookings, after.sits) == (before.bookings, before.sits)
        assert made or after == before

    @rule(capacity=some.integers(1, 5))
    def change_rules(self, capacity: int) -> None:
        """Change the rules of the place and let the slots follow; whoever is booked stays."""
        before = look(self.ground)
        PlaceRules.objects.filter(place_id=self.place_id).update(capacity=capacity)
        following.follow(place_ids=(self.place_id,), now=self.ground.now)
        after = look(self.ground)
        assert (after.bookings, after.sits) == (before.bookings, before.sits)

    @rule(party=people)
    def wait(self, party: list[UUID]) -> None:
        """Join the line; a free place is held at once."""
        before = look(self.ground)
        wish = waiting_list.Wish(place_id=self.place_id, first_day=self.days[0], last_day=self.days[-1])
        waiter = waiting_list.Waiter(pickups=tuple(party), contact_id=self.contact_id)
        made = self._try(
            lambda: waiting_list.join(wish=wish, waiter=waiter, actor=RESIDENT, now=self.ground.now)
        )
        after = look(self.ground)
        assert after.sits == before.sits
        assert set(party) <= after.waits.keys() if made else after == before

    @rule(number=which, answer=some.sampled_from(["accept", "decline", "lapse"]))
    def answer(self, number: int, answer: str) -> None:
        """Take a held place, let it go, or say nothing."""
        before = look(self.ground)
        if not before.holds:
            return
        chosen = sorted(before.holds, key=str)[number % len(before.holds)]
        slot_id, size = before.holds[chosen]
        made = self._try(lambda: self._answer(chosen, answer))
        after = look(self.ground)
        assert made or after == before
        assert not made or chosen not in after.holds
        if made and answer == "accept":
            assert after.seated(slot_id) == before.seated(slot_id) + size

    @invariant()
    def every_counter_is_right(self) -> None:
        """Compare counters, parties and people with one another."""
        seen = look(self.ground)
        sizes = dict.fromkeys(seen.slots, 0)
        for booking_id, (slot_id, size) in seen.bookings.items():
            sizes[slot_id] += size
            assert size == sum(1 for where in seen.sits.values() if where == booking_id)
        for slot_id, (capacity, allowance, booked, _is_open) in seen.slots.items():
            held = sum(size for where, size in seen.holds.values() if where == slot_id)
            assert booked == sizes[slot_id] + held
            assert 0 <= booked <= capacity + allowance
        assert set(seen.sits.values()) <= seen.bookings.keys()
        assert reconcile(now=self.ground.now) == ()

    def _book(self, slot_id: UUID, party: list[UUID], *, is_staff: bool, beyond: str = "") -> None:
        request = BookingRequest(
            slot_id=slot_id,
            party=tuple(VerifiedPickup(pickup=person, reference="ABC000001") for person in party),
            contact_id=None,
            key=uuid4(),
            channel="phone" if is_staff else "web",
            cautions=queries.cautions().codes,
            cautions_version=queries.cautions().version,
            beyond=beyond,
        )
        receipt = booking.book(request=request, actor=CLERK if is_staff else RESIDENT, now=self.ground.now)
        assert is_number(receipt.number)

    def _answer(self, offer_id: UUID, answer: str) -> None:
        if answer == "accept":
            in_force = queries.cautions()
            ticks = accepting.Ticks(codes=in_force.codes, version=in_force.version)
            accepting.accept(offer_id=offer_id, ticks=ticks, actor=RESIDENT, now=self.ground.now)
        elif answer == "decline":
            accepting.decline(offer_id=offer_id, actor=RESIDENT, now=self.ground.now)
        else:
            waiting_list.go_on(now=WaitingOffer.objects.get(pk=offer_id).held_until)

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except (DomainError, Invalid):
            return False
        return True

    def _chosen(self, seen: Seen, number: int) -> UUID | None:
        known = sorted(seen.bookings, key=lambda one: str(seen.bookings[one]) + str(one))
        return known[number % len(known)] if known else None


def machine_on(ground: Ground) -> type[Counting]:
    """Put the machine on its ground."""
    return type("Counting", (Counting,), {"ground": ground})
