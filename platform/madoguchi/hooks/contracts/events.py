"""What happened, in a form that survives in the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from types import UnionType
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a city; the name is a past participle, the fields hold no personal data."""

    kind: ClassVar[str] = ""

    def to_payload(self) -> dict[str, Any]:
        """Write the event as JSON values."""
        return {field.name: _written(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Read the event back from what to_payload wrote."""
        hints = get_type_hints(cls)
        # An event may wait in the outbox from before a field was added to it.
        known = [field.name for field in fields(cls) if field.name in payload]
        return cls(**{name: _read(hints[name], payload[name]) for name in known})


@dataclass(frozen=True, kw_only=True)
class OperatorsAct(Event):
    """Something our operators did to a city: told in their own world, heard inside the city it names.

    The handlers run in the city's transaction, in whatever state the city is.
    """

    schema_name: str


def _written(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    return value


def _read(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, UnionType):
        hint = next(choice for choice in get_args(hint) if choice is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if hint is UUID:
        return UUID(value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    return value
