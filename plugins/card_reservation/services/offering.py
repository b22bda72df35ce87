"""The services a city takes bookings for: added and changed by its administrators, no code needed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from plugins.card_reservation.models import PlaceRules, Service, ServiceTerms
from plugins.card_reservation.queries.services import ServiceNotFound

ADDED: Final = "card_reservation.service_added"
CHANGED: Final = "card_reservation.service_changed"
TERMS_WRITTEN: Final = "card_reservation.terms_written"
LONGEST_CODE = 36
FIELDS: Final = {
    "name": _("名前"),
    "name_en": _("名前（英語）"),
    "name_easy": _("名前（やさしい日本語）"),
    "summary": _("説明"),
    "summary_en": _("説明（英語）"),
    "summary_easy": _("説明（やさしい日本語）"),
    "duration_minutes": _("所要時間（分）"),
    "identity": _("確認の方法"),
    "for_residents": _("住民が予約できる"),
    "for_staff": _("職員が予約できる"),
    "is_offered": _("受付をする"),
}


def entry_of(service_id: UUID) -> dict[str, Any]:
    """Read what a form shows of a service.

    Raises ServiceNotFound.
    """
    found = _service(service_id)
    return {name: getattr(found, name) for name in FIELDS}


def add(*, entry: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Add a service at the end of the list; no place offers it yet."""
    with transaction.atomic():
        last = Service.objects.aggregate(last=Max("order"))["last"]
        made = Service.objects.create(
            code=_free_code(str(entry.get("name_en", ""))),
            order=0 if last is None else last + 1,
            **{name: entry[name] for name in FIELDS},
        )
        details: dict[str, JSON] = {name: _said(entry[name]) for name in FIELDS if entry[name] != ""}
        _record(ADDED, made.id, details, actor, now)
    return made.id


def change(*, service_id: UUID, entry: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Change what is written about a service and tell whether anything differs.

    Raises ServiceNotFound.
    """
    with transaction.atomic():
        found = _service(service_id)
        differing = [name for name in FIELDS if getattr(found, name) != entry[name]]
        if not differing:
            return False
        before: dict[str, JSON] = {name: _said(getattr(found, name)) for name in differing}
        for name in differing:
            setattr(found, name, entry[name])
        found.save(update_fields=differing)
        after: dict[str, JSON] = {name: _said(entry[name]) for name in differing}
        _record(CHANGED, service_id, {"from": before, "to": after}, actor, now)
    return True


def places_of(service_id: UUID) -> int:
    """Count the places that offer a service."""
    return PlaceRules.objects.filter(service_id=service_id, is_offered=True).count()


def write_terms(
    *,
    service_id: UUID,
    items: Sequence[Mapping[str, JSON]],
    documents: Mapping[str, Sequence[str]],
    actor: Actor,
    now: datetime,
) -> str:
    """Put new cautions and documents in force and name their version; what was in force is kept.

    Raises ServiceNotFound.
    """
    with transaction.atomic():
        _service(service_id)
        day = f"{clock.local(now):%Y-%m-%d}"
        same_day = ServiceTerms.objects.filter(service_id=service_id, version__startswith=day).count()
        version = f"{day}-{same_day + 1}"
        ServiceTerms.objects.create(
            service_id=service_id,
            version=version,
            items=[dict(item) for item in items],
            documents={language: list(lines) for language, lines in documents.items()},
            created_at=now,
        )
        _record(TERMS_WRITTEN, service_id, {"version": version, "count": len(items)}, actor, now)
    return version


def versions_of(service_id: UUID) -> list[tuple[str, datetime]]:
    """List the versions of a service's terms, newest first."""
    rows = ServiceTerms.objects.filter(service_id=service_id).order_by("-created_at")
    return list(rows.values_list("version", "created_at"))


def terms_in_force(service_id: UUID) -> tuple[list[Any], dict[str, Any]] | None:
    """Give the texts of a city's own terms in all languages; nothing where ours are in force."""
    newest = ServiceTerms.objects.filter(service_id=service_id).order_by("-created_at")
    found: tuple[list[Any], dict[str, Any]] | None = newest.values_list("items", "documents").first()
    return found


def _service(service_id: UUID) -> Service:
    found = Service.objects.filter(pk=service_id).first()
    if found is None:
        raise ServiceNotFound(service_id=service_id)
    return found


def _free_code(name: str) -> str:
    wanted = slugify(name)[:LONGEST_CODE].strip("-") or "service"
    known = set(Service.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    number = 2
    code = wanted
    while code in known:
        code, number = f"{wanted}-{number}", number + 1
    return code


def _said(value: object) -> JSON:
    return value if isinstance(value, bool | int) else str(value)


def _record(action: str, service_id: UUID, details: Mapping[str, JSON], actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="card_reservation.service",
        object_ids=[str(service_id)],
        details=dict(details),
        now=now,
    )
