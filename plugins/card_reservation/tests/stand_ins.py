"""Whoever knows the cards, as this plugin sees it: answers to two questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from madoguchi.hooks.contracts.pickups import (
    Ambiguous,
    Found,
    MonthDay,
    PickupDescription,
    PickupWords,
    Unknown,
)
from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.registry import plugins


@dataclass
class People:
    """The cards that wait, in place of the plugin that keeps them."""

    known: dict[tuple[str, str], UUID] = field(default_factory=dict)
    names: dict[UUID, PickupDescription] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    lies_at: dict[UUID, UUID] = field(default_factory=dict)

    def add(
        self, reference: str, birthday: str, *, name: str = "見本 花子", kana: str = "ミホン ハナコ"
    ) -> UUID:
        """Let a card wait for somebody born on MMDD."""
        pickup = uuid4()
        self.known[reference, birthday] = pickup
        self.names[pickup] = PickupDescription(
            pickup=pickup, name=name, kana=kana, reference=reference, state="保管中"
        )
        return pickup

    @hookimpl
    def find_pickup(self, reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
        """Find a card as the real plugin does."""
        if reference in self.ambiguous:
            return Ambiguous()
        found = self.known.get((reference, str(birthday)))
        return Found(pickup=found, label=reference) if found else Unknown()

    @hookimpl
    def locate_pickups(self, pickups: tuple[UUID, ...]) -> dict[UUID, UUID]:
        """Tell where cards lie."""
        return {pickup: self.lies_at[pickup] for pickup in pickups if pickup in self.lies_at}

    @hookimpl
    def describe_pickups(self, pickups: tuple[UUID, ...]) -> dict[UUID, PickupDescription]:
        """Name who comes."""
        return {pickup: self.names[pickup] for pickup in pickups if pickup in self.names}

    @hookimpl
    def search_pickups(self, among: tuple[UUID, ...], wanted: PickupWords) -> dict[UUID, str]:
        """Find booked cards as the real plugin does."""
        days = {pickup: birthday for (_number, birthday), pickup in self.known.items()}
        found = {}
        for pickup in among:
            known = self.names.get(pickup)
            if known is None:
                continue
            if wanted.number and wanted.number in known.reference:
                found[pickup] = "number"
            elif wanted.birthday and days.get(pickup) == str(wanted.birthday):
                found[pickup] = "birthday"
            elif wanted.kana and wanted.kana in known.kana.replace(" ", ""):
                found[pickup] = "kana"
            elif wanted.name and wanted.name in known.name.replace(" ", ""):
                found[pickup] = "name"
        return found


@contextmanager
def people_who_are_known() -> Iterator[People]:
    """Answer for the plugin that keeps the cards, as long as a test runs."""
    people = People()
    manager = plugins._manager
    real = manager.get_plugin("card_management")
    if real is not None:
        manager.unregister(real)
    plugins.register(name="known_people", module=people, is_core=True)
    try:
        yield people
    finally:
        manager.unregister(people)
        plugins._core.discard("known_people")
        if real is not None:
            manager.register(real, "card_management")
