"""What this process remembers of the announcements of cities, so that a page asks no table for them."""

from time import monotonic
from typing import Final

from madoguchi.announcements.values import Announced
from madoguchi.ledger.outbox.freshness import Freshness
from madoguchi.tenancy import City

FRESH_SECONDS: Final = 60.0


class Memory:
    """Announcements that have not ended, by schema: read anew after a minute, or a second after a change."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, tuple[Announced, ...]]] = {}
        self._changes = 0
        self._freshness = Freshness(topic="announcements")

    def fresh(self, city: City) -> tuple[Announced, ...] | None:
        """Give what is known and not older than a minute."""
        if self._freshness.has_changed():
            self.forget()
        kept = self._known.get(city.schema_name)
        return kept[1] if kept is not None and monotonic() - kept[0] < FRESH_SECONDS else None

    @property
    def changes(self) -> int:
        """Count how often everything was forgotten; asked before reading, and handed to keep."""
        return self._changes

    def keep(self, city: City, found: tuple[Announced, ...], *, changes: int) -> None:
        """Remember what a city announces, unless it was read before a change that we heard of meanwhile."""
        if changes == self._changes:
            self._known[city.schema_name] = (monotonic(), found)

    def forget(self) -> None:
        """Read every city anew at the next question."""
        self._changes += 1
        self._known.clear()

    def tell_everybody(self) -> None:
        """Let every process read anew within about a second; call it after the commit."""
        self.forget()
        self._freshness.tell()


memory: Final = Memory()
