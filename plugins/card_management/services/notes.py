"""Notes of staff about a card: for their eyes only, changed at any time, with everything they ever said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import Invalid, NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from plugins.card_management.models import NOTE_SEALED, Card, CardNote, NoteVersion
from plugins.card_management.services import guards
from plugins.card_management.services.moving import CardNotFound

LONGEST: Final = 1_000
OBJECT: Final = "card_management.note"


class NoteNotFound(NotFound):
    """There is no such note, or it was taken away."""

    code = "note_not_found"
    message = _("この備考は見つかりません。すでに削除されたかもしれません。")


class EmptyNote(Invalid):
    """A note says something."""

    code = "empty_note"
    message = _("備考の内容を入力してください。")


class NoteTooLong(Invalid):
    """Nobody reads a page at the counter."""

    code = "note_too_long"
    message = _("備考は1000文字までです。短くしてください。")


@dataclass(frozen=True, slots=True)
class VersionView:
    """What a note said at one time."""

    text: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note with what it says now, and what it said before."""

    id: UUID
    card: UUID
    is_pinned: bool
    acknowledged_at: datetime | None
    acknowledged_by: str
    versions: tuple[VersionView, ...]

    @property
    def text(self) -> str:
        """Say what it says now."""
        return self.versions[0].text

    @property
    def newest(self) -> VersionView:
        """Give who wrote it last, and when."""
        return self.versions[0]

    @property
    def older(self) -> tuple[VersionView, ...]:
        """Give what it said before."""
        return self.versions[1:]

    @property
    def must_be_read(self) -> bool:
        """Tell whether it is pinned and nobody has said yet that it was read."""
        return self.is_pinned and self.acknowledged_at is None


@transaction.atomic
def add(*, card_id: UUID, text: str, is_pinned: bool, actor: Actor, now: datetime) -> UUID:
    """Write a note about a card.

    Raises CardNotFound, EmptyNote and NoteTooLong.
    """
    if not Card.objects.filter(id=card_id).exists():
        raise CardNotFound(card=str(card_id))
    words = _checked(text)
    note = CardNote.objects.create(card_id=card_id, is_pinned=is_pinned, created_at=now)
    _write(note, words, actor, now)
    _record("write_note", note, actor, now, pinned=is_pinned)
    return note.id


@transaction.atomic
def change(*, note_id: UUID, text: str, is_pinned: bool, actor: Actor, now: datetime) -> None:
    """Let a note say something else; what it said stays in its history, and it has to be read again.

    Raises NoteNotFound, EmptyNote and NoteTooLong.
    """
    note, words = _found(note_id), _checked(text)
    _write(note, words, actor, now)
    note.is_pinned, note.acknowledged_at, note.acknowledged_by = is_pinned, None, ""
    note.save(update_fields=["is_pinned", "acknowledged_at", "acknowledged_by"])
    _record("change_note", note, actor, now, pinned=is_pinned)


@transaction.atomic
def remove(*, note_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a note away from the pages; it can be brought back.

    Raises NoteNotFound.
    """
    note = _found(note_id)
    note.removed_at = now
    note.save(update_fields=["removed_at"])
    _record("remove_note", note, actor, now)


@transaction.atomic
def bring_back(*, note_id: UUID, actor: Actor, now: datetime) -> None:
    """Put a note that was taken away back on the pages.

    Raises NoteNotFound.
    """
    note = CardNote.objects.select_for_update().filter(id=note_id, removed_at__isnull=False).first()
    if note is None:
        raise NoteNotFound(note=str(note_id))
    note.removed_at = None
    note.save(update_fields=["removed_at"])
    _record("bring_back_note", note, actor, now)


@transaction.atomic
def acknowledge(*, notes: Sequence[UUID], actor: Actor, now: datetime) -> int:
    """Write down that somebody read pinned notes; those already read stay with their first reader."""
    found = CardNote.objects.select_for_update().filter(
        id__in=notes, is_pinned=True, removed_at=None, acknowledged_at=None
    )
    unread = list(found)
    for note in unread:
        note.acknowledged_at, note.acknowledged_by = now, actor.name
        note.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record("acknowledge_note", note, actor, now)
    return len(unread)


def of_cards(*, cards: Sequence[UUID]) -> list[NoteView]:
    """Open the notes about some cards, pinned ones first: whoever asks holds the right and records it."""
    found = CardNote.objects.filter(card_id__in=cards, removed_at=None).order_by("-is_pinned", "-created_at")
    notes = list(found)
    versions = _versions(notes)
    return [
        NoteView(
            id=note.id,
            card=note.card_id,
            is_pinned=note.is_pinned,
            acknowledged_at=note.acknowledged_at,
            acknowledged_by=note.acknowledged_by,
            versions=tuple(versions[note.id]),
        )
        for note in notes
    ]


def to_read(*, cards: Sequence[UUID]) -> list[NoteView]:
    """Open the pinned notes about some cards that nobody has read yet."""
    return [note for note in of_cards(cards=cards) if note.must_be_read]


def has_to_read(*, cards: Sequence[UUID]) -> bool:
    """Tell whether there is a pinned note to read, without opening one."""
    pinned = CardNote.objects.filter(card_id__in=cards, is_pinned=True, removed_at=None)
    return pinned.filter(acknowledged_at=None).exists()


def stand_against(*, card: Card, actor: Actor, now: datetime) -> guards.Refusal | None:
    """Keep a card from being handed over while a pinned note about it was read by nobody."""
    if not has_to_read(cards=[card.id]):
        return None
    return guards.Refusal("note_not_read", _("申し送りがあります。読んでから交付してください。"))


def card_of(*, note_id: UUID) -> UUID:
    """Name the card of a note.

    Raises NoteNotFound.
    """
    card = CardNote.objects.filter(id=note_id).values_list("card_id", flat=True).first()
    if card is None:
        raise NoteNotFound(note=str(note_id))
    return card


def _versions(notes: Sequence[CardNote]) -> Mapping[UUID, list[VersionView]]:
    opener = vault.sealer(place=NOTE_SEALED)
    found: dict[UUID, list[VersionView]] = {note.id: [] for note in notes}
    for row in NoteVersion.objects.filter(note_id__in=list(found)).order_by("-written_at", "id"):
        text = str(opener.open(row.sealed, row.id)["text"])
        found[row.note_id].append(VersionView(text, row.written_at, row.actor_name))
    return found


def _found(note_id: UUID) -> CardNote:
    note = CardNote.objects.select_for_update().filter(id=note_id, removed_at=None).first()
    if note is None:
        raise NoteNotFound(note=str(note_id))
    return note


def _checked(text: str) -> str:
    words = text.replace("\0", "").strip()
    if not words:
        raise EmptyNote
    if len(words) > LONGEST:
        raise NoteTooLong
    return words


def _write(note: CardNote, words: str, actor: Actor, now: datetime) -> None:
    key = uuid4()
    NoteVersion.objects.create(
        id=key,
        note=note,
        sealed=vault.seal(fields={"text": words}, place=NOTE_SEALED, row=key),
        written_at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )


def _record(action: str, note: CardNote, actor: Actor, now: datetime, **details: bool) -> None:
    audit.record(
        actor=actor,
        action=f"card_management.{action}",
        object_type=OBJECT,
        object_ids=[str(note.id), str(note.card_id)],
        details=dict(details),
        now=now,
    )
