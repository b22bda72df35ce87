"""IPA 3: no name in an address leads out of the folder that it belongs to."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.isolation.worlds import World
from tests.security.conftest import browser_of, text_of, visitor

pytestmark = pytest.mark.django_db(transaction=True)
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
def _secret(world: World) -> None:
    """Lay a file beside the folder of the city's files."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret.txt").write_text(SECRET)


def leads_out(browser: Client, address: str) -> bool:
    """Tell whether some way out of the folder shows a file."""
    seen = [text_of(browser.get(address + way)) for way in WAYS_OUT]
    return any(SECRET in text or "root:" in text for text in seen)


@pytest.mark.parametrize("folder", ["/media/", "/static/", "/documents/1/", "/brand/logo/"])
def test_no_way_leads_out_of_a_folder(world: World, folder: str) -> None:
    assert not leads_out(visitor(world), folder)
    assert not leads_out(browser_of(world, "city_admin"), folder)


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_opens_any_file_would_be_found(world: World) -> None:
    assert leads_out(browser_of(world, "city_admin"), "/planted/reading/?q=")
