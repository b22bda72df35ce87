"""A city's profile: one TOML file from which the city is made."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.hooks.contracts.bookings import PersonalData
from tenants.rules.codes import check_digit, is_valid_code
from tenants.rules.hosts import RESERVED

SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]+)*")
REQUIRED = {
    "city": ("code", "slug", "name", "name_kana", "name_en", "prefecture"),
    "contract": ("starts_on", "ends_on"),
    "plugins": ("active",),
}


class BadProfile(Invalid):
    """A profile misses something or says something impossible; ``details`` name it."""

    code = "bad_profile"
    message = _("自治体プロファイルに誤りがあります。")

    def __str__(self) -> str:
        return f"{self.details.get('file', '')}: {self.details.get('reason', '')}"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The parsed file, checked as far as provisioning itself needs."""

    content: dict[str, Any]

    @property
    def city(self) -> dict[str, Any]:
        """The section about the municipality itself."""
        return dict(self.content["city"])

    @property
    def code(self) -> str:
        """The six-digit local government code."""
        return str(self.city["code"])

    @property
    def schema_name(self) -> str:
        """The schema in which the city lives."""
        return f"c_{self.code}"

    @property
    def rules(self) -> dict[str, Any]:
        """What the city's contract and settings say, as the platform keeps them."""
        contract = {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in self.content["contract"].items()
        }
        return {
            "contract": contract,
            "booking": self.content.get("booking"),
            "planned": self.content.get("planned", []),
            "plugins": self.allowed_plugins,
        }

    @property
    def allowed_plugins(self) -> list[str]:
        """The plugins that the contract names: those that are on, unless the profile says more."""
        section = self.content["plugins"]
        return sorted({*section["active"], *section.get("allowed", ())})

    @property
    def brand(self) -> dict[str, Any]:
        """How the city looks and how it is reached."""
        return {"phone": self.city.get("phone", ""), **self.city.get("brand", {})}


def read_profile(path: Path) -> Profile:
    """Read and check a profile.

    Raises BadProfile with the file and the reason.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadProfile(file=path.name, reason="there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadProfile(file=path.name, reason=str(error)) from error
    check_content(name=path.name, content=content)
    return Profile(content=content)


def check_content(*, name: str, content: Mapping[str, Any]) -> None:
    """Check what a profile says, wherever it came from.

    Raises BadProfile with the name and the reason.
    """
    _check_sections(name, content)
    kept = content.get("booking", {}).get("personal_data", "names")
    if kept not in set(PersonalData):
        known = ", ".join(PersonalData)
        raise BadProfile(file=name, reason=f"[booking] personal_data {kept!r} is none of {known}")
    check_city(name=name, city=content["city"])


def _check_sections(name: str, content: Mapping[str, Any]) -> None:
    for section, keys in REQUIRED.items():
        missing = [key for key in keys if key not in content.get(section, {})]
        if missing:
            raise BadProfile(file=name, reason=f"[{section}] misses {', '.join(missing)}")


def check_city(*, name: str, city: Mapping[str, Any]) -> None:
    """Refuse a code or a slug that cannot be right, naming the place where it was found.

    Raises BadProfile.
    """
    code = str(city["code"])
    if not is_valid_code(code):
        expected = (
            f"; {code[:5]} would end in {check_digit(code[:5])}"
            if code[:5].isdigit() and len(code) >= 5
            else ""
        )
        raise BadProfile(file=name, reason=f"code {code!r} is not a local government code{expected}")
    if not SLUG.fullmatch(str(city["slug"])):
        raise BadProfile(
            file=name, reason=f"slug {city['slug']!r}: lower-case letters, digits and hyphens only"
        )
    if is_reserved(str(city["slug"])):
        raise BadProfile(file=name, reason=f"slug {city['slug']!r} is a host of the platform itself")


def is_reserved(slug: str) -> bool:
    """Tell whether the platform itself answers under the hosts that a city of this name would get."""
    return slug in RESERVED or slug in settings.MADOGUCHI["PLATFORM_HOSTS"]
