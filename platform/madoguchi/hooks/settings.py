"""What a city's administrators may choose of a plugin: one frozen dataclass, each field with its words.

A plugin writes::

    @dataclass(frozen=True, kw_only=True)
    class LoanSettings:
        days: int = setting(default=14, label=_("貸出日数"), minimum=1, maximum=60)

    SETTINGS = SettingsSchema(schema=LoanSettings, label=_("貸出"))

and reads ``preferences.current(LoanSettings).days`` inside the city.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

METADATA = "madoguchi.setting"
Format = Literal["text", "email", "phone"]
TYPES = (bool, int, str)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The words and the bounds of one field."""

    label: "str | _StrPromise"
    help: "str | _StrPromise" = ""
    minimum: int | None = None
    maximum: int | None = None
    """The largest number, or the longest text."""
    format: Format = "text"


class NotASchema(TypeError):
    """A class cannot hold settings: a mistake in the code, which stops the process."""


def setting(*, default: bool | int | str, **words: Any) -> Any:
    """Describe a field of a settings class: its default, and whatever Setting takes."""
    return field(default=default, metadata={METADATA: Setting(**words)})


@dataclass(frozen=True, kw_only=True)
class SettingsSchema:
    """The settings of one plugin: a frozen dataclass of truths, numbers and texts."""

    schema: type[Any]
    label: "str | _StrPromise"
    order: int = 100

    def __post_init__(self) -> None:
        parameters = getattr(self.schema, "__dataclass_params__", None)
        if parameters is None or not parameters.frozen:
            raise NotASchema(f"{self.schema.__qualname__} is not a frozen dataclass")
        hints = get_type_hints(self.schema)
        for each in fields(self.schema):
            if METADATA not in each.metadata or hints[each.name] not in TYPES:
                raise NotASchema(f"{self.schema.__qualname__}.{each.name}: say bool, int or str = setting(…)")

    @property
    def settings(self) -> Mapping[str, Setting]:
        """The words and bounds of every field, in order."""
        return {each.name: each.metadata[METADATA] for each in fields(self.schema)}

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The type of every field."""
        return get_type_hints(self.schema)

    @property
    def parts(self) -> "Mapping[str, str | _StrPromise]":
        """What the fields are called where their change is told."""
        return {f"{self.schema.__qualname__}.{name}": each.label for name, each in self.settings.items()}
