"""What ships with the product from other houses: read from the lock file, with licences as installed."""

import importlib.metadata
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROJECT: Final = "madoguchi"
SBOM: Final = "docs/reference/security/sbom.json"
THIRD_PARTY: Final = "THIRD-PARTY.md"
MARK: Final = "## Packages that are installed beside us"
# What a package that runs in a city's installation may ask of whoever passes it on.
ALLOWED: Final = frozenset(
    {"MIT", "BSD", "Apache-2.0", "ISC", "PSF", "MPL-2.0", "LGPL-3.0", "MIT-0", "MIT-CMU", "Public Domain"}
)
# As their own words spell it, and what that is.
SPELLINGS: Final[tuple[tuple[str, str], ...]] = (
    ("lgpl", "LGPL-3.0"),
    ("lesser general public", "LGPL-3.0"),
    ("affero", "AGPL"),
    ("general public", "GPL"),
    ("gpl", "GPL"),
    ("mozilla public", "MPL-2.0"),
    ("mpl-2.0", "MPL-2.0"),
    ("mit-0", "MIT-0"),
    ("mit-cmu", "MIT-CMU"),
    ("mit", "MIT"),
    ("bsd", "BSD"),
    ("apache", "Apache-2.0"),
    ("isc", "ISC"),
    ("psf", "PSF"),
    ("python software foundation", "PSF"),
)
# They name no licence in what they install, or are installed on other systems; it stands in their repository.
KNOWN: Final[Mapping[str, str]] = {
    "async-timeout": "Apache-2.0",
    "dkimpy": "BSD",
    "py-svg-hush": "MIT",
    "sspilib": "MIT",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the lock file that runs in an installation."""

    name: str
    version: str
    licence: str


def shipped(root: Path) -> tuple[Package, ...]:
    """List every package that the product needs to run, with those they need."""
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    known = {package["name"]: package for package in lock["package"]}
    names = sorted({name for name, _extras in _needed(known)})
    return tuple(Package(name, str(known[name]["version"]), licence_of(name)) for name in names)


def licence_of(name: str) -> str:
    """Name the licence of an installed package in one word; empty when nobody says."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        said = importlib.metadata.metadata(name).json
    except importlib.metadata.PackageNotFoundError:
        return ""
    classes = [each for each in said.get("classifier", ()) if each.startswith("License")]
    first_line = str(said.get("license", "")).partition("\n")[0]
    for words in (str(said.get("license_expression", "")), *classes, first_line):
        for spelling, licence in SPELLINGS:
            if spelling in words.lower().replace("license ::", ""):
                return licence
    return ""


def third_party_page(root: Path) -> str:
    """Write the page of other houses' parts: what is written by hand, then the packages."""
    by_hand = (root / THIRD_PARTY).read_text(encoding="utf-8").partition(MARK)[0].rstrip()
    lines = [by_hand, "", MARK, "", "| package | version | licence |", "|---|---|---|"]
    lines += [f"| {each.name} | {each.version} | {each.licence} |" for each in shipped(root)]
    return "\n".join(lines) + "\n"


def sbom(root: Path) -> str:
    """Write the bill of materials as CycloneDX 1.6, the same for the same lock file."""
    content: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": PROJECT, "bom-ref": PROJECT}},
        "components": [_component(package) for package in shipped(root)],
    }
    return json.dumps(content, indent=1) + "\n"


def _component(package: Package) -> dict[str, Any]:
    address = f"pkg:pypi/{package.name}@{package.version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "purl": address,
        "licenses": [{"license": {"name": package.licence}}],
    }


def _needed(known: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting: list[tuple[str, tuple[str, ...]]] = [(PROJECT, ())]
    while waiting:
        name, extras = waiting.pop()
        package = known[name]
        wanted = list(package.get("dependencies", ()))
        for extra in extras:
            wanted += package.get("optional-dependencies", {}).get(extra, ())
        for need in wanted:
            found = (need["name"], tuple(need.get("extra", ())))
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    yield from seen
