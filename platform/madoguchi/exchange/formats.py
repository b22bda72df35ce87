"""The file formats that the active plugins of this city take in, and the city's own profiles of them."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.errors import NotFound
from madoguchi.exchange.errors import ProfileNotFound
from madoguchi.exchange.models import ImportProfile, ImportProfileVersion
from madoguchi.exchange.rules.profiles import ProfileLayout
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import ImportFormat

PROFILE = "profile:"


class UnknownFormat(NotFound):
    """No active plugin takes in files of this format."""

    code = "unknown_format"


def active_formats() -> tuple[ImportFormat, ...]:
    """List the formats of the plugins that are on in this city."""
    declared = plugins.declared_by("import_formats")
    return tuple(value for plugin, value in declared if plugins.is_active(plugin))


def find_format(*, name: str) -> ImportFormat:
    """Find a format by its name.

    Raises UnknownFormat when no active plugin has it.
    """
    for candidate in active_formats():
        if candidate.name == name:
            return candidate
    raise UnknownFormat(format=name)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format, and the version of a profile by which the city's own files of it are read."""

    format: ImportFormat
    version: ImportProfileVersion | None = None

    @property
    def layout(self) -> ProfileLayout | None:
        """How the file is written; None for a file with the heads of the format."""
        return ProfileLayout.from_json(self.version.layout) if self.version else None

    @property
    def columns(self) -> tuple[str, ...]:
        """List every column of the format, those that a file must have first."""
        return (*self.format.columns, *(self.format.may_have() if self.format.may_have else ()))


def choose(*, name: str) -> Chosen:
    """Find a format by its name, or a profile by ``profile:`` and its key.

    Raises UnknownFormat, and ProfileNotFound where nobody uses the profile any more.
    """
    if not name.startswith(PROFILE):
        return Chosen(find_format(name=name))
    profile = _profile(name.removeprefix(PROFILE))
    version = profile.versions.get(number=profile.version)
    return Chosen(find_format(name=profile.format), version)


def format_behind(*, name: str) -> str:
    """Name the format behind a choice, which may be a profile.

    Raises ProfileNotFound.
    """
    return _profile(name.removeprefix(PROFILE)).format if name.startswith(PROFILE) else name


def _profile(key: str) -> ImportProfile:
    try:
        profile = ImportProfile.objects.filter(id=UUID(key), is_active=True, version__gt=0).first()
    except ValueError:
        profile = None
    if profile is None:
        raise ProfileNotFound(profile=key)
    return profile
