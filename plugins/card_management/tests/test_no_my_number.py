"""The product takes no My Number in: not in a field, a note, a file or what is typed from a scan."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.models import ImportJob
from madoguchi.hooks.registry import plugins
from madoguchi.notifications.models import MessageTemplate
from madoguchi.tenancy import City
from plugins.card_management.adapters import scan_letters
from plugins.card_management.models import NoteVersion
from plugins.card_management.models.scans import ScanEntry, ScanPage
from plugins.card_management.tests import paper
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.scans import HANAKO, documents, pages, scanned
from plugins.card_management.tests.test_sample_file import CONTENT

pytestmark = pytest.mark.django_db
NUMBER = paper.LIKE_A_MY_NUMBER
WRITTEN = ("123456789018", "1234 5678 9018", "１２３４－５６７８－９０１８")


class Printed(scan_letters.NoReader):
    """A reader of letters that finds what is printed on our page, where no program is installed."""

    def lines(self, picture: Any) -> list[scan_letters.Line]:
        """Point at the first line."""
        return [scan_letters.Line(f"01 {NUMBER}", (0.05, 0.14, 0.6, 0.18))]


@pytest.fixture
def admin(home: City) -> Client:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=["city_admin"]))


@pytest.mark.req("KUR-100")
def test_a_my_number_is_refused_everywhere_and_blackened_where_a_scan_shows_it(
    home: City,
    admin: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    card = add_card()
    kind = next(each for each in plugins.declared("message_kinds") if not each.is_for_staff)
    (plain,) = documents(scanned(paper.form()))
    for words in WRITTEN:
        noted = admin.post(f"/cards/{card}/notes/", {"text": f"番号は {words} です"})
        template = admin.post(f"/messages/templates/{kind.name}/ja/", {"subject": "予約", "body": words})
        typed = admin.post(
            f"/cards/scans/documents/{plain.id}/type/", {**HANAKO, "note": words, "seen": "blank"}
        )
        assert {noted.status_code, template.status_code, typed.status_code} == {422}
    lines = CONTENT.decode("cp932").replace("見本", f"見本{NUMBER}", 1).encode("cp932")
    file = SimpleUploadedFile("a.csv", lines, content_type="text/csv")
    assert admin.post("/imports/", {"format": "issuance_notices", "file": file}).status_code == 422
    kept = (NoteVersion, MessageTemplate, ScanEntry, ImportJob)
    assert [model.objects.count() for model in kept] == [0, 0, 0, 0]
    if shutil.which("tesseract"):
        settings.MADOGUCHI = {**settings.MADOGUCHI, "SCAN_LETTERS": "tesseract"}
    else:
        monkeypatch.setattr("plugins.card_management.services.scans_reading.letter_reader", Printed)
    (document,) = documents(scanned(paper.form(words=NUMBER, lines=1), kind="receipt"))
    (page,) = pages(document.id)
    assert page.numbers == ScanPage.Numbers.SUSPECTED
    address = f"/cards/scans/pages/{page.id}/mask/"
    assert admin.get("/cards/scans/numbers/").headers["Location"] == address
    original = Path(configured.MEDIA_ROOT) / str(home.uuid) / page.stored_as
    assert original.exists()
    box = {"left": "5", "top": "14", "right": "60", "bottom": "18", "do": "mask"}
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(address, box).status_code == 302
    admin.post(address, {"do": "clear"})
    after = ScanPage.objects.get(id=page.id)
    assert (after.numbers, original.exists()) == (ScanPage.Numbers.MASKED, False)
    assert bytes(after.sealed) != bytes(page.sealed)
