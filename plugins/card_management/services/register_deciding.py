"""What a person decides about a file that was stopped, or that waits to be taken in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.exchange import starting
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models.register import FilePickup
from plugins.card_management.services import register_picking as picking
from plugins.card_management.services import register_quarantine as quarantine

OBJECT: Final = "card_management.file_pickup"
PASSABLE: Final = frozenset({"gap", "old", "twice", "replaced", "future", "no_number"})
"""What a person may take in all the same; anything else needs another file."""
APPLICABLE: Final = frozenset({"lines", picking.INTERRUPTED})
"""What lies ready in the import: somebody lets it be written all the same, or once more."""


class PickupNotFound(NotFound):
    """No such file was picked up."""

    code = "file_pickup_not_found"
    message = _("このファイルの記録は見つかりません。")


class NotToBeTaken(DomainError):
    """The file is not at a point where this can be decided."""

    code = "file_not_to_be_taken"
    message = _("このファイルは、いまその操作ができません。画面を読み直してください。")


def find(*, pickup_id: UUID) -> FilePickup:
    """Find a file that was picked up.

    Raises PickupNotFound.
    """
    pickup = FilePickup.objects.select_related("source").filter(id=pickup_id).first()
    if pickup is None:
        raise PickupNotFound(pickup=str(pickup_id))
    return pickup


def accept(*, pickup_id: UUID, actor: Actor, now: datetime) -> FilePickup:
    """Take a stopped or waiting file in because somebody looked at it.

    Raises PickupNotFound and NotToBeTaken.
    """
    pickup = _locked(pickup_id)
    if pickup.state == picking.STOPPED and pickup.problem in PASSABLE:
        content = quarantine.content_of(pickup_id=pickup.id)
        if not content:
            raise NotToBeTaken(state=pickup.state)
        quarantine.forget(pickup_id=pickup.id)
        picking.take_in(pickup=pickup, content=content, now=now)
    elif _may_apply(pickup):
        pickup.state = _start_again(pickup, actor, now)
    else:
        raise NotToBeTaken(state=pickup.state)
    pickup.decided_by_name = actor.name
    pickup.save(update_fields=["state", "problem", "decided_by_name"])
    _record("file_accepted", pickup, actor, now)
    return pickup


def discard(*, pickup_id: UUID, actor: Actor, now: datetime) -> FilePickup:
    """Throw a stopped or waiting file away.

    Raises PickupNotFound and NotToBeTaken.
    """
    pickup = _locked(pickup_id)
    if pickup.state not in (picking.STOPPED, picking.WAITING):
        raise NotToBeTaken(state=pickup.state)
    job = ImportJob.objects.filter(id=pickup.import_job).first() if pickup.import_job else None
    if job is not None and job.state in (ImportJob.State.RECEIVED, ImportJob.State.CHECKED):
        applying.discard(import_id=job.id, actor=actor, now=now)
    quarantine.forget(pickup_id=pickup.id)
    pickup.state, pickup.decided_by_name, pickup.finished_at = picking.DISCARDED, actor.name, now
    pickup.save(update_fields=["state", "decided_by_name", "finished_at"])
    _record("file_discarded", pickup, actor, now)
    return pickup


def may_accept(pickup: FilePickup, /) -> bool:
    """Tell whether a person may take the file in as it is."""
    return (pickup.state == picking.STOPPED and pickup.problem in PASSABLE) or _may_apply(pickup)


def _may_apply(pickup: FilePickup) -> bool:
    is_ready = pickup.state == picking.STOPPED and pickup.problem in APPLICABLE
    return is_ready or pickup.state == picking.WAITING


def _start_again(pickup: FilePickup, actor: Actor, now: datetime) -> str:
    """Let a worker write a file, or check it first where that was interrupted."""
    assert pickup.import_job is not None
    job = ImportJob.objects.get(id=pickup.import_job)
    if pickup.problem == picking.INTERRUPTED:
        pickup.problem = ""
    if job.state == ImportJob.State.RECEIVED:
        starting.ask_to_check(received=job, actor=actor, now=now)
        return picking.CHECKING
    starting.ask_to_apply(import_id=job.id, actor=actor, now=now)
    return picking.APPLYING


def _locked(pickup_id: UUID) -> FilePickup:
    pickup = FilePickup.objects.select_for_update().filter(id=pickup_id).first()
    if pickup is None:
        raise PickupNotFound(pickup=str(pickup_id))
    return pickup


def _record(action: str, pickup: FilePickup, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(pickup.id)],
        details={"file": pickup.file_name, "problem": pickup.problem},
        now=now,
    )
