"""The public page with the called numbers of a place: its address can be renewed, which ends the old one."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import NotFound
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from madoguchi.web import signing
from plugins.card_reservation.models import QueueDisplay

PURPOSE: Final = "booking-wall"
# A screen on a wall stays for years; another mark ends it at once.
LASTS: Final = timedelta(days=3650)


class WallNotFound(NotFound):
    """The address was changed, or a newer one has taken its place."""

    code = "wall_not_found"
    message = _("この呼び出し画面のアドレスは使えません。窓口の職員が、新しいアドレスを確かめてください。")


def open_wall(*, place_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a place a new address for its called numbers; an address before it shows nothing any more."""
    with transaction.atomic():
        QueueDisplay.objects.update_or_create(place_id=place_id, defaults={"mark": uuid4(), "opened_at": now})
        _record("card_reservation.open_wall", place_id, actor, now)


def close_wall(*, place_id: UUID, actor: Actor, now: datetime) -> None:
    """Take the address of a place away; a second time changes nothing."""
    with transaction.atomic():
        if QueueDisplay.objects.filter(place_id=place_id).delete()[0]:
            _record("card_reservation.close_wall", place_id, actor, now)


def address_of(*, place_id: UUID) -> str:
    """Write the address of a place's called numbers; empty where it has none."""
    found = QueueDisplay.objects.filter(place_id=place_id).first()
    if found is None:
        return ""
    token = signing.sign([str(place_id), str(found.mark)], purpose=PURPOSE, now=found.opened_at)
    return f"{current_city().resident_url}/booking/wall/{token}/"


def place_of(*, token: str, now: datetime) -> UUID:
    """Read which place a wall shows.

    Raises WallNotFound.
    """
    try:
        place, mark = signing.read(token, purpose=PURPOSE, max_age=LASTS, now=now)
    except signing.BadToken as refusal:
        raise WallNotFound from refusal
    if not QueueDisplay.objects.filter(place_id=place, mark=mark).exists():
        raise WallNotFound
    return UUID(place)


def _record(action: str, place_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="card_reservation.wall",
        object_ids=[str(place_id)],
        now=now,
    )
