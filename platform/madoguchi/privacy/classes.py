"""The classes of data that the rooms declare, and how long this city keeps each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.errors import NotFound
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import DataClass
from madoguchi.privacy import rules
from madoguchi.privacy.models import LegalHold, RetentionRule


class UnknownDataClass(NotFound):
    """No room declares this class of data."""

    code = "unknown_data_class"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One class of data as this city keeps it."""

    declared: DataClass
    months: int
    floor_months: int

    @property
    def name(self) -> str:
        """Name the class for addresses and the audit list."""
        return self.declared.name

    @property
    def months_in_words(self) -> str:
        """Write the time of keeping as people say it."""
        return rules.in_words(self.months)

    @property
    def floor_in_words(self) -> str:
        """Write the lowest time that needs no second person."""
        floor = max(self.floor_months, self.declared.minimum_months)
        return rules.in_words(floor) if floor else ""

    @property
    def is_changed(self) -> bool:
        """Tell whether the city chose something else than what the room declares."""
        return self.months != self.declared.default_months

    def before(self, *, today: date) -> date:
        """Name the day before which rows are due."""
        return rules.due_before(today=today, months=self.months)


def declared() -> Sequence[DataClass]:
    """List the classes of all installed plugins, on or off: what is off still holds rows."""
    return sorted(plugins.declared("data_classes"), key=lambda each: (each.order, each.name))


def find(name: str) -> Kept:
    """Find one class as this city keeps it.

    Raises UnknownDataClass.
    """
    for kept in all_kept():
        if kept.name == name:
            return kept
    raise UnknownDataClass(data_class=name)


def all_kept() -> Sequence[Kept]:
    """List every class with this city's time of keeping."""
    chosen = {rule.data_class: rule for rule in RetentionRule.objects.all()}
    return [_kept(each, chosen.get(each.name)) for each in declared()]


def _kept(each: DataClass, rule: RetentionRule | None) -> Kept:
    if rule is None:
        return Kept(declared=each, months=each.default_months, floor_months=0)
    return Kept(declared=each, months=rule.months, floor_months=rule.floor_months)


def open_holds(*, name: str, today: date) -> Sequence[LegalHold]:
    """List the holds on a class that stand today."""
    holds = LegalHold.objects.filter(data_class=name, lifted_at=None)
    return [hold for hold in holds if hold.until is None or hold.until >= today]


def held_keys(holds: Sequence[LegalHold]) -> frozenset[str]:
    """List the keys of the rows that are held."""
    return frozenset(key for hold in holds for key in hold.references)


def is_stopped(holds: Sequence[LegalHold]) -> bool:
    """Tell whether nothing at all of a class may be erased."""
    return any(not hold.references for hold in holds)


def due(kept: Kept, *, months: int, today: date) -> tuple[int, int]:
    """Count what would be erased tonight with these months, and how much of it is held back."""
    before = rules.due_before(today=today, months=months)
    holds = open_holds(name=kept.name, today=today)
    everything = kept.declared.count(before=before, held=frozenset())
    if is_stopped(holds):
        return 0, everything
    keys = held_keys(holds)
    free = kept.declared.count(before=before, held=keys) if keys else everything
    return free, everything - free
