"""IPA 10: what is longer or deeper than anybody needs is refused before it is worked on.

Python checks its own bounds; what is left of this class is memory and time.
"""

import json
import time

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.web import sizes
from madoguchi.web.api.tests.machines import program, token_for

LONG = "あ" * 1_000_000


def test_long_words_break_nothing_and_take_no_time(admin: Client) -> None:
    began = time.monotonic()
    resident = Client(headers={"host": "midori.localhost"}, raise_request_exception=False)
    answers = [
        admin.get("/cards/", {"q": LONG[:50_000]}),
        admin.post("/staff/new/", {"name": LONG[:200_000]}),
        resident.get("/search/", {"q": LONG[:50_000]}),
        resident.post("/booking/", {"reference": LONG[:200_000], "birthday": "0229"}),
        resident.get("/" + "a/" * 5_000),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    assert time.monotonic() - began < 10


def test_a_form_beyond_the_limit_is_refused_unread(admin: Client, settings: Settings) -> None:
    assert admin.post("/staff/new/", {"name": LONG}).status_code in (400, 413)
    # Without the limit the same form is read to its end.
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    assert admin.post("/staff/new/", {"name": LONG}).status_code == 422


def test_residents_send_no_files_and_nothing_of_their_size(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = Client(headers={"host": "midori.localhost"})
    form = {"reference": "A" * (sizes.MOST_BYTES + 1), "month": "2", "day": "29"}
    refused = resident.post("/booking/", form)
    assert refused.status_code == 413
    assert "入力を短くして" in refused.content.decode()
    claimed = resident.generic("POST", "/booking/", b"x", CONTENT_LENGTH=str(10**12))
    assert claimed.status_code == 413
    # Staff send files; and without the guard the same form is read.
    assert admin.post("/staff/new/", {"name": "x" * (sizes.MOST_BYTES + 1)}).status_code == 422
    monkeypatch.setattr(sizes, "MOST_BYTES", 10**9)
    assert resident.post("/booking/", form).status_code == 422


def test_ten_thousand_fields_are_refused(admin: Client) -> None:
    assert admin.post("/staff/new/", {f"f{turn}": "x" for turn in range(10_000)}).status_code == 400


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 50_000, json.dumps({"slot": "x" * 1_000_000})])
def test_json_of_any_depth_is_refused_by_a_word(db: None, body: str) -> None:
    made = token_for("card_reservation.book_for_resident")
    answer = program(made.text).post("/api/v1/bookings/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
