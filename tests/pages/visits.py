"""Every address of ours that somebody may see, with a person who may see it; read from the URL resolvers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from playwright.sync_api import BrowserContext

from madoguchi.accounts import permissions
from madoguchi.web.access import Access
from tests.isolation.doors import Door, doors
from tests.isolation.worlds import OPERATORS_ROLES, ROLES
from tests.journeys.site import Site

ZONES = ("resident", "staff", "operators")
# What answers with neither a page nor a file, of every zone or of the one named: the status, and why.
ELSEWHERE: Mapping[str, tuple[int, str]] = {
    "/-/private/": (404, "no page is private"),
    "/imports/profiles/new/": (302, "a profile begins with a sample on the page before"),
    "/cards/notes/read/": (302, "no card is named whose notes were to be read"),
    "/cards/ledger/pdf/": (422, "the days of the ledger have to be named"),
    "/text-size/": (302, "it leads back to the page on which somebody chose"),
    "/cities/%(code)s/counts/": (302, "counting is asked for by a button"),
    "/furigana/": (303, "the switch leads back to the page it stood on"),
    "/%(old)s": (404, "nothing of an older site has moved here"),
    "/terminals/ping/": (204, "a terminal asks whether anybody is there"),
    "/audit/proof/file/": (422, "a day has to be named"),
    "/requests/%(request_id)s/code/": (302, "there is a code only where a city was made"),
    "/-/private/%(page_view_restriction_id)s/%(page_id)s/": (404, "no page is private"),
    "/booking/begin/": (410, "nobody has confirmed an address before"),
    "/booking/cautions/": (303, "what to mind stands on the last page now; old links lead there"),
    "/booking/manage/%(token)s/family/leave/": (303, "whoever comes alone cancels instead"),
    "/sign-in/second/": (302, "nobody has given a password before"),
    "/sign-in/provider/back/": (302, "no directory has sent anybody"),
    "/sign-in/provider/%(provider_id)s/": (302, "the page of a directory is another house's"),
    "operators /operator-visits/enter/%(token)s/": (404, "the way leads into a city"),
    "/operator-visits/leave/": (302, "nobody is on a visit"),
    "/privacy/people/%(case_id)s/file/": (409, "nobody has approved the request"),
    "/privacy/people/%(case_id)s/print/": (409, "nobody has approved the request"),
}
LANGUAGES = ("", "en", "ja-easy")
IN_NO_LANGUAGE = (
    *("/media/", "/documents/", "/healthz", "/brand/", "/text-size/", "/furigana/", "/-/"),
    *("/robots.txt", "/sitemap.xml"),
)
# A page in a frame leaves headings and landmarks to the page around it; the living page shows code, and
# each part in several states.
OF_WHOLE_PAGES = frozenset({"landmark-one-main", "page-has-heading-one", "region", "bypass", "one-h1"})
WITHOUT: Mapping[str, frozenset[str]] = {
    "/brand/preview/": OF_WHOLE_PAGES,
    # Field names and schemas of a program's interface are what they are in every language.
    "/api-access/documentation/": frozenset({"english"}),
    "/design/": frozenset({"english", "not-rendered", "landmark-unique"}),
}
# Addresses of Wagtail below our own; what an editor has written is visited page by page.
PAGES_OF_THE_SITE = "wagtail_serve"
FIRST_CHOICE = ("city_admin", "operator_admin")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    body: str
    is_download: bool = False

    @property
    def is_page(self) -> bool:
        """Tell whether a person would see it."""
        return self.status == 200 and self.kind.startswith("text/html") and not self.is_download


@dataclass(frozen=True)
class Visit:
    """One address and who looks at it, in which language."""

    door: Door
    role: str
    language: str = ""

    @property
    def name(self) -> str:
        """Name the visit as a file could be called."""
        path = self.door.template.replace("%(", "").replace(")s", "").strip("/").replace("/", "-")
        return "-".join(part for part in (self.door.zone, path or "home", self.language) if part)

    @property
    def site_language(self) -> str:
        """Name the language of a page of the site, whose path begins with it."""
        first = self.door.template.split("/")[1]
        return first if first in LANGUAGES else ""

    def host(self, site: Site) -> str:
        """Name the host that is asked."""
        hosts = {"resident": site.resident, "staff": site.staff, "operators": site.operators}
        return hosts[self.door.zone]

    def keys(self, found: Mapping[str, Any]) -> Mapping[str, str]:
        """Give the samples of the world that is visited."""
        keys: Mapping[str, str] = found[self._world]["keys"]
        return keys

    def address(self, found: Mapping[str, Any]) -> str:
        """Write the address with its samples."""
        prefix = f"/{self.language}" if self.language else ""
        query = found[self._world].get("queries", {}).get(self.door.template, "")
        return prefix + self.door.address(self.keys(found)) + str(query)

    def unknown(self, found: Mapping[str, Any]) -> list[str]:
        """List the parameters that nobody has given a sample of."""
        keys = self.keys(found)
        return [name for name in self.door.parameters if self.door.value(name, keys) is None]

    def cookies(self, found: Mapping[str, Any]) -> Mapping[str, str]:
        """Give the session of the person, or what a resident carries along."""
        world = found[self._world]
        if self.role:
            return {"sessionid": world["sessions"][self.role]}
        carried: Mapping[str, str] = world["cookies"] if self.door.zone == "resident" else {}
        return carried

    def introduce(self, context: BrowserContext, site: Site, found: Mapping[str, Any]) -> None:
        """Make the browser the browser of this person."""
        context.clear_cookies()
        host = self.host(site)
        context.add_cookies(
            [{"name": name, "value": value, "url": host} for name, value in self.cookies(found).items()]
        )

    def ask(self, site: Site, found: Mapping[str, Any]) -> "Answer":
        """Ask for the address without a browser: what it is decides whether there is a page to look at."""
        connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies(found).items())
        host = self.host(site).partition("//")[2]
        connection.request("GET", self.address(found), headers={"Host": host, "Cookie": cookies})
        response = connection.getresponse()
        body = response.read().decode("utf-8", errors="replace")
        connection.close()
        placed = response.getheader("Content-Disposition", "")
        return Answer(
            response.status, response.getheader("Content-Type", ""), body, placed.startswith("attachment")
        )

    @property
    def _world(self) -> str:
        return "operators" if self.door.zone == "operators" else "city"


def visits(*zones: str) -> Iterator[Visit]:
    """List every address of the zones but those of Wagtail's editor and of machines."""
    for zone in zones or ZONES:
        for door in doors(zone):
            if door.is_cms or door.template.startswith("/api/") or door.name == PAGES_OF_THE_SITE:
                continue
            role = role_for(door)
            if zone == "operators" and not role and not _is_public(door):
                continue  # a page of cities that no operator may see
            is_spoken = zone == "resident" and not door.template.startswith(IN_NO_LANGUAGE)
            for language in LANGUAGES if is_spoken else ("",):
                yield Visit(door, role, language)


def pages_of_the_site(found: Mapping[str, Any]) -> Iterator[Visit]:
    """List the pages that editors have published, in every language."""
    access = Access("public", "guidance and notices are for everybody")
    for path in found["city"]["pages"]:
        yield Visit(Door("resident", "/" + path.replace("%", "%%"), (), {}, access, PAGES_OF_THE_SITE), "")


def _is_public(door: Door) -> bool:
    return door.access is None or door.access.kind == "public"


def role_for(door: Door) -> str:
    """Choose somebody who may come in: nobody signs in for what is public."""
    access = door.access
    if access is None or _is_public(door):
        return ""
    known = OPERATORS_ROLES if door.zone == "operators" else ROLES
    roles = sorted(known, key=lambda role: role not in FIRST_CHOICE)
    for role in roles:
        if access.kind == "signed_in" or access.detail in permissions.names_for(role):
            return role
    return ""
