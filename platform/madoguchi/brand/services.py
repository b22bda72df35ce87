"""Change how a city looks: public API of this room, together with queries."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from madoguchi.brand import queries
from madoguchi.brand.declarations import CHANGED, LOGO_ADDED, RESTORED, TERMS
from madoguchi.brand.memory import memory
from madoguchi.brand.models import Logo, Look
from madoguchi.brand.pictures import Picture
from madoguchi.hooks.contracts.looks import LookChosen
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox

OBJECT = "brand.look"


def keep_draft(*, chosen: Mapping[str, str], logo: Logo | None, actor: Actor, now: datetime) -> Look:
    """Keep what somebody tries out; it replaces the draft before it and nobody else sees it."""
    look, _made = Look.objects.update_or_create(
        is_draft=True,
        defaults={"chosen": dict(chosen), "logo": logo, "chosen_at": now, "chosen_by": actor.name},
    )
    return look


def discard_draft() -> None:
    """Forget what somebody tried out."""
    Look.objects.filter(is_draft=True).delete()


def take_in_logo(picture: Picture, *, actor: Actor, now: datetime) -> Logo:
    """Keep a cleaned picture, or find it where it is here already."""
    found, made = Logo.objects.defer("content").get_or_create(
        name=picture.name,
        defaults={
            "media_type": picture.media_type,
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
            "added_at": now,
            "added_by": actor.name,
        },
    )
    if made:
        audit.record(
            actor=actor,
            action=LOGO_ADDED,
            object_type="brand.logo",
            object_ids=[found.name],
            details={"type": found.media_type},
            now=now,
        )
    return found


def publish(*, chosen: Mapping[str, str], logo: Logo | None, actor: Actor, now: datetime) -> Look | None:
    """Show everybody a new look; nothing happens when it is the one they see."""
    return _show(chosen=chosen, logo=logo, action=CHANGED, actor=actor, now=now)


def restore(*, look: UUID, actor: Actor, now: datetime) -> Look | None:
    """Show everybody a former look again.

    Raises UnknownLook.
    """
    former = queries.find(look)
    return _show(chosen=former.chosen, logo=former.logo, action=RESTORED, actor=actor, now=now)


def go_back_to_start(*, actor: Actor, now: datetime) -> Look | None:
    """Show everybody the look that the contract began with."""
    return _show(chosen={}, logo=None, action=RESTORED, actor=actor, now=now)


def _show(
    *, chosen: Mapping[str, str], logo: Logo | None, action: str, actor: Actor, now: datetime
) -> Look | None:
    with transaction.atomic():
        before = queries.overlaid(queries.current_look())
        look = Look(chosen=dict(chosen), logo=logo, chosen_at=now, chosen_by=actor.name)
        after = queries.overlaid(look)
        discard_draft()
        if before == after:
            return None
        look.save(force_insert=True)
        audit.record(
            actor=actor,
            action=action,
            object_type=OBJECT,
            object_ids=[str(look.id)],
            details=_changes(before, after),
            now=now,
        )
        outbox.publish(event=LookChosen(look=look.id), actor=actor, now=now)
        memory.forget()
        transaction.on_commit(memory.tell_everybody)
    return look


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    pairs = {key: (before.get(key) or "—", after.get(key) or "—") for key in TERMS}
    return {key: f"{was} → {now}" for key, (was, now) in pairs.items() if was != now}
