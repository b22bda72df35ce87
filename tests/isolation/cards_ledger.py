"""What staff noted of the city's cards, with the city's mark in every word."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi.ledger.audit.actors import Actor


def furnish_ledger(world: Any, same: UUID, now: datetime) -> None:
    """Write a pinned note about each card, change its kind, and name the note in the keys of the world."""
    from plugins.card_management.models import CardNote, NoteVersion
    from plugins.card_management.rules.facts import Fact
    from plugins.card_management.services import facts, notes

    actor = Actor(kind="staff", id=str(same), name=world.mark)
    for keys, number in ((world.keys, uuid5(same, "note")), (world.own_keys, uuid4())):
        card = UUID(keys["card_id"])
        made = notes.add(card_id=card, text=f"{world.mark} 申し送り", is_pinned=True, actor=actor, now=now)
        # The same key in both cities: whoever mixes them up is found out.
        note = CardNote.objects.get(id=made)
        note.id = number
        note.save(force_insert=True)
        NoteVersion.objects.filter(note_id=made).update(note_id=number)
        CardNote.objects.filter(id=made).delete()
        facts.change(
            card_id=card,
            fact=Fact.NOTICE_SENT_ON,
            value=date(2026, 11, 4),
            actor=actor,
            now=now,
            reason=f"{world.mark} 発送",
        )
        keys["note_id"] = str(number)
