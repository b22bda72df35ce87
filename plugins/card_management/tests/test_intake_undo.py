"""Received cards go back together when the file that brought them is taken back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.exchange.models import ImportProfile
from madoguchi.exchange.services import applying
from madoguchi.hooks.contracts.cards import CardMoved
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import City
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving, reasons
from plugins.card_management.tests.intake import (
    CLERK,
    apply,
    bring,
    client_of,
    issuance_profile,
    production_profile,
    sample,
)
from plugins.card_management.tests.shelves import make_spots

pytestmark = pytest.mark.django_db
PRODUCTION = sample("production_data.txt")


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


def statements_of_an_undo(clerk: Client, profile: ImportProfile, lines: int) -> list[str]:
    """Take back a file of so many expected cards that came, and list the statements."""
    head, *rows = sample("issuance_list.psv").splitlines(keepends=True)
    arrived = bring(clerk, profile, b"".join([head, *rows[:lines]]))
    apply(arrived)
    assert Card.objects.filter(state="arrived").count() >= lines - 6
    with CaptureQueriesContext(connection) as asked:
        applying.undo(import_id=arrived.id, actor=CLERK, now=clock.now())
    return [each["sql"] for each in asked]


def test_taking_a_file_back_costs_the_same_for_few_cards_and_for_many(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    profile = issuance_profile()
    few, many = statements_of_an_undo(clerk, profile, 8), statements_of_an_undo(clerk, profile, 40)
    assert len(many) == len(few)
    back = CardMovement.objects.filter(action="undo", to_state="expected")
    last = back.order_by("-id")[0]
    assert last.corrects is not None
    assert (last.corrects.action, last.corrects.card_id) == ("receive", last.card_id)
    assert last.reason_id is not None
    assert set(reasons.read(reasons=[last.reason_id]).values()) == {"取込の取り消し"}
    for card in back.values_list("card_id", flat=True):
        entries = AuditEntry.objects.filter(action="card_management.undo", object_ids=[str(card)])
        assert entries.latest("id").details == {"from": "arrived", "to": "expected"}
        assert entries.latest("id").actor_name == CLERK.name
    told = OutboxEvent.objects.filter(kind="card_management.card_moved", payload__action="undo")
    assert told.count() == back.count()
    assert set(told.values_list("payload__card", flat=True)) == {str(each.card_id) for each in back}
    assert CardMoved.from_payload(told[0].payload).after == "expected"


def test_a_received_card_with_a_spot_is_taken_back_with_what_hangs_on_it(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    arrived = bring(clerk, issuance_profile(), sample("issuance_list.psv"))
    apply(arrived)
    spot, *_others = make_spots()
    card = Card.objects.filter(state="arrived").order_by("id")[0]
    Card.objects.filter(id=card.id).update(spot=spot, storage=spot.name)
    assert list(applying.undo(import_id=arrived.id, actor=CLERK, now=clock.now()).left) == []
    card.refresh_from_db()
    assert (card.state, card.spot_id) == ("expected", None)


def test_a_card_that_went_several_steps_since_is_named_like_one_that_went_a_single_one(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    arrived = bring(clerk, issuance_profile(), sample("issuance_list.psv"))
    apply(arrived)
    one, several = Card.objects.filter(state="arrived").order_by("id")[:2]
    moving.move(card_id=one.pk, action=Action.STORE, actor=CLERK, now=clock.now())
    for action in (Action.STORE, Action.PULL):
        moving.move(card_id=several.pk, action=action, actor=CLERK, now=clock.now())
    assert len(applying.undo(import_id=arrived.id, actor=CLERK, now=clock.now()).left) == 2


def test_a_card_that_went_on_keeps_its_place_and_day_when_the_file_is_taken_back(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    arrived = bring(clerk, issuance_profile(), sample("issuance_list.psv"))
    apply(arrived)
    stored, waiting = Card.objects.filter(state="arrived").exclude(storage="").order_by("id")[:2]
    moving.move(card_id=stored.pk, action=Action.STORE, actor=CLERK, now=clock.now())
    applying.undo(import_id=arrived.id, actor=CLERK, now=clock.now())
    kept, back = Card.objects.get(pk=stored.pk), Card.objects.get(pk=waiting.pk)
    assert (kept.storage, kept.arrived_on) == (stored.storage, stored.arrived_on)
    assert (back.state, back.storage) == ("expected", "")
