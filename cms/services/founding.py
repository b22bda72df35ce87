"""Give a new city its site: languages, home pages and the pages a city starts with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from wagtail.models import Locale, Page, PageLogEntry, Site, Task, Workflow
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.models import HomePage, InfoPage, NoticePage
from cms.services.editors import prepare_editors
from cms.services.planting import plant
from cms.starter.texts import StarterPage, StarterSite, starter_site
from madoguchi.tenancy import City

ROOT_TITLE = "サイト全体"
APPROVAL = "責任者の承認"
HOME_SLUGS = {"ja": "home", "en": "home-en", "ja-easy": "home-ja-easy"}


@dataclass(frozen=True)
class _Keys:
    """One key per page, shared by its translations."""

    home: UUID
    notice: UUID
    pages: dict[str, UUID]

    @classmethod
    def new(cls, site: StarterSite) -> "_Keys":
        return cls(home=uuid4(), notice=uuid4(), pages={page.slug: uuid4() for page in site.pages})


def found_site(*, city: City, now: datetime, today: date) -> None:
    """Make the site of a city in every language; called while the city is being created."""
    sites = {code: starter_site(language=code, city=city) for code, _name in settings.LANGUAGES}
    root = _empty_root()
    keys = _Keys.new(sites[settings.LANGUAGE_CODE])
    homes = {code: _home(code, site, keys) for code, site in sites.items()}
    # No starter page refers to another, and the index of references costs half of the time.
    with disable_reference_index_auto_update():
        plant(pairs=[(root, home) for home in homes.values()], now=now)
        below = [
            (home, page) for code, home in homes.items() for page in _pages(home, sites[code], keys, today)
        ]
        plant(pairs=below, now=now)
    _name_approval()
    _set_site(city, homes[settings.LANGUAGE_CODE])
    prepare_editors(root=root)


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


def _name_approval() -> None:
    """Give the approval that Wagtail starts with a name that editors read."""
    Workflow.objects.update(name=APPROVAL)
    Task.objects.update(name=APPROVAL)


def _locale(language: str) -> Locale:
    locale, _created = Locale.objects.get_or_create(language_code=language)
    return locale


def _home(language: str, site: StarterSite, keys: _Keys) -> HomePage:
    return HomePage(
        title=site.title,
        slug=HOME_SLUGS[language],
        lead=site.lead,
        body=site.body,
        locale=_locale(language),
        translation_key=keys.home,
    )


def _pages(home: HomePage, site: StarterSite, keys: _Keys, today: date) -> list[Page]:
    notice = NoticePage(
        title=site.notice.title,
        slug=site.notice.slug,
        announced_on=today,
        body=site.notice.body,
        locale=home.locale,
        translation_key=keys.notice,
    )
    return [*(_info_page(page, home.locale, keys) for page in site.pages), notice]


def _info_page(page: StarterPage, locale: Locale, keys: _Keys) -> InfoPage:
    return InfoPage(
        title=page.title,
        slug=page.slug,
        lead=page.lead,
        body=page.body,
        show_in_menus=True,
        locale=locale,
        translation_key=keys.pages[page.slug],
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
