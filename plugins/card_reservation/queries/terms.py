"""What one has to know and bring for a service, in the reader's language."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from plugins.card_reservation.declarations.cautions import Caution, Cautions, built_in
from plugins.card_reservation.models import PICKUP_ID, ServiceTerms
from plugins.card_reservation.queries.fresh import remember
from plugins.card_reservation.queries.services import is_for_cards

KEPT_TIMES = 5
BULLETS = ("・", "- ")
"""What begins a line of a list, in Japanese and in English."""


def cautions(service_id: UUID = PICKUP_ID) -> Cautions:
    """Give the cautions and documents in force for a service; its own, or those we bring."""
    language = get_language() or "ja"
    return remember(
        ("terms", service_id, language), lambda: _in_force(service_id, language), times=KEPT_TIMES
    )


def _in_force(service_id: UUID, language: str) -> Cautions:
    found = _read(service_id)
    if found is None:
        return _built_in(service_id)
    version, items, documents = found
    return Cautions(
        version=version,
        items=tuple(
            Caution(code=item["code"], title=said(item["title"], language), text=said(item["text"], language))
            for item in items
        ),
        documents=tuple(documents.get(language) or documents.get("ja", ())),
    )


def said(texts: Mapping[str, str], language: str) -> str:
    """Give a text in a language, in Japanese where nobody wrote it."""
    return texts.get(language) or texts.get("ja", "")


def _read(service_id: UUID) -> tuple[str, list[Any], dict[str, Any]] | None:
    newest = ServiceTerms.objects.filter(service_id=service_id).order_by("-created_at")
    found: tuple[str, list[Any], dict[str, Any]] | None = newest.values_list(
        "version", "items", "documents"
    ).first()
    return found


def _built_in(service_id: UUID) -> Cautions:
    ours = built_in(with_notice=is_for_cards(service_id))
    if ours.documents:
        return ours
    listed = (line for item in ours.items if item.code == "documents" for line in str(item.text).splitlines())
    documents = tuple(line.removeprefix(mark) for line in listed for mark in BULLETS if line.startswith(mark))
    return Cautions(version=ours.version, items=ours.items, documents=documents)
