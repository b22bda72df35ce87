"""Give a new city its site: languages, home pages and the pages a city starts with."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from wagtail.models import Locale, Page, PageLogEntry, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms import search, versions
from cms.models import (
    AccessPage,
    ContactPage,
    FaqPage,
    HomePage,
    InfoPage,
    LegalPage,
    NoticeIndexPage,
    NoticePage,
    ServicePage,
)
from cms.services.editors import prepare_editors
from cms.services.planting import plant
from cms.starter.texts import PAGES, StarterPage, StarterSite, starter_site
from madoguchi.tenancy import City

ROOT_TITLE = "サイト全体"
HOME_SLUGS = {"ja": "home", "en": "home-en", "ja-easy": "home-ja-easy"}
ARCHIVE = "notices"
KINDS: Mapping[str, type[Page]] = {
    "access": AccessPage,
    "contact": ContactPage,
    "faq": FaqPage,
    "info": InfoPage,
    "legal": LegalPage,
    "notice_index": NoticeIndexPage,
    "service": ServicePage,
}
"""The kinds of page that the files of the starter name."""


def found_site(*, city: City, now: datetime, today: date) -> None:
    """Make the site of a city in every language; called while the city is being created."""
    sites = {code: starter_site(language=code, city=city) for code, _name in settings.LANGUAGES}
    root = _empty_root()
    # One key per page, shared by its translations.
    keys = {name: uuid4() for name in (*PAGES, "home", "notice")}
    homes = {code: _home(code, site, keys) for code, site in sites.items()}
    # No starter page refers to another, and the index of references costs half of the time.
    with disable_reference_index_auto_update():
        plant(pairs=[(root, home) for home in homes.values()], now=now)
        below = [(home, _page(page, home.locale, keys, today)) for home, page in _below(homes, sites)]
        plant(pairs=below, now=now)
        archives = [page for _home, page in below if page.slug == ARCHIVE]
        notices = [
            (archive, _notice(sites[archive.locale.language_code].notice, archive.locale, keys, today))
            for archive in archives
        ]
        plant(pairs=notices, now=now)
    versions.keep_first(
        pages=[page for _home, page in below if isinstance(page, LegalPage)], today=today, now=now
    )
    search.keep(pages=[*homes.values(), *(page for _parent, page in [*below, *notices])])
    _set_site(city, homes[settings.LANGUAGE_CODE])
    prepare_editors(root=root)


def _below(
    homes: Mapping[str, HomePage], sites: Mapping[str, StarterSite]
) -> list[tuple[HomePage, StarterPage]]:
    return [(home, page) for code, home in homes.items() for page in sites[code].pages]


def _empty_root() -> Page:
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=_locale("ja"))
    )
    for page in root.get_children():
        page.delete()
    root.refresh_from_db()
    root.title = root.draft_title = ROOT_TITLE
    root.save(clean=False)
    # Wagtail's welcome page came with the schema; its end is nothing an editor did.
    PageLogEntry.objects.all().delete()
    return root


def _locale(language: str) -> Locale:
    locale, _created = Locale.objects.get_or_create(language_code=language)
    return locale


def _home(language: str, site: StarterSite, keys: Mapping[str, UUID]) -> HomePage:
    return HomePage(
        title=site.title,
        slug=HOME_SLUGS[language],
        lead=site.lead,
        body=site.body,
        locale=_locale(language),
        translation_key=keys["home"],
    )


def _notice(notice: StarterPage, locale: Locale, keys: Mapping[str, UUID], today: date) -> NoticePage:
    return NoticePage(
        title=notice.title,
        slug=notice.slug,
        announced_on=today,
        body=notice.body,
        locale=locale,
        translation_key=keys["notice"],
    )


def _page(page: StarterPage, locale: Locale, keys: Mapping[str, UUID], today: date) -> Page:
    legal = {"document": page.slug, "effective_on": today} if page.kind == "legal" else {}
    return KINDS[page.kind](
        title=page.title,
        slug=page.slug,
        lead=page.lead,
        show_in_menus=page.in_menu,
        locale=locale,
        translation_key=keys[page.slug],
        **page.fields,
        **legal,
    )


def _set_site(city: City, home: HomePage) -> None:
    address = urlsplit(city.resident_url)
    values: dict[str, Any] = {
        "hostname": address.hostname or "localhost",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "site_name": city.name,
        "root_page": home,
    }
    Site.objects.update_or_create(is_default_site=True, defaults=values)
    Site.clear_site_root_paths_cache()
