"""The day board of a place that serves more than one thing at the same time."""

import re
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.places.models import Place
from plugins.card_reservation.models import PlaceRules, Service
from plugins.card_reservation.queries.values import SlotView
from plugins.card_reservation.services.slots import open_slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewal(hall: Place) -> Service:
    """A second service at the hall, at the very times of the pick-up, for one at a time."""
    made = Service.objects.create(code="renewal", name="電子証明書の更新", identity="none", order=5)
    unit = PlaceRules.objects.get(place=hall).unit_minutes
    PlaceRules.objects.create(place=hall, service=made, capacity=1, unit_minutes=unit)
    open_slots(now=clock.now())
    return made


def rows_of(page: str, name: str) -> list[str]:
    """Read the rows of a place in the table of counts, without their marks."""
    table = page[page.index('<th scope="col">場所</th>') :]
    bodies = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    read = [" ".join(re.sub(r"<[^>]+>", " ", body).split()) for body in bodies if "</td>" in body]
    return [row for row in read if row.startswith(name)]


def test_each_service_has_its_own_counts(
    clerk: Client, hall: Place, renewal: Service, free_slots: Any, fill: Any
) -> None:
    slot: SlotView = free_slots(1)[0]
    fill(slot)
    address = f"/reservations/?day={clock.local(slot.starts_at).date()}"
    pick_up, other = rows_of(clerk.get(address).content.decode(), hall.name)
    assert pick_up.startswith(f"{hall.name} マイナンバーカードの受け取り")
    assert pick_up.count("満") == 1
    assert other.startswith(f"{hall.name} 電子証明書の更新 0／1")
    assert "満" not in other
    page = clerk.get(f"{address}&place={hall.pk}").content.decode()
    assert page.count('<ul class="slotbar">') == 2
    assert page.index(">マイナンバーカードの受け取り</h3>") < page.index(">電子証明書の更新</h3>")


def test_one_service_alone_is_not_named(clerk: Client, hall: Place, free_slots: Any) -> None:
    slot: SlotView = free_slots(1)[0]
    page = clerk.get(f"/reservations/?day={clock.local(slot.starts_at).date()}").content.decode()
    (row,) = rows_of(page, hall.name)
    assert row.startswith(f"{hall.name} 0／")


def test_the_list_can_say_what_somebody_comes_for(clerk: Client, hall: Place) -> None:
    page = clerk.get("/reservations/").content.decode()
    assert re.search(r'name="column" value="service"', page)
