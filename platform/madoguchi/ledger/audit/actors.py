"""Who acts: a resident, a member of staff, an operator, a city's program or the system itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

ActorKind = Literal["resident", "staff", "operator", "machine", "system"]
_KINDS: Mapping[str, ActorKind] = {kind: kind for kind in get_args(ActorKind)}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever answers for a change; a resident's name stays empty."""

    kind: ActorKind
    id: str
    name: str


SYSTEM = Actor(kind="system", id="system", name="")


def actor_from(*, kind: str, number: str, name: str) -> Actor:
    """Read an actor back from the columns that name one."""
    return Actor(kind=_KINDS[kind], id=number, name=name)
