"""What our operators tell: a register has a new word about one city."""

from dataclasses import dataclass
from typing import ClassVar

from madoguchi.hooks.contracts.events import OperatorsAct


@dataclass(frozen=True, kw_only=True)
class RegisterChanged(OperatorsAct):
    """An entry about this city was added to a register, or changed."""

    kind: ClassVar[str] = "tenants.register_changed"

    register: str
    title: str
    is_new: bool
