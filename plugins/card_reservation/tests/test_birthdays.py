"""Birthdays as residents type them: read in many ways, but never guessed at."""

import pytest
from django.test import Client

from plugins.card_reservation.tests.stand_ins import People
from plugins.card_reservation.tests.way import identify

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("month", "day"),
    [
        *(("-2", "29"), ("2", "-29"), ("－２", "29"), ("+2", "29"), ("2.", "29"), ("1/2", "29")),
        *(("2-29", "1"), ("-229", ""), ("2", "2 9"), ("2日", "29"), ("002", "29"), ("2--29", "")),
    ],
)
def test_a_birthday_with_a_sign_that_means_something_else_is_asked_for_again(
    resident: Client, people: People, month: str, day: str
) -> None:
    people.add("ABC123456", "0229")
    page = identify(resident, month=month, day=day)
    assert page.status_code == 422
    assert "生まれた月と日を、数字で入力してください" in page.content.decode()


@pytest.mark.parametrize(
    ("month", "day"), [("2月", "29日"), ("２", "２９"), ("02", " 29 "), ("2/29", ""), ("２月２９日", "")]
)
def test_a_birthday_is_read_however_it_was_typed(
    resident: Client, people: People, month: str, day: str
) -> None:
    people.add("ABC123456", "0229")
    assert identify(resident, month=month, day=day)["Location"] == "/booking/mail/"
