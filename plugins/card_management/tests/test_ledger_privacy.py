"""Whoever asks what the city holds of them is told all of it, and what is erased is gone everywhere."""

from typing import Any
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.ledger import vault
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.forms import LetterPiece
from plugins.card_management.models.register import RESIDENT_SEALED, Resident
from plugins.card_management.models.scans import ScanDocument
from plugins.card_management.services import privacy, register_privacy, scans_privacy
from plugins.card_management.tests import paper
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.register import HANAKO, file_of, take
from plugins.card_management.tests.scans import documents, scanned
from plugins.card_management.tests.test_forms_letters import printed

pytestmark = pytest.mark.django_db
MORE = {
    "name_alphabet": "MIHON HANAKO",
    "common_name": "見本 はな",
    "application_id": "9012345",
    "sex": "女",
}
# Told as one day, in words.
BORN = {"born_on", "born_text", "born_precision"}


def fill_in(card: UUID) -> dict[str, Any]:
    """Let a card hold everything that a card can hold."""
    row = Card.objects.get(id=card)
    fields = vault.open_sealed(sealed=bytes(row.sealed), place=SEALED, row=row.id) | MORE
    row.sealed = vault.seal(fields=fields, place=SEALED, row=row.id)
    row.deadline_on = row.received_on = clock.today()
    row.save()
    return fields


def test_every_word_that_is_sealed_with_a_card_is_told() -> None:
    fields = fill_in(add_card())
    (record,) = privacy.held_about(PersonWanted(reference="ABC123456"))
    told = dict(record.facts)
    missing = [
        name for name, text in fields.items() if text and name not in BORN and str(text) not in told.values()
    ]
    assert missing == []
    assert {"受取期限", "カード受領日", "生年月日"} <= set(told)


def test_every_word_of_the_register_is_told() -> None:
    take(file_of({"異動事由": "転出", "異動日": "2026-10-01"}))
    resident = Resident.objects.get()
    fields = vault.open_sealed(sealed=bytes(resident.sealed), place=RESIDENT_SEALED, row=resident.id)
    (record,) = register_privacy.held_about(PersonWanted(kana=HANAKO["氏名カナ"]))
    told = dict(record.facts)
    unsaid = {name for name, text in fields.items() if text and str(text) not in told.values()}
    assert unsaid - BORN - {"sex"} == set()
    assert told["性別"] == "女"
    assert {"住民の状態", "異動日", "カード有無"} <= set(told)


def test_a_paper_under_the_number_of_a_card_is_found_through_the_card() -> None:
    card = add_card()
    (document,) = documents(scanned(paper.form()))
    ScanDocument.objects.filter(id=document.id).update(number_index=Card.objects.get().reference_index)
    found = scans_privacy.held_about(PersonWanted(keys=frozenset({f"pickup:{card}"})))
    assert [record.key for record in found] == [f"card_management_scandocument:{document.id}"]


def test_letters_that_name_somebody_go_with_their_card() -> None:
    card, other = add_card(), add_card(reference="OTH000001", born_on="1970-01-02")
    printed(card, other)
    privacy.erase_held((f"card_management_card:{card}",))
    assert not LetterPiece.objects.exists()
    assert Card.objects.filter(id=other).exists()
