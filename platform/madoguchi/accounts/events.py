from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from madoguchi.hooks.contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class StaffNoticed(Event):
    """A member of staff is to hear by mail of something about their own sign-in."""

    kind: ClassVar[str] = "accounts.staff_noticed"

    staff_id: UUID
    about: str
