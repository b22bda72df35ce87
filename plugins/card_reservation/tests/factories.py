"""Slots in the state a test needs."""

from datetime import timedelta
from typing import Any

from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, SubFactory, Trait
from factory.django import DjangoModelFactory

from madoguchi import clock
from madoguchi.places.tests.factories import PlaceFactory
from plugins.card_reservation.models import Slot

AHEAD = timedelta(days=7)
LENGTH = timedelta(minutes=30)


class SlotFactory(DjangoModelFactory[Slot]):
    """A free slot in a week's time, with room for five people."""

    class Meta:
        model = Slot

    place: Any = SubFactory(PlaceFactory)
    starts_at = LazyFunction(lambda: clock.now().replace(minute=0, second=0, microsecond=0) + AHEAD)
    ends_at = LazyAttribute(lambda slot: slot.starts_at + LENGTH)
    day = LazyAttribute(lambda slot: clock.local(slot.starts_at).date())
    capacity = 5
    booked = 0

    class Params:
        full = Trait(booked=SelfAttribute("capacity"))
        closed = Trait(is_open=False)
        past = Trait(starts_at=LazyFunction(lambda: clock.now() - timedelta(days=400)))
