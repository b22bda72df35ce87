"""Postal codes from addresses: never a wrong one (NAN-24)."""

import csv
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.register import PostalCorrection, PostalQuestion
from plugins.card_management.services import postal_corrections, postal_filling
from plugins.card_management.services.postal import look_up
from plugins.card_management.services.postal_dictionary import data_version, municipalities, towns_of
from plugins.card_management.tests.factories import add_card

CLERK = Actor(kind="staff", id="200001", name="窓口 花子")
TABLE = Path(__file__).with_name("hard_addresses.csv")


class Hard(NamedTuple):
    """An address of the table, and the line of Japan Post's list that it was written from."""

    kind: str
    address: str
    code: str
    line: str


def table() -> list[Hard]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Hard(*row) for row in list(csv.reader(file))[1:]]


def test_the_table_of_200_hard_addresses_is_written_from_japan_posts_own_lines() -> None:
    rows = table()
    assert len(rows) == 200
    lines = {
        (town.code, town.label)
        for place in municipalities()
        if any(row.line.startswith(f"{place.prefecture}{place.name}") for row in rows)
        for each in [towns_of(place.prefecture, place.name)]
        for town in (*each.named, *each.default)
    }
    assert [row for row in rows if (row.code, row.line) not in lines] == []


def test_of_200_hard_addresses_none_gets_a_wrong_code() -> None:
    certain = [row for row in table() if not row.kind.startswith("?")]
    found = {row: look_up(address=row.address) for row in certain}
    assert [row for row, seen in found.items() if seen.code not in ("", row.code)] == []
    # What is not certain is offered with the right one among the candidates.
    left = [row for row, seen in found.items() if not seen.code]
    assert len(left) <= 2
    assert all(row.code in {each.code for each in found[row].candidates} for row in left)


def test_what_the_list_does_not_tell_is_left_to_a_person() -> None:
    unsure = [row for row in table() if row.kind.startswith("?")]
    assert len(unsure) == 20
    for row in unsure:
        seen = look_up(address=row.address)
        assert seen.code == ""
        assert row.code in {each.code for each in seen.candidates}, row


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("南部町大字苫米地字上根岸69", "a name that three prefectures have"),
        ("東京都横浜市中区本町1-1", "a city that is not in the prefecture"),
        ("埼玉県熊谷市", "no town at all"),
        ("埼玉県熊谷市宮町商店街3", "a name that goes on after the town"),
        ("どこか遠い町1-2-3", "no municipality and no home"),
        ("", "nothing"),
    ],
)
def test_an_address_that_may_be_elsewhere_gets_none(address: str, why: str) -> None:
    assert look_up(address=address).code == "", why


def test_an_address_without_a_municipality_is_the_citys_own() -> None:
    home = {"prefecture": "埼玉県", "city": "熊谷市"}
    assert look_up(address="宮町二丁目４７番地１", **home).code == "3600041"
    assert look_up(address="南部町大字苫米地69", prefecture="青森県", city="三戸郡南部町").code == "0390802"


def postcode_of(card: UUID) -> str:
    row = Card.objects.get(pk=card)
    return str(vault.open_sealed(sealed=bytes(row.sealed), place=SEALED, row=row.id)["postcode"])


def fill() -> postal_filling.Filled:
    return postal_filling.fill(actor=CLERK, now=clock.now(), tell=lambda done, total: None)


@pytest.mark.django_db
def test_certain_codes_are_written_and_the_others_wait_with_the_edition_of_the_list() -> None:
    sure = add_card(postcode="", address="埼玉県熊谷市宮町二丁目47番地1")
    open_one = add_card(reference="ABC123457", postcode="", address="埼玉県熊谷市宮町商店街3")
    given = add_card(reference="ABC123458", postcode="1112222", address="埼玉県熊谷市宮町2-1")
    filled = fill()
    assert (filled.filled, filled.asked) == (1, 1)
    assert [postcode_of(card) for card in (sure, open_one, given)] == ["3600041", "", "1112222"]
    question = PostalQuestion.objects.get()
    assert (question.card_id, question.edition, question.codes) == (open_one, data_version(), ["3600041"])
    entry = AuditEntry.objects.get(action="card_management.postcodes_found")
    assert entry.details["edition"] == data_version()


@pytest.mark.django_db
def test_a_choice_for_a_place_is_remembered_and_settles_its_other_addresses() -> None:
    first = add_card(postcode="", address="埼玉県熊谷市宮町商店街3")
    second = add_card(reference="ABC123457", postcode="", address="埼玉県熊谷市宮町商店街18-2")
    other = add_card(reference="ABC123458", postcode="", address="埼玉県熊谷市存在しない町1")
    fill()
    postal_filling.answer(card_id=first, code="3600041", is_for_area=True, actor=CLERK, now=clock.now())
    assert [postcode_of(card) for card in (first, second, other)] == ["3600041", "3600041", ""]
    correction = PostalCorrection.objects.get()
    assert (correction.area, correction.code) == ("埼玉県熊谷市宮町商店街", "3600041")
    later = add_card(reference="ABC123459", postcode="", address="埼玉県熊谷市宮町商店街5")
    fill()
    assert postcode_of(later) == "3600041"


@pytest.mark.django_db
def test_a_choice_for_one_address_says_nothing_of_its_neighbours() -> None:
    first = add_card(postcode="", address="埼玉県熊谷市宮町商店街3")
    second = add_card(reference="ABC123457", postcode="", address="埼玉県熊谷市宮町商店街4")
    fill()
    postal_filling.answer(card_id=first, code="3600041", is_for_area=False, actor=CLERK, now=clock.now())
    assert [postcode_of(card) for card in (first, second)] == ["3600041", ""]
    # Whose address it is stands nowhere unsealed.
    assert PostalCorrection.objects.get().area == ""


@pytest.mark.django_db
def test_a_code_that_japan_post_does_not_have_is_refused() -> None:
    card = add_card(postcode="", address="埼玉県熊谷市宮町商店街3")
    fill()
    with pytest.raises(postal_corrections.UnknownPostalCode):
        postal_filling.answer(card_id=card, code="9999999", is_for_area=False, actor=CLERK, now=clock.now())
    assert postcode_of(card) == ""
