"""What our operators do to a city, told through the outbox of their own world."""

from dataclasses import dataclass
from typing import ClassVar

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class CityStateChanged(Event):
    """A city entered another state of its life; its own audit list writes it down too."""

    kind: ClassVar[str] = "tenants.city_state_changed"

    schema_name: str
    from_state: str
    to_state: str
