"""What our operators tell: planned work on a city's service was announced, changed, called off or ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from madoguchi.hooks.contracts.events import OperatorsAct


@dataclass(frozen=True, kw_only=True)
class OutageChanged(OperatorsAct):
    """An outage of this city was announced, or changed in the way that ``change`` names."""

    kind: ClassVar[str] = "tenants.outage_changed"

    change: str
    starts_at: datetime
    ends_at: datetime
    emergency_reason: str
