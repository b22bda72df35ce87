"""What a page leads to: the residents' menu, the side navigation of staff, other languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import NavigationItem
from madoguchi.web.languages import LANGUAGES, html_lang, localized_path

# Of a longer menu, what is seldom used is folded under its heading.
MOST_LINKS = 16


@dataclass(frozen=True)
class Link:
    """A place to go, and whether we are there."""

    label: str
    url: str
    is_current: bool = False
    description: str = ""
    icon: str = ""
    lang: str = ""
    count: int = 0
    keys: str = ""


@dataclass
class Section:
    """Links of one kind of work."""

    label: str
    links: list[Link] = field(default_factory=list)
    is_folded: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether a folded section shows its links: somebody is in it, or something waits there."""
        return any(link.is_current or link.count for link in self.links)


def language_links(request: HttpRequest, *, current: str) -> list[Link]:
    """List this very page in every language residents may choose."""
    path = request.get_full_path()
    return [
        Link(
            label=name,
            url=localized_path(path, language=code),
            is_current=code == current,
            lang=html_lang(code),
        )
        for code, name in LANGUAGES
    ]


def resident_menu(request: HttpRequest) -> list[Link]:
    """List what residents can do in this city."""
    entries = plugins.contributed("resident_menu", request=request)
    found = [(entry, _address(entry.url_name)) for entry in entries]
    return [
        Link(
            label=str(entry.label),
            url=url,
            is_current=request.path == url,
            description=str(entry.description),
            icon=entry.icon,
        )
        for entry, url in found
        if url
    ]


def site_links(request: HttpRequest) -> dict[str, list[Link]]:
    """List the links of every resident's page, by the part of the page that carries them."""
    found: dict[str, list[Link]] = {"header": [], "footer": []}
    for entry in plugins.contributed("site_links", request=request):
        found[entry.part].append(Link(entry.label, entry.url, is_current=request.path == entry.url))
    return found


def staff_sections(request: HttpRequest) -> list[Section]:
    """List the work this member of staff may do, by section."""
    items = plugins.contributed("staff_navigation", request=request)
    allowed = [item for item in items if _may(request, item)]
    return _by_section(allowed, path=request.path)


def _may(request: HttpRequest, item: NavigationItem) -> bool:
    needed = [name for name in (item.permission, item.also) if name]
    has_permission = getattr(getattr(request, "user", None), "has_permission", None)
    return not needed or bool(has_permission and all(has_permission(name) for name in needed))


def _by_section(items: Iterable[NavigationItem], *, path: str) -> list[Section]:
    addresses = [(item, _address(item.url_name)) for item in items]
    current = _nearest(addresses, path)
    sections: dict[str, Section] = {}
    for item, url in addresses:
        if url:
            name = str(item.section)
            section = sections.setdefault(name, Section(name))
            section.links.append(_line(item, url, is_current=url == current))
    found = sorted(sections.values(), key=_place)
    if sum(len(section.links) for section in found) > MOST_LINKS:
        seldom = {gettext("案内と通知"), gettext("設定"), gettext("職員と安全")}
        for section in found:
            section.is_folded = section.label in seldom
    return found


def _nearest(addresses: Iterable[tuple[NavigationItem, str]], path: str) -> str:
    """Find the line to which a page belongs: the longest address over it, a line's own or one it covers."""
    over = {
        above: url
        for item, url in addresses
        for above in (url, *(_address(name) for name in item.covers))
        if url and above and path.startswith(above)
    }
    return over[max(over, key=len)] if over else ""


def _line(item: NavigationItem, url: str, *, is_current: bool) -> Link:
    alone, _separator, after = item.shortcut.partition(":")
    keys = f"g {alone}" if alone else after
    return Link(str(item.label), url, is_current=is_current, count=item.count, keys=keys)


def _place(section: Section) -> int:
    """Put the work of the day first and the settings last, whoever adds a section."""
    ends = {gettext("日々の業務"): 0, gettext("設定"): 2, gettext("職員と安全"): 3}
    return ends.get(section.label, 1)


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
