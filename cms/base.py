"""What every page of a city's site can do: lead the way back, say where it stands, be found."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms import search
from madoguchi.tenancy import current_city
from madoguchi.web.languages import PREFIXES, html_lang
from madoguchi.web.navigation import Link

HOME_DEPTH = 2


class CityPage(Page):
    """A page of a city in one language."""

    class Meta:
        abstract = True

    def publish(self, revision: Any, *args: Any, **facts: Any) -> Any:
        """Publish, and let residents find the new words from now on."""
        answer = super().publish(revision, *args, **facts)
        search.remember(page_ids=[self.pk])
        return answer

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Name the address on the hosts of staff, too, which serve no page of a site."""
        parts: tuple[int, str, str] | None = super().get_url_parts(request)
        if parts is None or parts[2] is not None:
            return parts
        return parts[0], current_city().resident_url.rstrip("/"), self._path

    def get_url(self, request: HttpRequest | None = None, current_site: Any = None) -> str | None:
        """Name the address as the host that asks can follow it."""
        parts = super().get_url_parts(request)
        if parts is not None and parts[2] is None:
            return f"{current_city().resident_url.rstrip('/')}{self._path}"
        address: str | None = super().get_url(request, current_site)
        return address

    url = property(get_url)

    @property
    def _path(self) -> str:
        below_home = self.url_path.split("/", HOME_DEPTH)[HOME_DEPTH]
        return f"{PREFIXES[self.locale.language_code]}/{below_home}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = self.crumbs(request)
        context["canonical"] = self._address(self, request)
        context["alternates"] = self._alternates(request)
        return context

    def crumbs(self, request: HttpRequest) -> list[Link]:
        """List the way from the home to this page."""
        home = Link(label=_("トップページ"), url=f"{PREFIXES[self.locale.language_code]}/")
        between = self.get_ancestors().filter(depth__gt=HOME_DEPTH) if self.depth > HOME_DEPTH + 1 else ()
        links = [Link(label=page.title, url=page.get_url(request) or "") for page in between]
        return [home, *links, Link(label=self.title, url="", is_current=True)]

    def _alternates(self, request: HttpRequest) -> list[Link]:
        """List this page in every language in which it is published."""
        found = self.get_translations(inclusive=True).live().public().select_related("locale")
        return [
            Link(label="", url=self._address(page, request), lang=_language_tag(page.locale.language_code))
            for page in found
        ]

    def _address(self, page: Page, request: HttpRequest) -> str:
        parts = page.get_url_parts(request)
        return f"{current_city().resident_url.rstrip('/')}{parts[2]}" if parts and parts[2] else ""


def _language_tag(language: str) -> str:
    """Name the language for search engines, which know no plain Japanese: it is Japanese, too."""
    return "ja-x-easy" if language == "ja-easy" else html_lang(language)
