"""The page at bare `localhost`: every host of the demo and how to sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from deploy.local import pages
from deploy.local.files import read_json
from madoguchi.accounts.roles import BUILT_IN
from madoguchi.web.access import public


@public("Local demo only: the list of hosts.")
def index(request: HttpRequest) -> HttpResponse:
    """show every host of the demo with its sign-ins."""
    demo: Any = read_json(pages.layout().demo) or {}
    roles = {role.key: role.name for role in BUILT_IN}
    for city in demo.get("cities", []):
        for staff in city["staff"]:
            staff["role_label"] = roles.get(staff["role"], staff["role"])
    return pages.render("local/index.html", {"demo": demo})


@public("Local demo only: the style of the list of hosts.")
def stylesheet(request: HttpRequest) -> HttpResponse:
    """return the style of the page."""
    return pages.stylesheet()
