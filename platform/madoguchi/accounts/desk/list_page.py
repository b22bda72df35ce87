"""A list as its page needs it: what is drawn, whose it is, and what may be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from madoguchi import clock
from madoguchi.accounts.declarations import EXPORT_LISTS, SHARE_VIEWS
from madoguchi.accounts.models import SavedView, Staff
from madoguchi.hooks.deeds import BulkAction
from madoguchi.hooks.registry import plugins
from madoguchi.web import signing
from madoguchi.web.tables.drawing import Drawn

TICKET = "accounts.list"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A list, ready for web/tables/list.html."""

    drawn: Drawn
    path: str
    staff: Staff
    views: Sequence[SavedView]
    view: SavedView | None
    opens_with: UUID | None
    given: Mapping[str, str] = field(default_factory=dict)
    # A template with questions of the page itself, asked in the same form.
    extra: str = ""

    @property
    def base(self) -> str:
        """Write what every address of this list begins with."""
        return f"{urlencode(self.given)}&" if self.given else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """List what the filter form sends along."""
        return [] if self.extra else list(self.given.items())

    @property
    def query(self) -> str:
        """Write the address of what is shown."""
        return self.drawn.asked.query(page=self.drawn.page)

    @property
    def status(self) -> int:
        """Tell with which status the page answers: a day that no calendar has is refused as a form is."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.drawn.asked.unread else HTTPStatus.OK

    @property
    def may_print(self) -> bool:
        """Tell whether this person may have the whole list at once, to print or copy it."""
        return self.staff.has_permission(EXPORT_LISTS)

    @property
    def may_export(self) -> bool:
        """Tell whether this person may take the list away as a file."""
        return self.drawn.table.has_file and self.may_print

    @property
    def may_be_set(self) -> bool:
        """Tell whether somebody sets this list on paper for this person."""
        return self.drawn.table.paper is not None and self.may_print

    @property
    def may_share(self) -> bool:
        """Tell whether this person may share views with everybody."""
        return self.staff.has_permission(SHARE_VIEWS)

    @property
    def may_change_view(self) -> bool:
        """Tell whether the view that is on may be changed, or at least be the first to be seen."""
        return self.view is not None

    # Every row of the list asks whether there are any.
    @cached_property
    def actions(self) -> list[tuple[str, str]]:
        """List what this person may do to many rows."""
        wanted = self.drawn.table.actions
        if not wanted or not self.bulk_url:
            return []
        known = bulk_actions()
        return [
            (name, str(known[name].label))
            for name in wanted
            if name in known and self.staff.has_permission(known[name].permission)
        ]

    @property
    def bulk_url(self) -> str:
        """Name where chosen rows are sent; empty where nothing is done in bulk."""
        try:
            return reverse("jobs:bulk_ask")
        except NoReverseMatch:
            return ""

    @property
    def ticket(self) -> str:
        """Sign which list this is and what it shows, for the forms around it."""
        asked = self.drawn.asked
        value: dict[str, Any] = {
            "table": self.drawn.table.name,
            "path": self.path,
            "given": dict(self.given),
            "kept": asked.kept(table=self.drawn.table),
            "query": self.base + asked.query(),
            "columns": list(asked.columns),
            "typed": sorted(asked.typed),
        }
        return signing.sign(value, purpose=TICKET, now=clock.now())


def bulk_actions() -> dict[str, BulkAction]:
    """Name every declared bulk action."""
    return {each.name: each for each in plugins.declared("bulk_actions")}
