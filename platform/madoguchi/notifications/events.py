from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryQueued(Event):
    """A message waits to be sent."""

    kind: ClassVar[str] = "notifications.delivery"

    delivery_id: UUID
