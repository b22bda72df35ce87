"""IPA 3: no name in an address leads out of the folder that it belongs to."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.security.conftest import text_of

pytestmark = pytest.mark.django_db
SECRET = "ZZ-OUTSIDE"
WAYS_OUT = (
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "..\\secret.txt",
    "....//secret.txt",
    "a/../../secret.txt",
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "..%c0%afsecret.txt",
    "secret.txt%00.png",
)


@pytest.fixture(autouse=True)
def _secret(settings: Settings, tmp_path: Path) -> None:
    """Lay a file beside the folder of the city's files."""
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "secret.txt").write_text(SECRET)


def leads_out(browser: Client, address: str) -> bool:
    """Tell whether some way out of the folder shows a file."""
    seen = [text_of(browser.get(address + way)) for way in WAYS_OUT]
    return any(SECRET in text or "root:" in text for text in seen)


@pytest.mark.parametrize("folder", ["/media/", "/static/", "/documents/1/", "/brand/logo/"])
def test_no_way_leads_out_of_a_folder(admin: Client, folder: str) -> None:
    visitor = Client(headers={"host": "midori.localhost"}, raise_request_exception=False)
    assert not leads_out(visitor, folder)
    assert not leads_out(admin, folder)


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_opens_any_file_would_be_found(admin: Client) -> None:
    assert leads_out(admin, "/planted/reading/?q=")
