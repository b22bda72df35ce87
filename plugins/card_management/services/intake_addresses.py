"""Link a list of addresses to the people whose cards are there."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from madoguchi.exchange import queries as imports
from madoguchi.hooks.contracts.bookings import PersonalData, personal_data_of
from madoguchi.hooks.contracts.imports import Comparison, LineProblem
from madoguchi.ledger import vault
from madoguchi.tenancy import current_city
from plugins.card_management.formats.address_list import AddressRow
from plugins.card_management.formats.card_rows import ADDRESS
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.intake import CHOICE_SEALED, AddressChoice
from plugins.card_management.rules.life_cycle import GONE
from plugins.card_management.services import intake_before, postal, search_pages
from plugins.card_management.services.indexes import CardIndexes, fold_kana

BY_NUMBER, BY_READING = "number", "reading"


@dataclass(slots=True)
class Match:
    """Whose address a row holds: the cards of one person, or those among whom somebody must choose."""

    line: int
    row: AddressRow
    cards: list[tuple[UUID, dict[str, Any]]] = field(default_factory=list)
    is_ambiguous: bool = False

    @property
    def is_same(self) -> bool:
        """Tell whether every card already has this address."""
        return all(
            opened.get("address") == self.row.address
            and (not self.row.postcode or opened.get("postcode") == self.row.postcode)
            for _card, opened in self.cards
        )


def refuse() -> str:
    """Say why a city takes no addresses in: it keeps no personal data."""
    if personal_data_of(current_city().rules) is not PersonalData.NONE:
        return ""
    return _("この自治体は個人情報を保有しない設定のため、住所リストは取り込めません。")


class AddressWriter:
    """Compares the rows of one list with the ledger, and writes what fits one person alone."""

    def __init__(self, *, import_id: UUID, now: datetime) -> None:
        self._import_id = import_id
        self._now = now
        self._indexes = CardIndexes.of_city()
        self._sealer = vault.sealer(place=SEALED)
        self._is_by_reading = imports.key_of(import_id=import_id) == BY_READING
        self._is_open = False

    def compare(self, rows: Sequence[tuple[int, AddressRow]]) -> Comparison:
        """Count whose address would change, and who cannot be told."""
        return _count(self._match(rows))

    def write(self, rows: Sequence[tuple[int, AddressRow]]) -> Comparison:
        """Write the addresses that fit one person, and lay the ambiguous ones by for a decision."""
        if not self._is_open:
            search_pages.forget()
            self._is_open = True
        matches = self._match(rows)
        changed = [each for each in matches if each.cards and not each.is_ambiguous and not each.is_same]
        cards = [card for each in changed for card, _opened in each.cards]
        intake_before.keep(import_id=self._import_id, cards=cards, now=self._now)
        for each in changed:
            write_address(match=each, import_id=self._import_id, now=self._now)
        self._lay_by([each for each in matches if each.is_ambiguous])
        return _count(matches)

    def undo(self) -> int:
        """Put the addresses back that stood there before, and drop what waited for a decision."""
        search_pages.forget()
        AddressChoice.objects.filter(import_job=self._import_id).delete()
        return intake_before.restore(import_id=self._import_id, now=self._now)

    def _match(self, rows: Sequence[tuple[int, AddressRow]]) -> list[Match]:
        persons = {self._person(row): line for line, row in rows if self._has_number(row)}
        holders = {self._holder(row): line for line, row in rows if not self._has_number(row)}
        found = Card.objects.exclude(state__in=GONE)
        by_person = _grouped(found.filter(person_index__in=list(persons)), "person_index")
        by_holder = _grouped(found.filter(holder_index__in=list(holders)), "holder_index")
        matches = []
        for line, row in rows:
            is_numbered = self._has_number(row)
            index = self._person(row) if is_numbered else self._holder(row)
            cards = (by_person if is_numbered else by_holder).get(index, [])
            opened = [(card, self._sealer.open(sealed, card)) for card, sealed in cards]
            matches.append(_decided(Match(line, row, opened)))
        return matches

    def _has_number(self, row: AddressRow) -> bool:
        return bool(row.reference) and not (self._is_by_reading and row.kana)

    def _person(self, row: AddressRow) -> bytes:
        return self._indexes.person(f"{row.reference}|{row.born}")

    def _holder(self, row: AddressRow) -> bytes:
        return self._indexes.holder(f"{fold_kana(row.kana)}|{row.born}")

    def _lay_by(self, matches: Sequence[Match]) -> None:
        sealer = vault.sealer(place=CHOICE_SEALED)
        choices = []
        for each in matches:
            key = uuid4()
            choices.append(
                AddressChoice(
                    id=key,
                    import_job=self._import_id,
                    line=each.line,
                    candidates=[card for card, _opened in each.cards],
                    sealed=sealer.seal(dict(each.row._asdict()), key),
                    made_at=self._now,
                )
            )
        AddressChoice.objects.bulk_create(choices)


def write_address(*, match: Match, import_id: UUID | None, now: datetime) -> None:
    """Give the cards of one person their address; a postal code is looked up where the list has none."""
    seal = vault.sealer(place=SEALED).seal
    code = match.row.postcode or postal.look_up_here(address=match.row.address).code
    for card, opened in match.cards:
        fields = {**opened, "address": match.row.address, "postcode": code}
        given = {"last_import": import_id} if import_id else {}
        Card.objects.filter(id=card).update(sealed=seal(fields, card), updated_at=now, **given)


def _decided(match: Match) -> Match:
    """Tell one person with several cards from several people."""
    if match.row.name:
        named = [each for each in match.cards if _plain(each[1]["name"]) == _plain(match.row.name)]
        match.cards = named or match.cards
    match.is_ambiguous = len({person_of(opened) for _card, opened in match.cards}) > 1
    return match


def person_of(opened: dict[str, Any]) -> tuple[str, str]:
    """Give what tells people of one reading and birth date apart: the name as written, and the address."""
    return _plain(opened["name"]), opened.get("address", "")


def _count(matches: Sequence[Match]) -> Comparison:
    counted = Comparison()
    for each in matches:
        if not each.cards:
            counted.unmatched += 1
            counted.doubts.append(
                LineProblem(each.line, "", _("当てはまる方のカードがありません。この行は取り込みません。"))
            )
        elif each.is_ambiguous:
            counted.ambiguous += 1
            sentence = _(
                "%(count)d枚のカードが当てはまります。取り込んだあと「住所の割り当て」で選んでください。"
            )
            counted.doubts.append(LineProblem(each.line, ADDRESS, sentence % {"count": len(each.cards)}))
        elif each.is_same:
            counted.same += 1
        else:
            counted.changed += 1
    return counted


def _grouped(cards: Any, index: str) -> dict[bytes, list[tuple[UUID, bytes]]]:
    grouped: dict[bytes, list[tuple[UUID, bytes]]] = {}
    for key, card, sealed in cards.order_by("id").values_list(index, "id", "sealed"):
        grouped.setdefault(bytes(key), []).append((card, bytes(sealed)))
    return grouped


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "")
