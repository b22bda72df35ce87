"""Pictures and documents that editors put on pages."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction

from cms.blocks import PictureBlock
from cms.models import HomePage, InfoPage
from madoguchi.tenancy import City, in_city
from madoguchi.testing.factories import StaffFactory
from madoguchi.testing.people import host

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def editor(site_editor: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(site_editor)


@pytest.fixture
def site_editor() -> Any:
    """Somebody who writes pages and publishes none."""
    return StaffFactory.create(roles=["site_editor"])


def _png(*, width: int = 40, height: int = 30, colour: str = "green") -> bytes:
    drawn = BytesIO()
    Picture.new("RGB", (width, height), colour).save(drawn, "PNG")
    return drawn.getvalue()


def _upload(editor: Client, kind: str, name: str, content: bytes) -> Any:
    return editor.post(
        f"/cms/{kind}/multiple/add/",
        {"title": name, "files[]": SimpleUploadedFile(name, content)},
        headers={"x-requested-with": "XMLHttpRequest"},
    )


def test_an_editor_uploads_and_chooses_a_picture(editor: Client) -> None:
    assert _upload(editor, "images", "庁舎.png", _png()).json()["success"]
    assert "庁舎" in editor.get("/cms/images/chooser/").json()["html"]


def test_an_editor_uploads_and_chooses_a_document(editor: Client) -> None:
    assert _upload(editor, "documents", "申請書.pdf", PDF).json()["success"]
    assert "申請書" in editor.get("/cms/documents/chooser/").json()["html"]


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("images", "drawing.svg", SVG),
        ("images", "drawing.png", SVG),
        ("images", "page.html", b"<script>alert(1)</script>"),
        ("images", "large.png", _png(width=8000, height=6000)),
        ("documents", "page.html", b"<script>alert(1)</script>"),
        ("documents", "drawing.svg", SVG),
        ("documents", "program.exe", b"MZ"),
        ("documents", "all.zip", b"PK"),
        ("documents", "large.pdf", PDF + b"0" * (20 * 1024 * 1024)),
    ],
)
def test_what_could_harm_a_reader_is_refused(editor: Client, kind: str, name: str, content: bytes) -> None:
    answer = _upload(editor, kind, name, content)
    assert not answer.json()["success"]
    assert answer.json()["error_message"]
    assert not get_image_model().objects.exists()
    assert not get_document_model().objects.exists()


def _from_a_telephone(kind: str) -> bytes:
    drawn, picture = BytesIO(), Picture.new("RGB", (40, 30), "green")
    told = picture.getexif()
    told[ExifTags.Base.ImageDescription] = "TOLD"
    told[ExifTags.Base.Orientation] = 6
    told[ExifTags.IFD.GPSInfo] = {1: "N", 2: (33.0, 19.0, 9.0)}
    picture.save(drawn, kind, exif=told)
    return drawn.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_does_not_tell_where_it_was_taken(editor: Client, kind: str) -> None:
    content = _from_a_telephone(kind)
    assert b"TOLD" in content
    assert _upload(editor, "images", f"photo.{kind.lower()}", content).json()["success"]
    kept = get_image_model().objects.get()
    with kept.file.open() as file:
        written = file.read()
    assert b"TOLD" not in written
    with Picture.open(BytesIO(written)) as shown:
        assert (shown.format, shown.size) == (kind, (30, 40)), "upright, as it was held"
        assert not shown.getexif()
    assert (kept.width, kept.height, kept.file_size) == (30, 40, len(written))


def test_a_picture_that_moves_or_is_cut_off(editor: Client) -> None:
    moving = BytesIO()
    frames = [Picture.new("RGB", (9, 9), colour) for colour in ("green", "white")]
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    assert _upload(editor, "images", "moving.gif", moving.getvalue()).json()["success"]
    with get_image_model().objects.get().file.open() as file:
        assert file.read() == moving.getvalue()
    assert _upload(editor, "images", "cut.png", _png()[:-30]).status_code == 400
    assert get_image_model().objects.count() == 1


def test_a_clerk_without_the_permission_uploads_nothing(
    counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    assert _upload(signed_in(counter_clerk), "images", "庁舎.png", _png()).status_code == 403


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_without_words_is_refused(alt: str) -> None:
    picture = get_image_model().objects.create(
        title="庁舎", file=SimpleUploadedFile("a.png", _png()), width=40, height=30
    )
    block = PictureBlock()
    with pytest.raises(Exception, match="Validation error"):
        block.clean(block.to_python({"picture": picture.pk, "alt": alt, "caption": ""}))


def _publish(home: HomePage) -> tuple[Any, Any]:
    name = f"only-here-{uuid4().hex}"
    picture = get_image_model().objects.create(
        title="庁舎", file=SimpleUploadedFile(f"{name}.png", _png()), width=40, height=30
    )
    document = get_document_model().objects.create(
        title="申請書", file=SimpleUploadedFile(f"{name}.pdf", PDF), file_size=len(PDF)
    )
    page = InfoPage(title="写真のページ", slug="photo", lead="", locale=home.locale)
    home.add_child(instance=page)
    page.body = [
        ("picture", {"picture": picture, "alt": "庁舎の正面", "caption": "昨年"}),
        ("documents", [document]),
    ]
    page.save_revision().publish()
    return picture, document


def test_a_page_shows_a_picture_with_its_words_and_a_document_with_its_size(
    resident_client: Client,
) -> None:
    _publish(HomePage.objects.get(locale__language_code="ja"))
    words = resident_client.get("/photo/").content.decode()
    assert 'alt="庁舎の正面"' in words
    assert "申請書（PDF、" in words


def _addresses(city: City) -> list[str]:
    with in_city(city):
        picture, document = _publish(HomePage.objects.get(locale__language_code="ja"))
        small = picture.get_rendition("width-20")
        return [picture.file.url, small.url, document.url]


@pytest.mark.django_db(transaction=True)
def test_pictures_sizes_and_documents_of_a_city_are_in_no_other(home: City, stranger: City) -> None:
    here, there = (Client(headers={"host": host(city.resident_url)}) for city in (home, stranger))
    for address in _addresses(stranger):
        own = there.get(address)
        assert own.status_code == 200, address
        b"".join(own)
        assert here.get(address).status_code == 404, address


@pytest.mark.django_db(transaction=True)
def test_a_document_of_a_closed_collection_is_sent_to_nobody(home: City) -> None:
    here = Client(headers={"host": host(home.resident_url)})
    with in_city(home):
        closed = Collection.get_first_root_node().add_child(name="内部の資料")
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        document = get_document_model().objects.create(
            title="案", collection=closed, file=SimpleUploadedFile("closed.pdf", PDF), file_size=len(PDF)
        )
        address, name = document.url, document.file.name
    assert here.get(address).status_code == 302
    for path in (f"/media/{name}", f"/media/./{name}", f"/media/images/../{name}"):
        assert here.get(path).status_code == 404, path


@pytest.mark.django_db(transaction=True)
def test_a_document_is_never_run_as_a_page(home: City) -> None:
    here = Client(headers={"host": host(home.resident_url)})
    picture, _small, document = _addresses(home)
    for address in (picture, document):
        answer = here.get(address)
        assert "sandbox" in answer["Content-Security-Policy"], address
        assert "default-src 'none'" in answer["Content-Security-Policy"], address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        b"".join(answer)
    assert here.get(document)["Content-Disposition"].startswith("inline")
    with in_city(home):
        table = get_document_model().objects.create(
            title="表", file=SimpleUploadedFile("table.csv", b"a,b"), file_size=3
        )
        address = table.url
    assert here.get(address)["Content-Disposition"].startswith("attachment")
