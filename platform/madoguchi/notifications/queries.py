from dataclasses import dataclass
from datetime import datetime

from madoguchi.notifications import kinds
from madoguchi.notifications.models import Delivery, DeliveryState, Language, MessageTemplate
from madoguchi.notifications.reasons import in_words
from madoguchi.notifications.rendering import Wording

PAGE_SIZE = 50
VERSIONS_SHOWN = 10


@dataclass(frozen=True)
class TemplateRow:
    """One kind of message with its languages."""

    name: str
    label: str
    languages: tuple["TemplateState", ...]


@dataclass(frozen=True)
class TemplateState:
    """Whether a city words a message itself, in one language."""

    code: str
    label: str
    changed_at: datetime | None


@dataclass(frozen=True)
class VersionRow:
    """One wording a message had."""

    number: int
    saved_at: datetime
    saved_by: str
    is_default: bool


@dataclass(frozen=True)
class DeliveryRow:
    """One line of the list of deliveries."""

    kind: str
    label: str
    state: str
    state_label: str
    masked_address: str
    error: str
    reason: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class DeliveryPage:
    """One page of deliveries, newest first."""

    rows: tuple[DeliveryRow, ...]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Tell whether newer deliveries come before this page."""
        return self.number > 1


def templates() -> list[TemplateRow]:
    """List the messages of this city and which of their texts were changed."""
    newest = MessageTemplate.objects.order_by("kind", "language", "-version")
    used = newest.distinct("kind", "language")
    changed = {(each.kind, each.language): each.saved_at for each in used if not each.is_default}
    return [
        TemplateRow(
            name=kind.name,
            label=str(kind.label),
            languages=tuple(
                TemplateState(code, str(label), changed.get((kind.name, code)))
                for code, label in Language.choices
            ),
        )
        for kind in kinds.of_this_city()
    ]


def versions(*, kind: str, language: str) -> list[VersionRow]:
    """List the wordings a message had, newest first."""
    found = MessageTemplate.objects.filter(kind=kind, language=language).order_by("-version")
    return [
        VersionRow(each.version, each.saved_at, each.saved_by, each.is_default)
        for each in found[:VERSIONS_SHOWN]
    ]


def version(*, kind: str, language: str, number: int) -> Wording | None:
    """Read one earlier wording, or nothing."""
    found = MessageTemplate.objects.filter(kind=kind, language=language, version=number).first()
    return Wording(found.subject, found.body, found.is_default) if found else None


def deliveries(*, state: str = "", page: int = 1) -> DeliveryPage:
    """List the messages of this city, newest first."""
    found = Delivery.objects.order_by("-created_at", "id")
    if state:
        found = found.filter(state=state)
    start = (max(page, 1) - 1) * PAGE_SIZE
    # One more than shown tells whether a next page exists.
    rows = list(found.defer("sealed")[start : start + PAGE_SIZE + 1])
    labels = {kind.name: str(kind.label) for kind in kinds.all_declared()}
    return DeliveryPage(
        rows=tuple(row_of(each, labels) for each in rows[:PAGE_SIZE]),
        number=max(page, 1),
        has_next=len(rows) > PAGE_SIZE,
    )


def row_of(delivery: Delivery, labels: dict[str, str]) -> DeliveryRow:
    """Show a delivery without personal data."""
    return DeliveryRow(
        kind=delivery.kind,
        label=labels.get(delivery.kind, delivery.kind),
        state=delivery.state,
        state_label=str(DeliveryState(delivery.state).label),
        masked_address=delivery.masked_address,
        error=delivery.error,
        reason=str(in_words(delivery.error)),
        created_at=delivery.created_at,
        settled_at=delivery.settled_at,
    )


def failures() -> int:
    """Count the messages that will not arrive."""
    return Delivery.objects.filter(state__in=[DeliveryState.BOUNCED, DeliveryState.FAILED]).count()


def has_sent() -> bool:
    """Tell whether a message of this city has ever left."""
    return Delivery.objects.filter(state=DeliveryState.SENT).exists()


def states() -> list[tuple[str, str]]:
    """List the states of a delivery, for a choice on the page."""
    return [(code, str(label)) for code, label in DeliveryState.choices]


def language_label(code: str) -> str:
    """Name a language of messages; empty for one we do not write in."""
    return str(dict(Language.choices).get(code, ""))
