"""Every page that residents meet speaks the language of its address, and nothing else."""

import re
from collections.abc import Callable

import pytest

from madoguchi.web.languages import PREFIXES, html_lang
from tests.words.reading import foreign_texts, texts_of
from tests.words.walk import Walk

pytestmark = pytest.mark.django_db

LANGUAGES = ("ja", "en", "ja-easy")


def test_no_page_in_english_shows_japanese_that_does_not_say_so(walked: Callable[[str], Walk]) -> None:
    screens = walked("en").screens
    assert len(screens) > 35
    found = {text: name for name, page in screens.items() for text in foreign_texts(page)}
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_its_language_and_leads_to_itself_in_the_others(
    language: str, walked: Callable[[str], Walk]
) -> None:
    for name, page in walked(language).screens.items():
        assert f'<html lang="{html_lang(language)}"' in page, name
        switch = re.findall(r'<li><a href="([^"]+)" lang="(\w+)" hreflang="(\w+)"', page)
        assert [(lang, hreflang) for _, lang, hreflang in switch] == [
            ("ja",) * 2,
            ("en",) * 2,
            ("ja",) * 2,
        ], name
        stems = {
            address.removeprefix(PREFIXES[code])
            for (address, *_), code in zip(switch, LANGUAGES, strict=True)
        }
        assert len(stems) == 1, (name, stems)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notation_of_readings_is_left_on_a_page(language: str, walked: Callable[[str], Walk]) -> None:
    for name, page in walked(language).screens.items():
        assert [text for _, text in texts_of(page) if re.search("[《》｜]", text)] == [], name
