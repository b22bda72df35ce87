"""Pages planted together stand as pages added one by one would."""

from typing import Any

import pytest
from wagtail.models import Locale, Page, PageLogEntry
from wagtail.search.backends import get_search_backend

from cms.models import HomePage, InfoPage
from cms.services.planting import COPIED, plant
from madoguchi import clock

pytestmark = pytest.mark.django_db

ITS_OWN = {"path", "slug", "url_path", "translation_key"}


def an_empty_home() -> HomePage:
    """Make a home without pages."""
    home = HomePage(title="試験", slug="trial", locale=Locale.objects.get(language_code="ja"))
    root: Any = Page.get_first_root_node()
    root.add_child(instance=home)
    return home


def a_page(slug: str, home: HomePage) -> InfoPage:
    """Write a page that is nowhere yet."""
    return InfoPage(title="めずらしい案内", slug=slug, lead="短く", show_in_menus=True, locale=home.locale)


def test_a_new_city_has_a_sound_tree() -> None:
    assert Page.find_problems() == ([], [], [], [], [])


def test_planted_pages_are_like_added_ones() -> None:
    home = an_empty_home()
    planted = [a_page("first", home), a_page("second", home)]
    plant(pairs=[(home, page) for page in planted], now=clock.now())
    added = a_page("third", home)
    home.refresh_from_db()
    home.add_child(instance=added)

    one, other = (Page.objects.get(pk=page.pk) for page in (planted[1], added))
    for field in COPIED:
        if field.name not in ITS_OWN:
            assert getattr(one, field.attname) == getattr(other, field.attname), field.name
    assert [page.slug for page in home.get_children()] == ["first", "second", "third"]
    assert one.url_path == "/trial/second/"
    assert one.specific.lead == "短く"
    assert Page.find_problems() == ([], [], [], [], [])


def test_planted_pages_are_logged_and_found() -> None:
    home = an_empty_home()
    page = a_page("first", home)
    plant(pairs=[(home, page)], now=clock.now())
    entry = PageLogEntry.objects.get(page_id=page.pk)
    assert (entry.action, entry.label, entry.user_id) == ("wagtail.create", "めずらしい案内", None)
    found = get_search_backend().search("めずらしい案内", InfoPage)
    assert [one.pk for one in found] == [page.pk]
