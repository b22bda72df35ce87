"""Take back what was just done: offered for ten minutes, to whoever did it, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.models import Staff, UndoOffer
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError, NotFound, Refused
from madoguchi.hooks.deeds import Undoable
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web import signing, toasts

PURPOSE = "accounts.undo"
WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)


class TooLate(DomainError):
    """The ten minutes are over."""

    code = "undo_too_late"
    message = _("元に戻せる時間（10分）を過ぎました。必要なときは、画面から操作し直してください。")


class NothingToUndo(NotFound):
    """This act was not this person's, or not of this city."""

    code = "nothing_to_undo"
    message = _("元に戻す操作が見つかりません。元に戻せるのは、操作した本人だけです。")


class MovedOn(DomainError):
    """Somebody has changed it since."""

    code = "undo_moved_on"
    message = _("その後に別の変更があったため、元に戻せません。いまの状態を確かめてください。")


class MayNotUndo(Refused):
    """The right to do it has been taken away meanwhile."""

    code = "undo_not_allowed"
    message = _("この操作を元に戻す権限がありません。")


def offer(request: HttpRequest, *, kind: str, text: str, values: Mapping[str, JSON], back_url: str) -> None:
    """Show on the next page what was done, with a button that takes it back."""
    staff = request.user
    assert isinstance(staff, Staff)
    now = clock.now()
    UndoOffer.objects.filter(staff=staff, offered_at__lt=now - KEPT).delete()
    made = UndoOffer.objects.create(
        staff=staff, kind=kind, values=dict(values), back_url=back_url, offered_at=now
    )
    token = signing.sign([str(made.id), str(staff.id)], purpose=PURPOSE, now=now)
    toasts.leave(request, text=text, undo_url=reverse("undo", args=[token]))


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: where to go, and what else there is to know."""

    back_url: str
    words: str = ""


def undo(request: HttpRequest, *, token: str, now: datetime) -> Undone:
    """Take an act back; a second time changes nothing.

    Raises TooLate, NothingToUndo, MovedOn, MayNotUndo, or what the act itself refuses.
    """
    staff = request.user
    assert isinstance(staff, Staff)
    offered = _read(token, staff=staff, now=now)
    with transaction.atomic():
        found = UndoOffer.objects.select_for_update().filter(id=offered, staff=staff).first()
        if found is None:
            raise NothingToUndo
        words = _take_back(request, found, staff=staff, now=now) if found.undone_at is None else ""
    return Undone(back_url=found.back_url, words=words)


def _read(token: str, *, staff: Staff, now: datetime) -> UUID:
    try:
        number, owner = signing.read(token, purpose=PURPOSE, max_age=KEPT, now=now)
        signing.read(token, purpose=PURPOSE, max_age=WINDOW, now=now)
    except signing.BadToken as refusal:
        raise (TooLate if _is_ours(token, now) else NothingToUndo) from refusal
    if owner != str(staff.id):
        raise NothingToUndo
    return UUID(number)


def _is_ours(token: str, now: datetime) -> bool:
    try:
        signing.read(token, purpose=PURPOSE, max_age=timedelta(days=3650), now=now)
    except signing.BadToken:
        return False
    return True


def _take_back(request: HttpRequest, found: UndoOffer, *, staff: Staff, now: datetime) -> str:
    kind = _kind(found.kind)
    if not staff.has_permission(found.values.get("permission") or kind.permission):
        raise MayNotUndo
    actor = actor_of(request)
    values: dict[str, Any] = found.values
    words = kind.function(values=values, actor=actor, now=now)
    found.undone_at = now
    found.save(update_fields=["undone_at"])
    record_undone(actor=actor, kind=found.kind, object_id=str(found.id), now=now)
    return words or ""


def record_undone(*, actor: Actor, kind: str, object_id: str, now: datetime) -> None:
    """Write down that something was taken back."""
    audit.record(
        actor=actor,
        action="accounts.undone",
        object_type="accounts.undo",
        object_ids=[object_id],
        details={"kind": kind},
        now=now,
    )


def _kind(name: str) -> Undoable:
    found = next((each for each in plugins.declared("undoables") if each.name == name), None)
    if found is None:
        raise NothingToUndo
    known: Undoable = found
    return known
