from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.notifications import kinds, resending, suppressions, tables
from madoguchi.notifications.models import (
    Delivery,
    DeliveryState,
    Language,
    Mailing,
    MessageTemplate,
    Suppression,
)
from madoguchi.notifications.reasons import in_words
from madoguchi.notifications.rendering import Wording
from madoguchi.residents import queries as residents
from madoguchi.web.tables import Mark

SHOWN = 20
VERSIONS_SHOWN = 10


@dataclass(frozen=True)
class TemplateRow:
    """One kind of message with its languages."""

    name: str
    label: str
    languages: tuple["TemplateState", ...]


@dataclass(frozen=True)
class TemplateState:
    """Whether a city words a message itself, in one language, if it is written in it at all."""

    code: str
    label: str
    changed_at: datetime | None
    is_written: bool


@dataclass(frozen=True)
class VersionRow:
    """One wording a message had."""

    number: int
    saved_at: datetime
    saved_by: str
    is_default: bool


@dataclass(frozen=True)
class DeliveryRow:
    """One message in a short list."""

    id: UUID
    label: str
    mark: Mark
    masked_address: str
    reason: str
    created_at: datetime


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
                TemplateState(
                    code, str(label), changed.get((kind.name, code)), code in dict(kinds.languages_of(kind))
                )
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


def about(*, subject: UUID) -> list[DeliveryRow]:
    """List the messages about something, such as a booking, newest first."""
    return _rows(Delivery.objects.filter(about=subject))


def newest_about(objects: Sequence[UUID]) -> dict[UUID, str]:
    """Tell how the newest message about each of some things stands, by the name of its state."""
    found = Delivery.objects.filter(about__in=objects).order_by("about", "-created_at", "id")
    rows = found.distinct("about").values_list("about", "state")
    return {subject: state for subject, state in rows if subject is not None}


def sent_about(objects: Sequence[UUID], *, kind: str) -> dict[UUID, datetime]:
    """Tell when a message of a kind about each of some things was queued or sent, wherever there is one."""
    dropped = (DeliveryState.DROPPED,)
    found = Delivery.objects.filter(about__in=objects, kind=kind).exclude(state__in=dropped)
    rows = found.values_list("about", "created_at")
    return {subject: queued_at for subject, queued_at in rows if subject is not None}


def known_keys(keys: Sequence[str]) -> frozenset[str]:
    """Name the keys under which a message was ever queued, whatever became of it."""
    return frozenset(Delivery.objects.filter(key__in=keys).values_list("key", flat=True))


def troubled_objects() -> "QuerySet[Delivery, UUID | None]":
    """Ask what the messages are about that did not arrive and that nobody has dealt with."""
    waiting = Delivery.objects.filter(handled_at=None, about__isnull=False)
    return waiting.filter(state__in=resending.UNDELIVERED).values_list("about", flat=True)


def of_same_object(delivery: Delivery) -> list[DeliveryRow]:
    """List the other messages about the same thing."""
    if delivery.about is None:
        return []
    return _rows(Delivery.objects.filter(about=delivery.about).exclude(pk=delivery.pk))


def to_same_address(suppression: Suppression) -> list[DeliveryRow]:
    """List the messages to an address to which nothing is sent any more."""
    contacts = residents.contacts_at(bytes(suppression.address_index))
    return _rows(Delivery.objects.filter(contact_id__in=contacts))


def _rows(found: "QuerySet[Delivery]") -> list[DeliveryRow]:
    return [row_of(each) for each in found.defer("sealed").order_by("-created_at", "id")[:SHOWN]]


def row_of(delivery: Delivery) -> DeliveryRow:
    """Show a delivery without personal data."""
    return DeliveryRow(
        id=delivery.pk,
        label=tables.label_of(delivery.kind),
        mark=tables.mark_of(delivery),
        masked_address=delivery.masked_address,
        reason=str(in_words(delivery.error)),
        created_at=delivery.created_at,
    )


def failures() -> int:
    """Count the messages that did not arrive and that nobody has dealt with."""
    # What belongs to a mailing tells nothing that its reader waits for.
    waiting = Delivery.objects.filter(handled_at=None, mailing_id=None)
    return waiting.filter(state__in=resending.UNDELIVERED).count()


def suppressed() -> int:
    """Count the addresses to which nothing is sent."""
    return suppressions.standing().count()


def has_sent() -> bool:
    """Tell whether a message of this city has ever left."""
    return Delivery.objects.filter(state=DeliveryState.SENT).exists()


def language_label(code: str) -> str:
    """Name a language of messages; empty for one we do not write in."""
    return str(dict(Language.choices).get(code, ""))


def mailings() -> "QuerySet[Mailing]":
    """List the mailings of this city."""
    return Mailing.objects.all()
