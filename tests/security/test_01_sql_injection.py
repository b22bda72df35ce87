"""IPA 1: what people type is never read as SQL."""

import pytest
from django.test import Client

from tests.security.conftest import Seen, ask


def breaks(seen: Seen) -> bool:
    """Tell whether quotes and comments in the parameters broke the page."""
    return seen.status >= 500


@pytest.mark.django_db(transaction=True)
def test_no_page_reads_a_parameter_as_sql(walked: dict[str, Seen]) -> None:
    assert [door for door, seen in walked.items() if breaks(seen)] == []
    assert len(walked) > 150


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_joined_words_into_sql_would_be_found(admin: Client) -> None:
    widened = admin.get("/planted/concatenated/", {"q": "x' OR 'a'='a"}).content.decode()
    assert "管理者" in widened
    assert breaks(ask(admin, "/planted/concatenated/"))
