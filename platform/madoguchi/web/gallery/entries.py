"""What an entry of the living page says, read from parts/<part>.toml: one file a part."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from madoguchi.web.gallery import samples

FOLDER: Final = Path(__file__).parent / "parts"


@dataclass(frozen=True, kw_only=True)
class State:
    """One look of a part: the source as a template writes it, and what that template is given."""

    label: str
    source: str
    given: str = ""
    """A function of samples.py."""
    audience: str = ""
    """``staff`` or ``resident`` where only their pages have the styles; both otherwise."""

    def context(self) -> Mapping[str, Any]:
        """Make what the template is given."""
        if not self.given:
            return {}
        make: Callable[[], Mapping[str, Any]] = getattr(samples, self.given)
        return make()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A part, when to use it, its attributes and its states."""

    file_name: str
    group: str
    purpose: str
    attributes: Mapping[str, str]
    states: tuple[State, ...]

    @property
    def name(self) -> str:
        """Name the part as templates do."""
        return self.file_name.replace("_", "-")


def entries() -> tuple[Entry, ...]:
    """Read the entries of the living page in the order of their names."""
    return tuple(_entry(path) for path in sorted(FOLDER.glob("*.toml")))


def _entry(path: Path) -> Entry:
    facts = tomllib.loads(path.read_text("utf-8"))
    states = tuple(State(**{**state, "source": state["source"].strip()}) for state in facts["states"])
    return Entry(
        file_name=path.stem,
        group=facts["group"],
        purpose=facts["purpose"],
        attributes=facts["attributes"],
        states=states,
    )
