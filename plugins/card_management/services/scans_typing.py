"""Type what stands on scanned paper: once, or twice by two people who are compared."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound, Refused
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models.scans import (
    DOCUMENT_SEALED,
    ENTRY_SEALED,
    ScanBatch,
    ScanDocument,
    ScanEntry,
)
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.rules.scans_sampling import Sample, Verdict, judge
from plugins.card_management.services import scans_indexes as indexes

OBJECT: Final = "card_management.scan_document"
Values = Mapping[str, str]
State = ScanDocument.State


class DocumentNotFound(NotFound):
    """There is no such document."""

    code = "scan_not_found"
    message = _("この書類は見つかりません。")


class SamePerson(Refused):
    """Whoever typed a document first may not be the second look at it."""

    code = "same_person"
    message = _("1人目と同じ人は、2人目の確認ができません。ほかの職員に頼んでください。")


class TypedMeanwhile(DomainError):
    """Somebody else typed this document while it lay open here."""

    code = "typed_meanwhile"
    message = _("この書類は、ほかの職員が先に入力しました。次の書類に進みます。")


def type_document(*, document_id: UUID, seen: str, values: Values, actor: Actor, now: datetime) -> str:
    """Keep what somebody typed, and tell in which state the document is then.

    `seen` is the state in which the document was shown. Raises DocumentNotFound, SamePerson, TypedMeanwhile.
    """
    document = locked(document_id=document_id)
    if document.state != seen:
        raise TypedMeanwhile(document=str(document_id))
    first = _entry(document, 1)
    if document.state == State.ENTERED and first is not None and first.typed_by_id == actor.id:
        raise SamePerson(document=str(document_id))
    _write_entry(document, values, actor, now)
    if document.state == State.BLANK:
        action = "scan_typed"
        # A batch that is checked as a whole, or a document of the sample, waits for a second person.
        if document.is_sampled:
            document.state = State.ENTERED
            document.save(update_fields=["state"])
        else:
            _settle(document, values, now)
    elif document.state == State.ENTERED:
        action = "scan_checked"
        _compare(document, first, values, now)
    else:
        action = "scan_corrected"
        _settle(document, values, now)
    _record(actor, action, document, now)
    _review(document.batch_id, actor, now)
    return document.state


def locked(*, document_id: UUID) -> ScanDocument:
    """Hold one document for the rest of the transaction.

    Raises DocumentNotFound.
    """
    found = ScanDocument.objects.select_for_update().filter(id=document_id).first()
    if found is None:
        raise DocumentNotFound(document=str(document_id))
    return found


def typed(*, document_id: UUID, turn: int) -> Values:
    """Read what was typed in one turn; nothing where nobody did."""
    entry = ScanEntry.objects.filter(document_id=document_id, turn=turn).first()
    return {} if entry is None else _opened(entry)


def _entry(document: ScanDocument, turn: int) -> ScanEntry | None:
    return ScanEntry.objects.filter(document=document, turn=turn).first()


def _opened(entry: ScanEntry) -> dict[str, str]:
    return vault.open_sealed(sealed=entry.sealed, place=ENTRY_SEALED, row=entry.id)


def _write_entry(document: ScanDocument, values: Values, actor: Actor, now: datetime) -> None:
    entry = ScanEntry(
        document=document,
        turn=ScanEntry.objects.filter(document=document).count() + 1,
        typed_by_id=actor.id,
        typed_by_name=actor.name,
        typed_at=now,
    )
    entry.sealed = vault.seal(fields={**values}, place=ENTRY_SEALED, row=entry.id)
    entry.save(force_insert=True)


def _compare(document: ScanDocument, first: ScanEntry | None, values: Values, now: datetime) -> None:
    earlier = {} if first is None else _opened(first)
    wrong = len(fields.differing(earlier, values))
    ScanBatch.objects.filter(id=document.batch_id).update(
        fields_checked=F("fields_checked") + len(fields.COMPARED), fields_wrong=F("fields_wrong") + wrong
    )
    if wrong:
        document.state = State.CONFLICT
        document.save(update_fields=["state"])
    else:
        _settle(document, fields.with_both_notes(earlier, values), now)


def _settle(document: ScanDocument, values: Values, now: datetime) -> None:
    """Make what was typed the document's own, and find it by it."""
    found = indexes.indexed(values)
    document.sealed = vault.seal(fields={**values}, place=DOCUMENT_SEALED, row=document.id)
    document.number_index = found.number
    document.kana_index = found.kana
    document.surname_index = found.surname
    document.born_index = found.born
    day = values.get(fields.WRITTEN_ON, "")
    document.written_on = date.fromisoformat(day) if day else None
    document.state, document.trouble = State.DONE, ""
    document.done_at = document.done_at or now
    document.save()


def _review(batch_id: UUID, actor: Actor, now: datetime) -> None:
    """Stop or close the batch of a document that was just typed."""
    batch = ScanBatch.objects.select_for_update().get(id=batch_id)
    documents = ScanDocument.objects.filter(batch=batch)
    if batch.state == ScanBatch.State.OPEN and batch.check_percent:
        waiting = documents.filter(is_sampled=True, state__in=[State.BLANK, State.ENTERED]).count()
        sample = Sample(checked=batch.fields_checked, wrong=batch.fields_wrong, open=waiting)
        if sample.checked and judge(sample=sample, permille=batch.error_permille) is Verdict.STOP:
            _stop(batch, actor, now)
    if batch.state != ScanBatch.State.DONE and not documents.exclude(state=State.DONE).exists():
        batch.state, batch.done_at = ScanBatch.State.DONE, now
        batch.save(update_fields=["state", "done_at"])


def _stop(batch: ScanBatch, actor: Actor, now: datetime) -> None:
    """Ask for a second look at every document of a batch, those already finished too."""
    rest = ScanDocument.objects.filter(batch=batch, is_sampled=False)
    rest.filter(state=State.DONE).update(state=State.ENTERED, done_at=None)
    rest.update(is_sampled=True)
    batch.state = ScanBatch.State.STOPPED
    batch.save(update_fields=["state"])
    audit.record(
        actor=actor,
        action="card_management.scan_stopped",
        object_type="card_management.scan_batch",
        object_ids=[str(batch.id)],
        details={"checked": batch.fields_checked, "wrong": batch.fields_wrong},
        now=now,
    )


def _record(actor: Actor, action: str, document: ScanDocument, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(document.id)],
        details={"state": str(document.state)},
        now=now,
    )
