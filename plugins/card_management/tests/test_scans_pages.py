"""Scanned papers as staff see them: upload, typing, looking, masking, and who may not."""

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from madoguchi import clock
from madoguchi.accounts.models import Role
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences.models import Preference
from madoguchi.tenancy import City
from plugins.card_management.models.scans import ScanBatch, ScanDocument, ScanPage
from plugins.card_management.tests import paper
from plugins.card_management.tests.scans import HANAKO, documents, pages, read, scanned

pytestmark = pytest.mark.django_db


def client_of(city: City, role: str) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


@pytest.fixture
def admin(home: City) -> Client:
    return client_of(home, "city_admin")


def choose(**chosen: int) -> None:
    Preference.objects.create(plugin="card_management", chosen=chosen, changed_at=clock.now(), changed_by="")


def upload(client: Client, content: bytes, **changes: str) -> object:
    file = SimpleUploadedFile("box12.pdf", content, content_type="application/pdf")
    values = {"title": "箱12", "kind": "receipt", "pages_each": "0", "file": file, **changes}
    return client.post("/cards/scans/batches/", values)


def reads(purpose: str) -> list[AuditEntry]:
    found = AuditEntry.objects.filter(action="personal_data.read").order_by("id")
    return [entry for entry in found if entry.details["purpose"] == f"card_management.{purpose}"]


@pytest.mark.req("FUJ-22")
def test_a_stack_is_scanned_typed_found_shown_turned_and_divided_and_every_look_is_recorded(
    clerk: Client,
) -> None:
    choose(scans_check_percent=0)
    content = paper.as_pdf(paper.separator("receipt"), paper.form(), paper.form(lines=4), paper.blank())
    assert upload(clerk, content).status_code == 302  # type: ignore[attr-defined]
    batch = read(ScanBatch.objects.get())
    (document,) = documents(batch)
    work = clerk.get("/cards/scans/work/blank/")
    assert work.headers["Location"] == f"/cards/scans/documents/{document.id}/type/"
    saved = clerk.post(work.headers["Location"], {**HANAKO, "kana": "みほん はなこ", "seen": "blank"})
    assert saved.headers["Location"] == "/cards/scans/work/blank/"
    for query in ({"number": "ABC123456"}, {"kana": "ミホン"}, {"born_on": "S63.2.29"}):
        assert "見本 花子" in clerk.get("/cards/scans/", query).content.decode()
    assert "見本 花子" not in clerk.get("/cards/scans/", {"kana": "レイジ"}).content.decode()
    assert len(reads("scan_list")) == 4
    assert "見本 花子" in clerk.get(f"/cards/scans/documents/{document.id}/").content.decode()
    assert [entry.object_ids for entry in reads("scan_document")] == [[str(document.id)]]
    first, second, empty = pages(document.id)
    assert _shown(clerk, first.id).size == (900, 1273)
    assert [entry.object_ids for entry in reads("scan_document")][-1] == [str(first.id)]
    clerk.post(f"/cards/scans/pages/{first.id}/change/", {"do": "turn"})
    assert _shown(clerk, first.id).size == (900, 636)
    clerk.post(f"/cards/scans/pages/{second.id}/change/", {"do": "split"})
    assert ScanDocument.objects.count() == 2
    # The page nobody can read and the wrong index wait in the quality queue until somebody settles them.
    assert "白紙" in clerk.get("/cards/scans/quality/").content.decode()
    clerk.post(f"/cards/scans/pages/{empty.id}/change/", {"do": "remove"})
    clerk.post(f"/cards/scans/documents/{document.id}/change/", {"do": "report", "trouble": "wrong_index"})
    assert "入力の誤り" in clerk.get("/cards/scans/quality/").content.decode()
    clerk.post(f"/cards/scans/documents/{document.id}/type/", {**HANAKO, "name": "見本 華子", "seen": "done"})
    assert "確かめるものはありません" in clerk.get("/cards/scans/quality/").content.decode()
    assert "見本 華子" in clerk.get("/cards/scans/", {"number": "ABC123456"}).content.decode()


def _shown(client: Client, page: UUID) -> Image.Image:
    response = client.get(f"/cards/scans/pages/{page}/image/")
    assert response.headers["Cache-Control"] == "private, no-store"
    with Image.open(io.BytesIO(response.getvalue())) as picture:
        return picture.copy()


