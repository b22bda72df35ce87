"""Services a city has ordered and residents cannot use yet: shown as planned, never as a dead link."""

from dataclasses import dataclass
from typing import Any

from madoguchi.tenancy import current_city

SUFFIXES = {"en": "_en", "ja-easy": "_easy"}


@dataclass(frozen=True)
class PlannedService:
    """What will come, in the language of the page."""

    label: str
    description: str


def planned_services(*, language: str) -> list[PlannedService]:
    """List what the city will offer later."""
    rows: list[dict[str, Any]] = current_city().rules.get("planned", [])
    suffix = SUFFIXES.get(language, "")
    return [
        PlannedService(label=_text(row, "label", suffix), description=_text(row, "description", suffix))
        for row in rows
        if not row.get("for_staff")
    ]


def _text(row: dict[str, Any], key: str, suffix: str) -> str:
    return str(row.get(f"{key}{suffix}") or row.get(key, ""))
