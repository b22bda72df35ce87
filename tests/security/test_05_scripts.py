"""IPA 5: what people type is shown as text, never run as a page."""

import pytest
from django.template import engines
from django.test import Client

from madoguchi.testing.factories import StaffFactory
from tests.security.conftest import SCRIPT, Seen, ask, text_of


def echoes(seen: Seen) -> bool:
    """Tell whether a page wrote what was asked into itself as it is."""
    return "<script>zz()" in seen.text or "<img src=x onerror" in seen.text


@pytest.mark.django_db(transaction=True)
def test_no_page_echoes_a_script(walked: dict[str, Seen]) -> None:
    assert [door for door, seen in walked.items() if echoes(seen)] == []


def test_what_was_stored_is_shown_as_text(admin: Client) -> None:
    StaffFactory.create(name=SCRIPT, section=SCRIPT)
    text = text_of(admin.get("/staff/"))
    assert "&lt;script&gt;zz()" in text
    assert "<script>zz()" not in text


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_echoes_would_be_found(admin: Client) -> None:
    assert echoes(ask(admin, "/planted/echoing/"))


def test_templates_that_did_not_escape_would_be_found() -> None:
    template = "{% autoescape off %}{{ name }}{% endautoescape %}"
    assert "<script>" in engines["django"].from_string(template).render({"name": SCRIPT})
    assert "<script>" not in engines["django"].from_string("{{ name }}").render({"name": SCRIPT})


def test_the_policy_forbids_scripts_within_pages(admin: Client) -> None:
    policy = admin.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
