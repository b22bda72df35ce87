"""The translations: complete, in step with the texts, and compiled."""

import re
from pathlib import Path

import pytest

from madoguchi.testing import catalogues

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|{(\w*)}")


def name(room: Path) -> str:
    return str(room.relative_to(catalogues.ROOT))


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_every_text_is_there_in_english(room: Path) -> None:
    known = catalogues.translations(room, "en")
    assert [text for text in catalogues.texts_of(room) if not known.get(text)] == []


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_every_text_for_residents_is_there_in_plain_japanese(room: Path) -> None:
    known = catalogues.translations(room, "ja_Easy")
    texts = catalogues.for_residents(catalogues.texts_of(room))
    assert [text for text in texts if not known.get(text)] == []


@pytest.mark.parametrize("locale", catalogues.LOCALES)
@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_the_compiled_file_is_the_written_one(room: Path, locale: str) -> None:
    po = catalogues.po_file(room, locale)
    if po.exists():
        assert po.with_suffix(".mo").read_bytes() == catalogues.compiled(po, locale)


@pytest.mark.parametrize("locale", catalogues.LOCALES)
@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_translations_keep_the_placeholders(room: Path, locale: str) -> None:
    for text, translated in catalogues.translations(room, locale).items():
        if translated:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translated)), text


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_english_pages_show_no_japanese(room: Path) -> None:
    english = catalogues.translations(room, "en").values()
    shown = [text for text in english if catalogues.JAPANESE.search(text) and "令和" not in text]
    assert [text for text in shown if text != "やさしい日本語"] == []


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_no_text_has_plural_forms(room: Path) -> None:
    found = [
        path for path in catalogues.sources(room) if re.search(r"{% plural|ngettext", path.read_text("utf-8"))
    ]
    assert found == []
