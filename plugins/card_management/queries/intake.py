"""What can be asked about what comes in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from plugins.card_management.models.intake import QrList, QrProfile, QrProfileVersion, QrReading
from plugins.card_management.rules.qr_text import QrLayout, missing_pages
from plugins.card_management.services.intake_profiles import QrProfileNotFound

SHOWN = 12
OPEN_LISTS = 5


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list of several pages, and what is missing of it."""

    name: str
    pages: int
    read: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QrProfileView:
    """A profile of codes with its newest layout and all its versions."""

    profile: QrProfile
    layout: QrLayout
    versions: tuple[QrProfileVersion, ...]


def readings() -> list[QrReading]:
    """List the last readings."""
    return list(QrReading.objects.select_related("qr_list").order_by("-read_at", "id")[:SHOWN])


def open_lists() -> list[OpenList]:
    """List the newest lists of which pages are missing."""
    found = []
    for each in QrList.objects.prefetch_related("readings").order_by("-started_at", "id")[: OPEN_LISTS * 2]:
        read = [reading.page for reading in each.readings.all()]
        missing = missing_pages(pages=each.pages, read=read)
        if missing:
            found.append(OpenList(each.name, each.pages, len(set(read)), missing))
    return found[:OPEN_LISTS]


def list_of(*, reading_id: UUID | None) -> OpenList | None:
    """Tell how far the list of a reading has come."""
    found = QrReading.objects.select_related("qr_list")
    reading = found.filter(id=reading_id).first() if reading_id else None
    if reading is None or reading.qr_list is None:
        return None
    whole = reading.qr_list
    read = list(whole.readings.values_list("page", flat=True))
    return OpenList(whole.name, whole.pages, len(set(read)), missing_pages(pages=whole.pages, read=read))


def qr_profiles() -> list[QrProfile]:
    """List the profiles of codes."""
    return list(QrProfile.objects.order_by("-is_active", "name"))


def qr_profile(*, profile_id: UUID) -> QrProfileView:
    """Find a profile of codes.

    Raises QrProfileNotFound.
    """
    profile = QrProfile.objects.filter(id=profile_id).first()
    versions = tuple(profile.versions.order_by("-number")) if profile else ()
    if profile is None or not versions:
        raise QrProfileNotFound(profile=str(profile_id))
    return QrProfileView(profile, QrLayout.from_json(versions[0].layout), versions)


def cards_named(found: Iterable[Sequence[UUID]]) -> list[UUID]:
    """Collect cards in order, each once."""
    return list(dict.fromkeys(card for cards in found for card in cards))
