"""The keyed indexes by which a scanned document is found without opening it."""

from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.ledger import vault
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.services.indexes import INDEX_BYTES, index_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What stands beside a sealed document; nothing where nothing was typed."""

    number: bytes | None
    kana: bytes | None
    surname: bytes | None
    born: bytes | None


def indexed(values: Mapping[str, str]) -> Indexed:
    """Index what was typed from a document; its number is indexed as that of a card."""
    number = fields.plain_number(values.get(fields.NUMBER, ""))
    kana = values.get(fields.KANA, "")
    return Indexed(
        number=index_reference(reference=number) if number else None,
        kana=index_kana(kana),
        surname=index_surname(kana),
        born=index_born(values.get(fields.BORN_ON, "")),
    )


def index_kana(text: str) -> bytes | None:
    """Index a whole reading."""
    return _short("card_management.scan.kana", fields.plain_kana(text))


def index_surname(text: str) -> bytes | None:
    """Index the first part of a reading."""
    return _short("card_management.scan.surname", fields.plain_surname(text))


def index_born(text: str) -> bytes | None:
    """Index a day of birth as it stands in a calendar (YYYY-MM-DD)."""
    return _short("card_management.scan.born", text)


def _short(purpose: str, value: str) -> bytes | None:
    return vault.blind_index(value=value, purpose=purpose)[:INDEX_BYTES] if value else None
