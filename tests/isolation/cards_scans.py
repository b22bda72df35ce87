"""A scanned stack of each city: one batch, its document and its page, with the city's mark in its words."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi.ledger.audit.actors import Actor


def furnish_scans(world: Any, same: UUID, now: datetime) -> None:
    """Leave a stack behind, typed and with a page that waits for somebody."""
    from plugins.card_management.models.scans import ScanBatch, ScanDocument, ScanPage
    from plugins.card_management.services import scans_store

    actor = Actor(kind="staff", id=str(same), name=world.mark)
    for keys, number in ((world.keys, "scan"), (world.own_keys, "")):
        batch, document, page = (uuid5(same, f"{number}-{each}") if number else uuid4() for each in "bdp")
        _batch(ScanBatch, batch, world.mark, actor, now)
        _document(ScanDocument, document, batch, world.mark, now)
        kept = scans_store.keep(page=page, content=_picture())
        ScanPage.objects.create(
            id=page,
            document_id=document,
            position=1,
            sheet=1,
            sealed=kept.sealed,
            stored_as=kept.name,
            stored_bytes=kept.size,
            width=40,
            height=60,
            faults=["blank"],
            is_settled=False,
            numbers=ScanPage.Numbers.NONE,
            created_at=now,
        )
        keys["stack_id"], keys["sheet_id"] = str(batch), str(page)
        keys["scan_id"] = str(document)
    world.keys["turn"] = "blank"


def _batch(model: Any, key: UUID, mark: str, actor: Actor, now: datetime) -> None:
    model.objects.create(
        id=key,
        title=f"{mark} 箱",
        kind="receipt",
        file_name=f"{mark}.pdf",
        size=1,
        content_index=key.bytes,
        source="upload",
        state=model.State.OPEN,
        check_percent=10,
        error_permille=10,
        pages=1,
        documents=1,
        uploaded_by_id=actor.id,
        uploaded_by_name=actor.name,
        uploaded_at=now,
    )


def _document(model: Any, key: UUID, batch: UUID, mark: str, now: datetime) -> None:
    from madoguchi.ledger import vault
    from plugins.card_management.models.scans import DOCUMENT_SEALED
    from plugins.card_management.services import scans_indexes

    values = {"number": "ABC123456", "name": f"{mark} 花子", "kana": "ミホン ハナコ", "born_on": "1988-02-29"}
    found = scans_indexes.indexed(values)
    model.objects.create(
        id=key,
        batch_id=batch,
        position=1,
        kind="receipt",
        state="done",
        trouble="wrong_index",
        sealed=vault.seal(fields={**values}, place=DOCUMENT_SEALED, row=key),
        number_index=found.number,
        kana_index=found.kana,
        surname_index=found.surname,
        born_index=found.born,
        created_at=now,
    )


def _picture() -> bytes:
    from plugins.card_management.tests import paper

    return paper.as_png(paper.blank().resize((40, 60)))
