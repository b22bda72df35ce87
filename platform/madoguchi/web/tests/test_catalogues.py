"""The translations: complete, in step with the texts, and compiled."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from madoguchi.testing import catalogues, readings

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


def test_what_residents_read_of_mails_and_slips_counts_as_theirs() -> None:
    shown = {
        "%(sender)s からのメールを受け取れるように、携帯電話を設定してください。",
        "お送りしたメールが戻ってきました。メールアドレスと、受信の設定を確かめてください。",
        "お持ちいただくもの・ご注意",
    }
    texts = {
        text for room in catalogues.rooms() for text in catalogues.for_residents(catalogues.texts_of(room))
    }
    assert shown <= texts


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
        # The marks of a rule for file names are words of the reader's language.
        if translated and not re.search("{(日付|連番)}", text):
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


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_no_text_is_translated_once_for_all_when_the_process_starts(room: Path) -> None:
    found = [
        f"{path}:{line}"
        for path in catalogues.sources(room)
        if path.suffix == ".py"
        for line in frozen_texts(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def frozen_texts(module: ast.Module) -> list[int]:
    """List the lines outside functions that call gettext instead of gettext_lazy."""
    eager = {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name == "gettext"
    }
    return [call.lineno for call in outside_functions(module) if getattr(call.func, "id", "") in eager]


def outside_functions(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from outside_functions(child)


def test_a_text_frozen_at_start_would_be_noticed() -> None:
    source = 'from django.utils.translation import gettext as _\nLABEL = _("日")\n'
    assert frozen_texts(ast.parse(source)) == [2]


@pytest.mark.parametrize("room", catalogues.rooms(), ids=name)
def test_every_kanji_of_plain_japanese_has_its_reading(room: Path) -> None:
    assert readings.unread(room) == {}
