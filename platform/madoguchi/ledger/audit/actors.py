"""Who acts: a resident, a member of staff, an operator or the system itself."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["resident", "staff", "operator", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever answers for a change; a resident's name stays empty."""

    kind: ActorKind
    id: str
    name: str


SYSTEM = Actor(kind="system", id="system", name="")
