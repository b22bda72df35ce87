"""A file is taken back while another one writes the same people: what the other brings stays."""

from uuid import UUID

import pytest
from django.db.models import Model

from madoguchi import clock
from madoguchi.exchange.models import ImportJob
from madoguchi.exchange.services import applying
from madoguchi.tenancy import City, in_city
from madoguchi.testing.races import while_open
from plugins.card_management.models import Card
from plugins.card_management.models.intake import CardBefore
from plugins.card_management.models.register import Resident
from plugins.card_management.services import intake_before
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.intake import CLERK, apply, bring, client_of, production_profile, sample
from plugins.card_management.tests.register import HANAKO, TARO, file_of, take

pytestmark = pytest.mark.django_db(transaction=True)


def take_back(job: ImportJob) -> int:
    return applying.undo(import_id=job.id, actor=CLERK, now=clock.now()).count


def told_last(table: type[Model], job: ImportJob) -> int:
    return table._default_manager.filter(last_import=job.id).count()


def test_cards_of_a_file_that_is_just_being_written_stay(home: City) -> None:
    content = sample("production_data.txt")
    with in_city(home):
        clerk, found = client_of(home, "counter_clerk"), production_profile()
        first = apply(bring(clerk, found, content))
    renamed = content.replace("見本".encode("cp932"), "見元".encode("cp932"), 3)
    with in_city(home):
        second = bring(clerk, found, renamed)
    assert while_open(home, first=lambda: apply(second), second=lambda: take_back(first)) == 37
    with in_city(home):
        assert (Card.objects.count(), told_last(Card, second)) == (3, 3)


def test_a_card_that_is_just_being_changed_is_not_put_back(home: City) -> None:
    with in_city(home):
        card = add_card(reference="RAC000001")
        early, late = UUID(int=1), UUID(int=2)
        intake_before.keep(import_id=early, cards=[card], now=clock.now())
        Card.objects.filter(pk=card).update(last_import=early, batch="first")

    def change() -> object:
        return Card.objects.filter(pk=card).update(last_import=late, batch="second")

    def put_back() -> object:
        return intake_before.restore(import_id=early, now=clock.now())

    assert while_open(home, first=change, second=put_back) == 0
    with in_city(home):
        assert Card.objects.values_list("last_import", "batch").get(pk=card) == (late, "second")
        assert not CardBefore.objects.exists()


def test_residents_of_whom_a_file_is_just_telling_stay(home: City) -> None:
    with in_city(home):
        first = take(file_of(HANAKO, TARO))
    moved = {**TARO, "住所": "福岡県久留米市テスト町9丁目9番地"}
    late: list[ImportJob] = []

    def write() -> None:
        late.append(take(file_of(moved)))

    assert while_open(home, first=write, second=lambda: take_back(first)) == 1
    with in_city(home):
        assert (Resident.objects.count(), told_last(Resident, late[0])) == (1, 1)