def test_a_page_that_may_show_a_my_number_is_shown_only_after_somebody_looked(
    clerk: Client, admin: Client
) -> None:
    (document,) = documents(scanned(paper.form(words=paper.LIKE_A_MY_NUMBER), kind="application"))
    (page,) = pages(document.id)
    assert clerk.get(f"/cards/scans/pages/{page.id}/image/").status_code == 403
    assert (
        "確かめるまで、表示しません" in clerk.get(f"/cards/scans/documents/{document.id}/").content.decode()
    )
    assert "いまできるものはありません" in clerk.get("/cards/scans/work/blank/").content.decode()
    assert clerk.get(f"/cards/scans/pages/{page.id}/mask/").status_code == 403
    address = f"/cards/scans/pages/{page.id}/mask/"
    assert admin.get("/cards/scans/numbers/").headers["Location"] == address
    corner = admin.post(address, {"at.x": "31", "at.y": "132"}).content.decode()
    assert "右下の角をクリックすると" in corner
    second = {"at.x": "690", "at.y": "930", "first_x": "0.0443", "first_y": "0.1335"}
    chosen = admin.post(address, second).content.decode()
    assert "この範囲を黒塗りする" in chosen
    assert not AuditEntry.objects.filter(action="card_management.scan_masked").exists()
    box = dict(re.findall(r'name="(left|top|right|bottom)" value="([0-9.]+)">', chosen))
    assert admin.post(address, {**box, "do": "mask"}).status_code == 302
    assert _shown(admin, page.id).convert("L").getpixel((450, 600)) < 20  # type: ignore[operator]
    assert clerk.get(f"/cards/scans/pages/{page.id}/image/").status_code == 403
    admin.post(address, {"do": "clear"})
    assert ScanPage.objects.get().numbers == "masked"
    assert _shown(clerk, page.id).size == (900, 1273)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"left": "1", "top": "x", "right": "2", "bottom": "3"},
        {"left": "9", "top": "9", "right": "9", "bottom": "9"},
        {"at.x": "1", "at.y": "2", "first_x": "rubbish", "first_y": "0"},
        {"left": "nan", "top": "nan", "right": "nan", "bottom": "nan"},
        {"left": "inf", "top": "0", "right": "inf", "bottom": "1"},
    ],
)
def test_what_is_no_part_of_the_picture_blackens_nothing(admin: Client, sent: dict[str, str]) -> None:
    (document,) = documents(scanned(paper.form(), kind="application"))
    (page,) = pages(document.id)
    sent = {**sent, "do": "mask"}
    assert admin.post(f"/cards/scans/pages/{page.id}/mask/", sent).status_code in (200, 302)
    assert not AuditEntry.objects.filter(action="card_management.scan_masked").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a,b\n1,2\n", "どれでもありません"), (b"%PDF-1.7 cut off", "壊れているか"), (b"", "空です")],
)
def test_a_file_that_is_no_scan_is_explained_beside_its_field(
    clerk: Client, content: bytes, words: str
) -> None:
    response = upload(clerk, content)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert words in response.content.decode()  # type: ignore[attr-defined]
    assert not ScanBatch.objects.exists()


def test_a_title_like_a_my_number_and_an_unknown_kind_are_refused(clerk: Client) -> None:
    content = paper.as_pdf(paper.form())
    assert upload(clerk, content, title=paper.LIKE_A_MY_NUMBER).status_code == 422  # type: ignore[attr-defined]
    assert upload(clerk, content, kind="../../etc").status_code == 422  # type: ignore[attr-defined]


def test_typing_needs_something_and_dates_that_exist(clerk: Client) -> None:
    choose(scans_check_percent=0)
    (document,) = documents(scanned(paper.form()))
    address = f"/cards/scans/documents/{document.id}/type/"
    empty = clerk.post(address, {"seen": "blank"})
    assert "1つも入力されていません" in empty.content.decode()
    wrong = clerk.post(address, {**HANAKO, "born_on": "S99.13.40", "seen": "blank"})
    assert "日付として読めません" in wrong.content.decode()
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    early = clerk.post(address, {**HANAKO, "written_on": tomorrow, "seen": "blank"})
    unborn = clerk.post(address, {**HANAKO, "born_on": tomorrow, "seen": "blank"})
    assert all("今日より先の日付です" in each.content.decode() for each in (early, unborn))
    assert {each.status_code for each in (empty, wrong, early, unborn)} == {422}
    assert ScanDocument.objects.get().state == "blank"
    today = clerk.post(address, {**HANAKO, "written_on": clock.today().isoformat(), "seen": "blank"})
    assert today.status_code == 302


def test_whoever_has_names_kept_back_sees_neither_pictures_nor_typing(home: City) -> None:
    client = client_of(home, "counter_clerk")
    Role.objects.filter(name__isnull=False).update(masks={"pickups.name": "hidden"})
    (document,) = documents(scanned(paper.form()))
    (page,) = pages(document.id)
    assert client.get(f"/cards/scans/pages/{page.id}/image/").status_code == 403
    assert client.get(f"/cards/scans/documents/{document.id}/type/").status_code == 403
    assert (
        "権限では、書類の画像を表示できません"
        in client.get(f"/cards/scans/documents/{document.id}/").content.decode()
    )


def test_separator_sheets_come_as_pdf_that_our_own_reader_understands(clerk: Client) -> None:
    from plugins.card_management.formats import scan_pictures
    from plugins.card_management.rules.scans_fields import kind_of_sheet

    asked = {"kinds": ["application", "agent"], "copies": "2", "as": "sheet"}
    pdf = clerk.get("/cards/scans/separators/", asked).content
    codes = [
        scan_pictures.codes_on(each.picture) for each in scan_pictures.sheets(content=pdf) if each.picture
    ]
    assert [[kind_of_sheet(code) for code in found] for found in codes] == [
        ["application"],
        ["application"],
        ["agent"],
        ["agent"],
    ]
    assert clerk.get("/cards/scans/separators/", {"kinds": "rubbish", "copies": "0"}).status_code == 422


def test_the_progress_page_tells_pages_errors_pace_and_room(clerk: Client) -> None:
    choose(scans_check_percent=0, scans_planned_pages=180_000)
    batch = scanned(*[paper.form(lines=2 + each) for each in range(3)], pages_each=1)
    first = documents(batch)[0]
    clerk.post(f"/cards/scans/documents/{first.id}/type/", {**HANAKO, "seen": "blank"})
    ScanBatch.objects.update(fields_checked=200, fields_wrong=3)
    page = clerk.get("/cards/scans/progress/").content.decode()
    for words in ("180000ページ", "1ページ（この14日の", "1.50%", "全体の保存容量の見込み"):
        assert words in page, words
    assert "95%の確かさで" in clerk.get(f"/cards/scans/batches/{batch.id}/").content.decode()
