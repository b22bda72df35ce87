"""Take a scanner's file in: look into it, seal it piece by piece, and leave the rest to a worker."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import Invalid
from madoguchi.jobs import services as jobs
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.scans import EDIT_SCANS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.formats import scan_pictures as pictures
from plugins.card_management.models.scans import PIECE_SEALED, ScanBatch, ScanPiece
from plugins.card_management.rules.scans_kinds import CODES

OBJECT: Final = "card_management.scan_batch"
PIECE_BYTES: Final = 1 << 18
LARGEST_BYTES: Final = 20 * 1024 * 1024
UPLOAD: Final = "upload"
FOLDER: Final = "folder"
MOST_EACH: Final = 50

REASONS: Final = {
    "format": gettext_lazy(
        "PDF・TIFF・PNG・JPEGのどれでもありません。スキャナーの保存形式を確かめてください。"
    ),
    "damaged": gettext_lazy(
        "ファイルが壊れているか、書き込みの途中です。スキャンが終わってから選び直してください。"
    ),
    "locked": gettext_lazy("パスワードのかかったPDFです。パスワードなしで保存し直してください。"),
    "too_many": gettext_lazy("ページが多すぎます（2000ページまで）。分けて取り込んでください。"),
    "empty": gettext_lazy("ページがありません。"),
    "large": gettext_lazy("ファイルが大きすぎます。分けてスキャンしてください。"),
    "harmful": gettext_lazy("検査で止めました。情報担当に連絡してください。"),
    "stopped": gettext_lazy(
        "読み取りの途中で止まりました。もう一度取り込んでください。続くときは、分けてスキャンしてください。"
    ),
    "kind": gettext_lazy("書類の種類ではありません。"),
    "twice": gettext_lazy("同じファイルがすでに取り込まれています。束の一覧で確かめてください。"),
}


class ScanRefused(Invalid):
    """A scanner's file is not taken in; nothing of it is kept."""

    code = "scan_refused"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(REASONS[self.reason])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack of paper as whoever scanned it describes it."""

    title: str
    kind: str
    file_name: str
    pages_each: int = 0
    source: str = UPLOAD


def receive(
    *, stack: Stack, content: bytes, actor: Actor, now: datetime, largest: int = LARGEST_BYTES
) -> ScanBatch:
    """Take a file in and queue its reading; `batch.job` names the work.

    Raises ScanRefused.
    """
    pages = _checked(stack, content, largest)
    index = vault.blind_index(value=b64encode(content).decode(), purpose="card_management.scan.file")
    if ScanBatch.objects.filter(content_index=index).exclude(state=ScanBatch.State.FAILED).exists():
        raise ScanRefused(reason="twice")
    batch = _batch(stack, content, index, pages)
    batch.uploaded_by_id, batch.uploaded_by_name, batch.uploaded_at = actor.id, actor.name, now
    job = jobs.queue(
        kind="card_management.read_scan",
        title=_("スキャンの読み取り"),
        permission=EDIT_SCANS,
        return_url=reverse("cards:scans_batch", args=[batch.id]),
        actor=actor,
        now=now,
    )
    batch.job = job.id
    batch.save(force_insert=True)
    _store(batch.id, content)
    _record(
        actor, "card_management.scan_received", [str(batch.id)], {"pages": pages, "size": len(content)}, now
    )
    return batch


def record_refusal(*, refusal: ScanRefused, source: str, actor: Actor, now: datetime) -> None:
    """Record that a file was refused, without anything from the file."""
    details: dict[str, str | int] = {"reason": refusal.reason, "source": source}
    _record(actor, "card_management.scan_refused", [], details, now)


def content_of(*, batch_id: UUID) -> bytes:
    """Put the sealed pieces of a file together again."""
    sealer = vault.sealer(place=PIECE_SEALED)
    rows = ScanPiece.objects.filter(batch_id=batch_id).order_by("position").values_list("id", "sealed")
    return b"".join(b64decode(sealer.open(sealed, piece)["content"]) for piece, sealed in rows)


def _checked(stack: Stack, content: bytes, largest: int) -> int:
    if stack.kind not in CODES:
        raise ScanRefused(reason="kind")
    if len(content) > largest:
        raise ScanRefused(reason="large")
    try:
        pages = pictures.count_sheets(content=content)
    except pictures.NotReadable as trouble:
        raise ScanRefused(reason=trouble.reason) from trouble
    if not pages:
        raise ScanRefused(reason="empty")
    if pages > pictures.MOST_PAGES:
        raise ScanRefused(reason="too_many")
    return pages


def _batch(stack: Stack, content: bytes, index: bytes, pages: int) -> ScanBatch:
    settings = preferences.current(CardSettings)
    return ScanBatch(
        title=stack.title[:80],
        kind=stack.kind,
        file_name=stack.file_name[:200],
        size=len(content),
        content_index=index,
        source=stack.source,
        pages_each=min(stack.pages_each, MOST_EACH),
        check_percent=settings.scans_check_percent,
        error_permille=settings.scans_error_permille,
        pages=pages,
    )


def _store(batch_id: UUID, content: bytes) -> None:
    sealer = vault.sealer(place=PIECE_SEALED)
    for position, start in enumerate(range(0, len(content), PIECE_BYTES)):
        piece = uuid4()
        text = b64encode(content[start : start + PIECE_BYTES]).decode()
        sealed = sealer.seal({"content": text}, piece)
        ScanPiece.objects.create(id=piece, batch_id=batch_id, position=position, sealed=sealed)


def _record(actor: Actor, action: str, ids: list[str], details: dict[str, str | int], now: datetime) -> None:
    audit.record(actor=actor, action=action, object_type=OBJECT, object_ids=ids, details={**details}, now=now)
