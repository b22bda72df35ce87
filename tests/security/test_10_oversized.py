"""IPA 10: what is longer or deeper than anybody needs is refused before it is worked on.

Python checks its own bounds; what is left of this class is memory and time.
"""

import json
import time

import pytest
from pytest_django import Settings

from madoguchi.tenancy import in_city
from madoguchi.web.api.tests.machines import program, token_for
from tests.isolation.worlds import World
from tests.security.conftest import browser_of, visitor

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "あ" * 1_000_000


def test_long_words_break_nothing_and_take_no_time(world: World) -> None:
    began = time.monotonic()
    admin, resident = browser_of(world, "city_admin"), visitor(world)
    answers = [
        admin.get("/cards/", {"q": LONG[:50_000]}),
        admin.post("/staff/new/", {"name": LONG[:200_000]}),
        resident.get("/search/", {"q": LONG[:50_000]}),
        resident.post("/booking/", {"reference": LONG[:200_000], "birthday": "0229"}),
        resident.get("/" + "a/" * 5_000),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    assert time.monotonic() - began < 10


def test_a_form_beyond_the_limit_is_refused_unread(world: World, settings: Settings) -> None:
    admin = browser_of(world, "city_admin")
    assert admin.post("/staff/new/", {"name": LONG}).status_code in (400, 413)
    # Without the limit the same form is read to its end.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    assert admin.post("/staff/new/", {"name": LONG}).status_code == 422


def test_ten_thousand_fields_are_refused(world: World) -> None:
    admin = browser_of(world, "city_admin")
    assert admin.post("/staff/new/", {f"f{turn}": "x" for turn in range(10_000)}).status_code == 400


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000, json.dumps({"slot": "x" * 1_000_000})])
def test_json_of_any_depth_is_refused_by_a_word(world: World, body: str) -> None:
    with in_city(world.city):
        made = token_for("card_reservation.book_for_resident")
    answer = program(made.text, host=world.host("staff")).post(
        "/api/v1/bookings/", body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
