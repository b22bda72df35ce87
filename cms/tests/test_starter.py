"""The texts a city starts with."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from cms.blocks import PageBody
from cms.starter.texts import StarterSite, starter_site

LANGUAGES = ("ja", "en", "ja-easy")


@dataclass
class _City:
    name: str = "見本市"
    name_en: str = "Sample City"
    active_plugins: frozenset[str] = frozenset({"card_reservation"})
    brand: dict[str, str] = field(
        default_factory=lambda: {
            "contact": "市民課",
            "contact_en": "Desk",
            "phone": "000-0000-0000",
            "hours": "平日 <9時>から",
        }
    )
    rules: dict[str, Any] = field(default_factory=dict)


def _site(language: str, **facts: Any) -> StarterSite:
    city: Any = _City(**facts)
    return starter_site(language=language, city=city)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_is_filled_in(language: str) -> None:
    site = _site(language)
    assert "{" not in repr([site.title, site.lead, site.notice]) + repr(
        [
            (page.title, page.lead, [value for _name, value in page.body if isinstance(value, str)])
            for page in site.pages
        ]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_fit_the_blocks_of_a_page(language: str) -> None:
    block = PageBody()
    for page in _site(language).pages:
        assert len(page.lead) <= 200
        block.clean(block.normalize(page.body))


def test_all_languages_have_the_same_pages() -> None:
    slugs = {language: [page.slug for page in _site(language).pages] for language in LANGUAGES}
    assert slugs["ja"] == slugs["en"] == slugs["ja-easy"]


def test_what_a_city_has_not_ordered_is_left_out() -> None:
    slugs = {page.slug for page in _site("ja").pages}
    assert "card-pickup" in slugs
    assert not slugs & {"library-line", "library-registration"}


def test_what_a_city_will_use_later_comes_along() -> None:
    library = _site("ja", active_plugins=frozenset(), rules={"planned": [{"plugin": "library_line"}]})
    slugs = {page.slug for page in library.pages}
    assert "library-line" in slugs
    assert "card-pickup" not in slugs
    assert "図書館" in library.lead


def test_words_of_a_profile_are_text_and_never_markup() -> None:
    contact = next(page for page in _site("ja").pages if page.slug == "contact")
    facts = next(value for name, value in contact.body if name == "facts")
    assert any("&lt;9時&gt;" in fact["text"] for fact in facts)
