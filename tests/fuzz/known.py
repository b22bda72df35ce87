"""Bodies that fit together: no generator guesses a person with their birthday, number and free hour."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import in_city

if TYPE_CHECKING:
    from tests.isolation.worlds import World

Body = dict[str, Any]
EACH = 6
SERVICE = "sunday"
BIRTHDAY = "1977-07-07"


@dataclass(frozen=True)
class Known:
    """What each operation is sent beside what the generator makes up."""

    bodies: dict[str, list[Body]]
    bookings: dict[str, list[str]] = field(default_factory=dict)


def forgive(world: "World") -> None:
    """Forget who gave wrong numbers: limits end after an hour, and nobody here can wait for that."""
    from madoguchi.residents.models import Attempt
    from plugins.card_reservation.models import VerificationFailure

    with in_city(world.city):
        for model in (Attempt, VerificationFailure):
            # One by one: requests hold some of these rows, in an order of their own.
            for key in model.objects.values_list("pk", flat=True):
                model.objects.filter(pk=key).delete()


def furnish_programs(world: "World") -> Known:
    """Put people, free hours and bookings into a city, and write down how a program would name them."""
    with in_city(world.city):
        return _Furnisher(world, clock.now()).everything()


@dataclass
class _Furnisher:
    world: "World"
    now: datetime
    added: int = 0

    def everything(self) -> Known:
        """List the bodies of each operation, and the bookings of those that name one in their path."""
        slots = [str(each) for each in self._slots()]
        sundays = [str(each) for each in self._slots(self._another_service())]
        joined, left, moved = (self._booked(size=2) for _ in range(3))
        paths = {"join": joined, "leave": left, "move": moved}
        people = list(self._people(EACH))
        bodies: dict[str, list[Body]] = {
            "POST /api/v1/bookings/": [self._person() | {"slot": slot} for slot in slots],
            "POST /api/v1/bookings/without-notice/": [
                {"slot": slot, "service": SERVICE, "name": "試験 花子", "phone": "03-0000-0000"}
                for slot in sundays
            ],
            "POST /api/v1/bookings/{booking_id}/join/": people,
            "POST /api/v1/bookings/{booking_id}/leave/": [left.people[1]],
            "POST /api/v1/bookings/{booking_id}/move/": [{"slot": slot} for slot in slots],
            "POST /api/v1/kiosk/bookings/": [
                *(self._wish(slot) for slot in slots),
                *(self._wish(slot, SERVICE) for slot in sundays),
            ],
            "POST /api/v1/kiosk/party/": [{"people": people[:2]}, {"people": people[:2], "service": SERVICE}],
            **dict(self._own(slots)),
        }
        return Known(
            bodies=bodies,
            bookings={
                f"POST /api/v1/bookings/{{booking_id}}/{act}/": [made.id] for act, made in paths.items()
            },
        )

    def _own(self, slots: list[str]) -> Iterator[tuple[str, list[Body]]]:
        kiosk = "POST /api/v1/kiosk/own/"
        yield kiosk, [self._booked().own]
        yield f"{kiosk}cancel/", [self._booked().own for _ in range(EACH)]
        yield f"{kiosk}move/", [self._booked().own | {"slot": slot} for slot in slots]
        yield f"{kiosk}join/", [self._booked().own | {"joins": self._person()} for _ in range(EACH)]
        pairs = [self._booked(size=2) for _ in range(EACH)]
        yield f"{kiosk}leave/", [pair.own | {"leaves": pair.people[1]} for pair in pairs]
        yield "POST /api/v1/kiosk/check-in/", [{"number": self._booked(is_today=True).number}]

    def _wish(self, slot: str, service: str = "") -> Body:
        from plugins.card_reservation.queries import cautions
        from plugins.card_reservation.services import kiosks

        read = cautions(kiosks.chosen_service(service))
        documents = kiosks.documents(language="ja", now=self.now)
        named = {"service": service} if service else {}
        return named | {
            "people": [self._person()],
            "slot": slot,
            "cautions": list(read.codes),
            "cautions_version": read.version,
            "agreed": list(documents),
        }

    def _another_service(self) -> UUID:
        """Offer a second service that asks for a notice, with cautions and slots of its own."""
        from plugins.card_reservation.models import PlaceRules, Service, ServiceTerms
        from plugins.card_reservation.services.slots import open_slots

        made = Service.objects.create(code=SERVICE, name="休日の受け取り", identity="notice", order=9)
        place = UUID(self.world.keys["place_id"])
        PlaceRules.objects.create(place_id=place, service=made, unit_minutes=15, max_party=2)
        item = {"code": "east", "title": {"ja": "東口から"}, "text": {"ja": "東口からお入りください。"}}
        ServiceTerms.objects.create(service=made, version="fuzz", items=[item], created_at=self.now)
        open_slots(now=self.now)
        return made.id

    def _slots(self, service: UUID | None = None) -> list[UUID]:
        from plugins.card_reservation import queries

        free = queries.nearest_free(
            place_id=UUID(self.world.keys["place_id"]),
            after=self.now + timedelta(days=7),
            party_size=1,
            limit=EACH,
            now=self.now,
            audience=queries.Asking("resident", service or queries.PICKUP_ID),
        )
        return [slot.id for slot in free]

    def _people(self, count: int) -> Iterator[Body]:
        for _ in range(count):
            yield self._person()

    def _person(self) -> Body:
        self._card()
        return {"reference": self._reference(), "birthday": BIRTHDAY}

    def _reference(self) -> str:
        return f"FZ{self.added:07}"

    def _card(self) -> UUID:
        from plugins.card_management.tests.factories import add_card

        self.added += 1
        return add_card(reference=self._reference(), born_on=BIRTHDAY, name="試験 太郎", kana="シケン タロウ")

    def _booked(self, *, size: int = 1, is_today: bool = False) -> "_Booked":
        from plugins.card_reservation.models import PICKUP_ID, Slot
        from plugins.card_reservation.services import booking
        from plugins.card_reservation.services.verification import VerifiedPickup

        cards = [(self._card(), self._reference()) for _ in range(size)]
        free = Slot.objects.filter(starts_at__gt=self.now + timedelta(days=5), booked=0, capacity__gte=size)
        free = free.filter(service_id=PICKUP_ID)
        slot = free.order_by("starts_at")[0]
        receipt = booking.book(
            request=booking.BookingRequest(
                slot_id=slot.pk,
                party=tuple(VerifiedPickup(pickup=card, reference=name) for card, name in cards),
                contact_id=None,
                key=uuid4(),
                channel="phone",
            ),
            actor=Actor(kind="system", id="fuzz", name="fuzz"),
            now=self.now,
        )
        if is_today:
            Slot.objects.filter(pk=slot.pk).update(day=clock.local(self.now).date(), starts_at=self.now)
        people = [{"reference": name, "birthday": BIRTHDAY} for _, name in cards]
        return _Booked(id=str(receipt.booking_id), number=receipt.number, people=people)


@dataclass(frozen=True)
class _Booked:
    id: str
    number: str
    people: list[Body]

    @property
    def own(self) -> Body:
        """Name the booking as whoever stands at a terminal does."""
        return {"number": self.number, **self.people[0]}
