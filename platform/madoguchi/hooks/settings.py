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
Format = Literal["text", "email", "phone", "lines", "url", "networks", "day", "time", "choice"]
MANY = tuple[str, ...]
TYPES = (bool, int, str, MANY)
# What one city has and no other: never carried over with the rest.
OF_ONE_CITY = frozenset({"email", "phone", "url", "networks"})


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The words and the bounds of one field."""

    label: "str | _StrPromise"
    help: "str | _StrPromise" = ""
    minimum: int | None = None
    maximum: int | None = None
    """The largest number, or the longest text, or the most choices."""
    format: Format = "text"
    """How a text is written: ``lines`` has several, ``day`` is 2026-12-09, ``time`` is 09:00."""
    choices: "tuple[tuple[str, str | _StrPromise], ...]" = ()
    """What may be chosen: one for a ``str`` of format ``choice``, any number for ``tuple[str, ...]``."""
    is_of_one_city: bool = False
    """Whether it stays behind when settings are carried to another city; contact data always do."""

    @property
    def stays_behind(self) -> bool:
        """Tell whether this field belongs to one city alone."""
        return self.is_of_one_city or self.format in OF_ONE_CITY


class NotASchema(TypeError):
    """A class cannot hold settings: a mistake in the code, which stops the process."""


def setting(*, default: bool | int | str | tuple[str, ...], **words: Any) -> Any:
    """Describe a field of a settings class: its default, and whatever Setting takes."""
    return field(default=default, metadata={METADATA: Setting(**words)})


@dataclass(frozen=True, kw_only=True)
class SettingsSchema:
    """The settings of one plugin: a frozen dataclass of truths, numbers, texts and choices."""

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
                words = "say bool, int, str or tuple[str, ...] = setting(…)"
                raise NotASchema(f"{self.schema.__qualname__}.{each.name}: {words}")
            _check_choices(self.schema, each.name, hints[each.name], each.metadata[METADATA])

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


def _check_choices(schema: type[Any], name: str, kind: Any, setting: Setting) -> None:
    is_chosen = kind == MANY or setting.format == "choice"
    if is_chosen != bool(setting.choices):
        raise NotASchema(f"{schema.__qualname__}.{name}: choices belong to format choice and to many")
