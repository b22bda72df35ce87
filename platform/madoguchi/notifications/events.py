from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryQueued(Event):
    """A message waits to be sent."""

    kind: ClassVar[str] = "notifications.delivery"

    delivery_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailingTurn(Event):
    """The next piece of a mailing waits to be sent; a turn of an older chain means nothing."""

    kind: ClassVar[str] = "notifications.mailing_turn"

    mailing_id: UUID
    turn: int
