"""A list of addresses, linked to the people whose cards are there."""

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.exchange.services import applying
from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.hooks.contracts.people import PersonWanted
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.places.models import Place
from madoguchi.tenancy import City
from plugins.card_management.models import SEALED, Card
from plugins.card_management.models.intake import AddressChoice
from plugins.card_management.services import intake_addresses, intake_choices
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.intake import (
    address_profile,
    apply,
    bring,
    client_of,
    issuance_profile,
    sample,
)
from plugins.card_management.tests.shelves import browser_of, hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(home: City) -> Client:
    client = client_of(home, "counter_clerk")
    apply(bring(client, issuance_profile(), sample("issuance_list.psv")))
    return client


def address_of(card: Card) -> str:
    return str(vault.sealer(place=SEALED).open(card.sealed, card.id)["address"])


def addresses() -> list[str]:
    return [address_of(card) for card in Card.objects.all()]


@pytest.mark.req("NAN-23")
def test_only_who_is_matched_gets_an_address_and_two_are_left_to_a_person(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = sample("address_list.csv").decode("cp932").splitlines()
    kana, name, born, _address = rows[1].split(",")
    twin = {"kana": kana, "name": name, "born_on": born.replace("/", "-")}
    add_card(reference="TWN000001", address="福岡県久留米市テスト町8丁目8番地", **twin)
    job = bring(clerk, address_profile(), sample("address_list.csv"))
    found = job.findings or {}
    assert (job.changed, found["unmatched"], found["ambiguous"]) == (9, 1, 1)
    page = clerk.get(f"/imports/{job.id}/").content.decode()
    assert "当てはまる方がいない" in page
    assert "複数の方が当てはまる" in page
    assert not any(address.endswith("（新）") for address in addresses())
    apply(job)
    assert sum(address.endswith("（新）") for address in addresses()) == 9
    choice = AddressChoice.objects.get()
    assert name in clerk.get("/cards/intake/addresses/").content.decode()
    chosen = str(choice.candidates[0])
    clerk.post(f"/cards/intake/addresses/{choice.id}/", {"card": chosen})
    assert address_of(Card.objects.get(id=chosen)).endswith("（新）")
    assert sum(address.endswith("（新）") for address in addresses()) == 10
    assert not intake_choices.waiting()
    # A city that keeps nothing personal takes no addresses in.
    monkeypatch.setattr(intake_addresses, "personal_data_of", lambda rules: PersonalData.NONE)
    refused = clerk.post("/imports/", {"format": "card_management.address_list", "file": _file()})
    assert refused.status_code == 422
    assert "住所リストは取り込めません" in refused.content.decode()


def _file() -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("addresses.csv", sample("address_list.csv"), content_type="text/csv")


def test_addresses_are_put_back_as_they_were(clerk: Client) -> None:
    before = sorted(addresses())
    job = apply(bring(clerk, address_profile(), sample("address_list.csv")))
    assert sorted(addresses()) != before
    assert applying.undo(import_id=job.id, actor=SYSTEM, now=clock.now()).count == 10
    assert sorted(addresses()) == before


def test_a_row_that_waits_is_found_and_erased_for_its_person(clerk: Client) -> None:
    kana, name, born, _address = sample("address_list.csv").decode("cp932").splitlines()[1].split(",")
    add_card(reference="TWN000001", kana=kana, name=name, born_on=born.replace("/", "-"), address="別の町1")
    apply(bring(clerk, address_profile(), sample("address_list.csv")))
    wanted = PersonWanted(kana=kana)
    (record,) = intake_choices.held_about(wanted)
    (erased,) = intake_choices.erase_held([record.key])
    assert erased.rows == 1
    assert not intake_choices.waiting()


def test_whoever_works_elsewhere_neither_sees_nor_decides_whose_address_it_is(clerk: Client) -> None:
    rows = sample("address_list.csv").decode("cp932").splitlines()
    kana, name, born, _address = rows[1].split(",")
    twin = add_card(reference="TWN000001", kana=kana, name=name, born_on=born.replace("/", "-"))
    Card.objects.filter(id=twin).update(site=hall().pk)
    apply(bring(clerk, address_profile(), sample("address_list.csv")))
    (choice,) = intake_choices.listed(first=0, count=9)
    branch = Place.objects.create(code="branch", name="支所")
    there = browser_of("counter_clerk", place_ids=[branch.pk])
    assert name not in there.get("/cards/intake/addresses/").content.decode()
    there.post(f"/cards/intake/addresses/{choice.id}/", {"card": ""})
    assert intake_choices.waiting() == 1
    here = browser_of("counter_clerk", place_ids=[hall().pk])
    assert name in here.get("/cards/intake/addresses/").content.decode()
    here.post(f"/cards/intake/addresses/{choice.id}/", {"card": ""})
    assert intake_choices.waiting() == 0
