"""A logo is a PNG that was drawn anew or a drawing that was checked; everything else is refused."""

import io

import pytest
from PIL import Image, PngImagePlugin

from madoguchi.brand import drawings, pictures
from madoguchi.brand.tests import samples


def test_a_harmless_drawing_is_kept_with_its_proportions() -> None:
    found = pictures.clean(samples.DRAWING)
    assert found.media_type == "image/svg+xml"
    assert (found.width, found.height) == (480, 160)
    assert b"linearGradient" in found.content
    assert found.name.endswith(".svg")


@pytest.mark.parametrize("what", samples.HOSTILE)
def test_a_lively_drawing_is_refused_and_not_quietly_cleaned(what: str) -> None:
    with pytest.raises(drawings.LivelyDrawing):
        pictures.clean(samples.drawing(samples.HOSTILE[what]))


@pytest.mark.parametrize("content", [samples.ENTITIES, samples.STOLEN_FILE], ids=["entities", "a file"])
def test_a_drawing_that_would_grow_or_read_files_is_refused(content: bytes) -> None:
    with pytest.raises(drawings.LivelyDrawing):
        pictures.clean(content)


def test_copies_of_copies_are_refused() -> None:
    with pytest.raises(drawings.HeavyDrawing):
        pictures.clean(samples.bomb())


def test_a_drawing_of_thousands_of_lines_is_refused() -> None:
    with pytest.raises(drawings.HeavyDrawing):
        pictures.clean(samples.drawing(b'<path d="M0 0h1v1z"/>' * 4000))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        b"<html></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 inf inf"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" width="' + b"9" * 400 + b'" height="1"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-16"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes) -> None:
    with pytest.raises((drawings.BadDrawing, pictures.BadPicture)):
        pictures.clean(content)


def test_a_picture_is_drawn_anew_without_what_else_it_carried() -> None:
    source = Image.open(io.BytesIO(samples.picture(width=1600, height=400)))
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "somebody's name")
    target = io.BytesIO()
    source.save(target, "PNG", pnginfo=told)
    found = pictures.clean(target.getvalue() + b"<script>alert(1)</script>")
    assert (found.width, found.height) == (640, 160)
    assert b"somebody" not in found.content
    assert b"script" not in found.content


def test_a_picture_leaves_room_for_the_page_that_shows_it() -> None:
    found = pictures.clean(samples.picture(width=520, height=130, noisy=True))
    assert len(found.content) <= pictures.LARGEST_SERVED


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_another_kind_of_picture_is_refused_whatever_its_name(kind: str) -> None:
    with pytest.raises(pictures.BadPicture):
        pictures.clean(samples.picture(kind=kind))


def test_a_picture_of_too_many_points_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(pictures.BadPicture):
        pictures.clean(samples.picture(width=9000, height=9000))


def test_half_a_picture_is_refused() -> None:
    with pytest.raises(pictures.BadPicture):
        pictures.clean(samples.picture()[:120])


def test_more_than_a_megabyte_is_refused_unread() -> None:
    with pytest.raises(pictures.LargePicture):
        pictures.clean(samples.DRAWING + b" " * pictures.LARGEST_BYTES)
