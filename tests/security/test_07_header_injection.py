"""IPA 7: what people type adds no header to an answer and leads to no other site."""

import pytest
from django.http.response import ResponseHeaders
from django.test import Client

from madoguchi.testing.factories import PASSWORD, StaffFactory
from tests.security.conftest import Seen, ask


def injects(seen: Seen) -> bool:
    """Tell whether a line break of a parameter reached a header."""
    return any("\n" in value or "\r" in value for value in seen.headers.values())


def leads_away(seen: Seen) -> bool:
    """Tell whether a parameter led to another site."""
    return "evil.example" in seen.headers.get("Location", "").partition("?")[0]


@pytest.mark.django_db(transaction=True)
def test_no_page_takes_a_header_from_a_parameter(walked: dict[str, Seen]) -> None:
    assert [door for door, seen in walked.items() if injects(seen)] == []


@pytest.mark.django_db(transaction=True)
def test_no_page_leads_to_another_site(walked: dict[str, Seen]) -> None:
    assert [door for door, seen in walked.items() if leads_away(seen)] == []


@pytest.mark.parametrize(
    "way",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "javascript:zz()"],
)
def test_the_sign_in_leads_back_to_our_own_pages_only(db: None, way: str) -> None:
    staff = StaffFactory.create(staff_code="C0001", roles=["counter_clerk"])
    browser = Client(headers={"host": "staff.midori.localhost"})
    sent = {"staff_code": staff.staff_code, "username": staff.staff_code, "password": PASSWORD, "next": way}
    assert browser.post(f"/sign-in/?next={way}", sent)["Location"] == "/"


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_leads_away_would_be_found(admin: Client) -> None:
    assert leads_away(ask(admin, "/planted/leading/"))


@pytest.mark.usefixtures("with_holes")
def test_a_header_that_kept_its_line_breaks_would_be_found(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not injects(ask(admin, "/planted/heading/"))
    monkeypatch.setattr(ResponseHeaders, "_convert_to_charset", lambda self, value, *args, **more: str(value))
    assert injects(ask(admin, "/planted/heading/"))
