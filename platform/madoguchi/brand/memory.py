"""What this process remembers of the cities' looks, so that a page asks no table for them."""

from time import monotonic
from typing import Final

from madoguchi.ledger.outbox.freshness import Freshness
from madoguchi.tenancy import City
from madoguchi.web.brands import Brand

FRESH_SECONDS: Final = 60.0


class Memory:
    """The looks of cities by schema: read anew after a minute, or about a second after a change."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Brand]] = {}
        self._changes = 0
        self._freshness = Freshness(topic="brands")

    def fresh(self, city: City) -> Brand | None:
        """Give what is known and not older than a minute."""
        if self._freshness.has_changed():
            self.forget()
        read_at, brand = self._known.get(city.schema_name, (0.0, None))
        return brand if monotonic() - read_at < FRESH_SECONDS else None

    def known(self, city: City) -> Brand | None:
        """Give what is known, however old."""
        return self._known.get(city.schema_name, (0.0, None))[1]

    @property
    def changes(self) -> int:
        """Count how often everything was forgotten; asked before reading, and handed to keep."""
        return self._changes

    def keep(self, city: City, brand: Brand, *, changes: int) -> None:
        """Remember the look of a city, unless it was read before a change that we heard of meanwhile."""
        if changes == self._changes:
            self._known[city.schema_name] = (monotonic(), brand)

    def forget(self) -> None:
        """Read every city anew at the next question."""
        self._changes += 1
        self._known.clear()

    def tell_everybody(self) -> None:
        """Let every process read anew within about a second; call it after the commit."""
        self.forget()
        self._freshness.tell()


memory: Final = Memory()
