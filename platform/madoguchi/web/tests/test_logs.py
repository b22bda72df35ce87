"""What a log says of a failed request."""

import logging
from typing import Any

import pytest
from django.conf import settings

from madoguchi.web.logs import WithoutSecrets

TOKEN = "t" * 43
BOOKING = "3f0f8a52-7d0e-4b7e-9c40-0a6f4ae3f2b1"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/booking/manage/{TOKEN}/move/", "/booking/manage/…/move/"),
        (f"/en/booking/start/{TOKEN}", "/en/booking/start/…"),
        (f"/booking/done/{TOKEN}:1abc:{TOKEN}/", "/booking/done/…/"),
        (f"/reservations/{BOOKING}/", f"/reservations/{BOOKING}/"),
    ],
)
def test_the_secret_of_a_link_stays_out_of_the_log(path: str, shown: str) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Internal", path), None)
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == f"Internal: {shown}"


def test_every_line_goes_through_the_filter() -> None:
    logging_settings: dict[str, Any] = settings.LOGGING
    assert logging_settings["handlers"]["stderr"]["filters"] == ["without_secrets"]
