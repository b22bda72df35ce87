"""Keep My Numbers out of the pictures: somebody looks, draws black over them, and what was there is gone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.formats import scan_pictures as pictures
from plugins.card_management.models.scans import ScanBatch, ScanPage
from plugins.card_management.services import scans_store as store
from plugins.card_management.services.scans_mending import PAGE, locked_page

SMALLEST = 0.002


class NoBox(Invalid):
    """The part of the picture to be blackened is none."""

    code = "no_box"
    message = _("黒塗りする範囲の2つの角を選んでください。")


def checked(box: store.Box) -> store.Box:
    """Put the corners of a part of a page in order: left, top, right, bottom.

    Raises NoBox.
    """
    left, right = sorted((box[0], box[2]))
    top, bottom = sorted((box[1], box[3]))
    is_inside = left >= 0 and right <= 1 and top >= 0 and bottom <= 1
    # Written so that what is no number fails, too.
    if not (is_inside and right - left >= SMALLEST and bottom - top >= SMALLEST):
        raise NoBox()
    return left, top, right, bottom


def mask(*, page_id: UUID, box: store.Box, actor: Actor, now: datetime) -> None:
    """Draw black over a part of a page, and forget the picture that showed it, with its key.

    Raises NoBox.
    """
    box = checked(box)
    page = locked_page(page_id=page_id)
    key = store.key_of(page=page.id, name=page.stored_as, sealed=bytes(page.sealed))
    drawn = pictures.blacken(content=store.fetch(key), box=box, turned=page.turned)
    kept = store.keep(page=page.id, content=drawn.content, version=key.version + 1, boxes=key.boxes)
    former, grown = page.stored_as, kept.size - page.stored_bytes
    page.sealed, page.stored_as, page.stored_bytes = kept.sealed, kept.name, kept.size
    page.width, page.height, page.numbers = drawn.width, drawn.height, ScanPage.Numbers.SUSPECTED
    page.save(update_fields=["sealed", "stored_as", "stored_bytes", "width", "height", "numbers"])
    ScanBatch.objects.filter(id=page.document.batch_id).update(stored_bytes=F("stored_bytes") + grown)
    # The old key went with the row; the file goes once that is certain.
    transaction.on_commit(lambda: store.drop([former]))
    _record(actor, "scan_masked", page, now)


def clear(*, page_id: UUID, actor: Actor, now: datetime) -> None:
    """Say that no My Number can be read on a page, any more or at all."""
    page = locked_page(page_id=page_id)
    key = store.key_of(page=page.id, name=page.stored_as, sealed=bytes(page.sealed))
    page.numbers = ScanPage.Numbers.MASKED if key.version > 1 else ScanPage.Numbers.NONE
    page.save(update_fields=["numbers"])
    _record(actor, "scan_cleared", page, now)


def suspect(*, page_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a page out of sight until somebody has looked for a My Number."""
    page = locked_page(page_id=page_id)
    page.numbers = ScanPage.Numbers.SUSPECTED
    page.save(update_fields=["numbers"])
    _record(actor, "scan_reported", page, now)


def _record(actor: Actor, action: str, page: ScanPage, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=PAGE,
        object_ids=[str(page.id)],
        details={"sheet": page.sheet},
        now=now,
    )
