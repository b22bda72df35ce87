"""A program that has shown its token, in the place of a member of staff."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rest_framework.request import Request

from madoguchi.hooks import rights
from madoguchi.hooks.contracts.eyes import HIDDEN, Eyes
from madoguchi.ledger.audit.actors import Actor


@dataclass(frozen=True, slots=True)
class Machine:
    """A program of this city: it may do what its token says and nothing more."""

    token_id: UUID
    label: str
    scopes: frozenset[str]
    sees: frozenset[str] = frozenset()
    places: frozenset[UUID] | None = None

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def pk(self) -> UUID:
        """Give the number under which the audit list knows the program."""
        return self.token_id

    @property
    def eyes(self) -> Eyes:
        """Tell how far the program sees: the columns that its token names, the places of its maker."""
        columns = (column.name for _owner, column in rights.declared_columns())
        masks = {name: HIDDEN for name in columns if name not in self.sees}
        return Eyes(masks=masks, places=self.places)

    @property
    def actor(self) -> Actor:
        """Name the program as an actor."""
        return Actor(kind="machine", id=str(self.token_id), name=self.label)

    def has_permission(self, name: str) -> bool:
        """Tell whether the token carries a permission that somebody still declares."""
        declared = (permission.name for _owner, permission in rights.declared_permissions())
        return name in self.scopes and name in declared


def machine_of(request: Request) -> Machine:
    """Name the program that asks."""
    if not isinstance(request.user, Machine):
        raise TypeError("no program has shown a token here")
    return request.user
