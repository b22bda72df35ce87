"""The texts a city starts with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from wagtail.fields import StreamField

from cms.services.founding import KINDS
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
    written = "".join(
        _texts([site.title, site.lead, *([page.title, page.lead, page.fields] for page in site.pages)])
    )
    assert "{" not in written + "".join(_texts(site.notice.fields))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_fit_the_blocks_of_a_page(language: str) -> None:
    for page in _site(language).pages:
        model = KINDS[page.kind]
        assert len(page.lead) <= 200
        for name, value in page.fields.items():
            field = model._meta.get_field(name)
            if isinstance(field, StreamField):
                shown = [part for part in value if part[0] != "widget"]
                field.stream_block.clean(field.stream_block.normalize(shown))
            else:
                field.clean(value, None)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plugins", [{"card_reservation"}, {"myna_registration"}, {"library_line"}])
def test_every_city_answers_at_least_fifteen_questions(language: str, plugins: set[str]) -> None:
    pages = _site(language, active_plugins=frozenset(plugins)).pages
    groups = [group for page in pages for _name, group in page.fields.get("groups", [])]
    asked = [one["question"] for group in groups for one in group["questions"]]
    asked += [one["question"] for page in pages for _name, one in page.fields.get("questions", [])]
    assert len(set(asked)) == len(asked) >= 15


def test_the_languages_answer_the_same_questions() -> None:
    asked = {
        language: [(page.slug, len(page.fields.get("questions", []))) for page in _site(language).pages]
        for language in LANGUAGES
    }
    assert asked["ja"] == asked["en"] == asked["ja-easy"]


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
    faq = next(page for page in _site("ja").pages if page.slug == "faq")
    answers = [one["answer"] for _name, group in faq.fields["groups"] for one in group["questions"]]
    assert any("&lt;9時&gt;" in answer for answer in answers)
    contact = next(page for page in _site("ja").pages if page.slug == "contact")
    assert "<9時>" in contact.fields["contacts"][0][1]["hours"]
