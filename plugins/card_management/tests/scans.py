"""Scanned stacks for the tests of this room."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import set_urlconf
from PIL import Image

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from plugins.card_management.models.scans import ScanBatch, ScanDocument, ScanPage
from plugins.card_management.services import scans_reading, scans_receiving
from plugins.card_management.tests import paper

FIRST = Actor(kind="staff", id="11111111-1111-1111-1111-111111111111", name="一人目")
SECOND = Actor(kind="staff", id="22222222-2222-2222-2222-222222222222", name="二人目")
HANAKO = {
    "number": "ABC123456",
    "name": "見本 花子",
    "kana": "ミホン ハナコ",
    "born_on": "1988-02-29",
    "written_on": "2026-04-01",
    "note": "",
}


def received(*pages: Image.Image, kind: str = "receipt", content: bytes = b"", **changes: Any) -> ScanBatch:
    """Take a stack in, unread."""
    stack = scans_receiving.Stack(
        title=changes.pop("title", "箱1"),
        kind=kind,
        file_name="scan.pdf",
        pages_each=changes.pop("pages_each", 0),
    )
    set_urlconf(settings.MADOGUCHI["URLCONFS"]["staff"])
    try:
        return scans_receiving.receive(
            stack=stack, content=content or paper.as_pdf(*pages), actor=SYSTEM, now=clock.now(), **changes
        )
    finally:
        set_urlconf(None)


def scanned(*pages: Image.Image, **changes: Any) -> ScanBatch:
    """Take a stack in and read it."""
    return read(received(*pages, **changes))


def read(batch: ScanBatch) -> ScanBatch:
    """Read a stack as the worker does."""
    return scans_reading.read(batch_id=batch.id, tell=lambda done, total: None, actor=SYSTEM, now=clock.now())


def documents(batch: ScanBatch) -> list[ScanDocument]:
    """List the documents of a stack."""
    return list(ScanDocument.objects.filter(batch=batch).order_by("position"))


def pages(document: UUID) -> list[ScanPage]:
    """List the pages of a document."""
    return list(ScanPage.objects.filter(document=document).order_by("position"))
