"""Set a scan right: turn a page, cut or join documents, take out what is no page, settle what was doubted."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.declarations.scans import TROUBLE_LABELS
from plugins.card_management.formats.scan_pictures import BLANK, UNREADABLE
from plugins.card_management.models.scans import DOCUMENT_SEALED, ScanBatch, ScanDocument, ScanPage
from plugins.card_management.rules.scans_kinds import CODES, may_show_numbers
from plugins.card_management.rules.scans_sampling import is_sampled
from plugins.card_management.services import scans_store as store
from plugins.card_management.services.scans_typing import OBJECT, locked

PAGE: Final = "card_management.scan_page"
QUARTER: Final = 90
WHOLE: Final = 360


class PageNotFound(NotFound):
    """There is no such page."""

    code = "scan_page_not_found"
    message = _("このページは見つかりません。")


class NothingToCut(DomainError):
    """A document cannot be cut before its first page, nor joined with what is not there."""

    code = "nothing_to_cut"
    message = _("この位置では、分けることもつなぐこともできません。")


class AlreadyTyped(DomainError):
    """What somebody typed goes with the document, so that has to be said."""

    code = "scan_already_typed"
    message = _("入力した内容があります。消してよければ、印を付けてからつないでください。")


class StillAPage(Invalid):
    """Only empty and unreadable pages are taken out."""

    code = "still_a_page"
    message = _("除けるのは、白紙と読めないページだけです。")


class NotATrouble(Invalid):
    """Nothing like this can be wrong with a document."""

    code = "not_a_trouble"
    message = _("表示されている中から選んでください。")


def turn(*, page_id: UUID, actor: Actor, now: datetime) -> ScanPage:
    """Turn a page to the right by a quarter."""
    page = locked_page(page_id=page_id)
    page.turned = (page.turned + QUARTER) % WHOLE
    page.save(update_fields=["turned"])
    _record(actor, "scan_turned", PAGE, [page.id], now, turned=page.turned)
    return page


def split(*, page_id: UUID, actor: Actor, now: datetime) -> ScanDocument:
    """Let a new document begin with a page.

    Raises NothingToCut before a first page.
    """
    page = locked_page(page_id=page_id)
    document = locked(document_id=page.document_id)
    rest = ScanPage.objects.filter(document=document, position__gte=page.position)
    if page.position == _first(document):
        raise NothingToCut(page=str(page_id))
    last = ScanDocument.objects.filter(batch=document.batch_id).aggregate(last=Max("position"))["last"]
    new = ScanDocument(batch_id=document.batch_id, position=last + 1, kind=document.kind, created_at=now)
    new.is_sampled = is_sampled(document=new.id, percent=document.batch.check_percent)
    new.sealed = vault.seal(fields={}, place=DOCUMENT_SEALED, row=new.id)
    new.save(force_insert=True)
    rest.update(document=new, position=F("position") - page.position + 1)
    ScanBatch.objects.filter(id=document.batch_id).update(
        documents=F("documents") + 1, state=ScanBatch.State.OPEN, done_at=None
    )
    _record(actor, "scan_split", OBJECT, [document.id, new.id], now)
    return new


def join(*, document_id: UUID, actor: Actor, now: datetime, drops_typed: bool = False) -> ScanDocument:
    """Lay the pages of a document behind those of the one scanned before it, and drop what was typed of it.

    Raises NothingToCut where nothing was scanned before, AlreadyTyped unless that was said to be meant.
    """
    document = locked(document_id=document_id)
    if document.state != ScanDocument.State.BLANK and not drops_typed:
        raise AlreadyTyped(document=str(document_id))
    before = _before(document)
    if before is None:
        raise NothingToCut(document=str(document_id))
    count = ScanPage.objects.filter(document=before).aggregate(last=Max("position"))["last"]
    ScanPage.objects.filter(document=document).update(document=before, position=F("position") + count)
    document.delete()
    ScanBatch.objects.filter(id=before.batch_id).update(documents=F("documents") - 1)
    _record(actor, "scan_joined", OBJECT, [before.id, document_id], now)
    return before


def remove_page(*, page_id: UUID, actor: Actor, now: datetime) -> UUID | None:
    """Take out an empty or unreadable page, and tell which document it was of, if that is still there.

    Raises StillAPage.
    """
    page = locked_page(page_id=page_id)
    if not {BLANK, UNREADABLE} & set(page.faults):
        raise StillAPage(page=str(page_id))
    document = page.document
    _remove(ScanPage.objects.filter(id=page.id))
    _record(actor, "scan_page_removed", PAGE, [page_id], now, sheet=page.sheet)
    if ScanPage.objects.filter(document=document).exists():
        return document.id
    document.delete()
    ScanBatch.objects.filter(id=document.batch_id).update(documents=F("documents") - 1)
    return None


def remove_blanks(*, batch_id: UUID, actor: Actor, now: datetime) -> int:
    """Take all empty pages out of a batch whose documents have others, and count them."""
    blank = ScanPage.objects.filter(document__batch=batch_id, faults=[BLANK], is_settled=False)
    lonely = [
        page.id
        for page in blank
        if not ScanPage.objects.filter(document=page.document_id).exclude(faults=[BLANK]).exists()
    ]
    chosen = blank.exclude(id__in=lonely)
    ids = list(chosen.values_list("id", flat=True))
    _remove(ScanPage.objects.filter(id__in=ids))
    if ids:
        _record(actor, "scan_page_removed", PAGE, ids, now, blank=len(ids))
    return len(ids)


def settle_page(*, page_id: UUID, actor: Actor, now: datetime) -> ScanPage:
    """Let a doubted page stay as it is."""
    page = locked_page(page_id=page_id)
    page.is_settled = True
    page.save(update_fields=["is_settled"])
    _record(actor, "scan_settled", PAGE, [page.id], now, faults=",".join(page.faults))
    return page


def report(*, document_id: UUID, trouble: str, actor: Actor, now: datetime) -> None:
    """Send a document to the quality queue; an empty trouble takes it out again.

    Raises NotATrouble.
    """
    if trouble and trouble not in TROUBLE_LABELS:
        raise NotATrouble(trouble=trouble)
    document = locked(document_id=document_id)
    document.trouble = trouble
    document.save(update_fields=["trouble"])
    _record(
        actor, "scan_reported" if trouble else "scan_settled", OBJECT, [document.id], now, trouble=trouble
    )


def rename(*, document_id: UUID, kind: str, actor: Actor, now: datetime) -> None:
    """Make a document one of another kind; pages that may now show a My Number wait to be looked at.

    Raises NotATrouble for a kind that is none.
    """
    if kind not in CODES:
        raise NotATrouble(kind=kind)
    document = locked(document_id=document_id)
    document.kind = kind
    document.save(update_fields=["kind"])
    if may_show_numbers(kind):
        unseen = ScanPage.objects.filter(document=document, numbers=ScanPage.Numbers.NONE)
        unseen.exclude(faults__contains=[BLANK]).update(numbers=ScanPage.Numbers.UNKNOWN)
    _record(actor, "scan_corrected", OBJECT, [document.id], now, kind=kind)


def locked_page(*, page_id: UUID) -> ScanPage:
    """Hold one page for the rest of the transaction.

    Raises PageNotFound.
    """
    page = ScanPage.objects.select_for_update().filter(id=page_id).first()
    if page is None:
        raise PageNotFound(page=str(page_id))
    return page


def _first(document: ScanDocument) -> int | None:
    order = ScanPage.objects.filter(document=document).order_by("position")
    return order.values_list("position", flat=True).first()


def _before(document: ScanDocument) -> ScanDocument | None:
    """Find the document that was scanned before another in the same stack."""
    sheet = (
        ScanPage.objects.filter(document=document).order_by("sheet").values_list("sheet", flat=True).first()
    )
    if sheet is None:
        return None
    earlier = ScanPage.objects.filter(document__batch=document.batch_id, sheet__lt=sheet)
    page = earlier.order_by("-sheet").first()
    return None if page is None else locked(document_id=page.document_id)


def _remove(pages: "QuerySet[ScanPage]") -> None:
    names = list(pages.values_list("stored_as", flat=True))
    batches = list(pages.values_list("document__batch", "stored_bytes"))
    pages.delete()
    for batch, size in batches:
        ScanBatch.objects.filter(id=batch).update(pages=F("pages") - 1, stored_bytes=F("stored_bytes") - size)
    transaction.on_commit(lambda: store.drop(names))


def _record(
    actor: Actor, action: str, object_type: str, ids: list[UUID], now: datetime, **details: str | int
) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=object_type,
        object_ids=[str(each) for each in ids],
        details=details,
        now=now,
    )
