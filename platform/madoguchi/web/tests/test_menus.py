"""A menu is remembered by everything that stands in it, and by nothing else."""

from django.utils import translation

from madoguchi.web import menus
from madoguchi.web.navigation import Link, Section


def _drawn(*links: Link, language: str = "ja", path: str = "/cards/") -> str:
    with translation.override(language):
        return menus.draw(
            sections=[Section("日々の業務", list(links))], language=language, zone="staff", path=path
        )


def test_menus_that_look_alike_are_drawn_once() -> None:
    assert _drawn(Link("カード", "/cards/")) is _drawn(Link("カード", "/cards/"))


def test_whoever_may_do_more_is_elsewhere_or_has_work_waiting_gets_a_menu_of_their_own() -> None:
    cards, shelves = Link("カード", "/cards/"), Link("棚", "/cards/shelves/")
    here, waiting = Link("カード", "/cards/", is_current=True), Link("カード", "/cards/", count=3)
    menus_seen = {_drawn(cards), _drawn(cards, shelves), _drawn(here), _drawn(waiting)}
    assert len(menus_seen) == 4
    assert 'aria-current="page"' in _drawn(here)
    assert '<span class="n">' in _drawn(waiting)


def test_the_words_around_the_links_follow_the_language_and_the_page() -> None:
    link = Link("Cards", "/cards/")
    assert "職員トップ" in _drawn(link)
    assert "職員トップ" not in _drawn(link, language="en")
    assert 'aria-current="page"' in _drawn(link, path="/")


def test_what_a_city_wrote_is_no_markup() -> None:
    assert "<script>" not in _drawn(Link("<script>", "/cards/"))
