"""What our operators tell: a city entered another state of its life."""

from dataclasses import dataclass
from typing import ClassVar

from madoguchi.hooks.contracts.events import OperatorsAct


@dataclass(frozen=True, kw_only=True)
class CityStateChanged(OperatorsAct):
    """A city went live, rests, closes or is gone; which doors are open follows from the state."""

    kind: ClassVar[str] = "tenants.city_state_changed"

    from_state: str
    to_state: str
