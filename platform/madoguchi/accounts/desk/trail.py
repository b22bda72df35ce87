"""The list of what everybody did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.phrases import AuditRow, rows_of
from madoguchi.ledger.audit import queries
from madoguchi.ledger.audit.phrases import phrase_of
from madoguchi.ledger.audit.queries import AuditFilter
from madoguchi.web.tables import Asked, Column, Filter, Mark, Table
from madoguchi.web.tables.drawing import badge
from madoguchi.web.tables.parts import Empty


@dataclass(frozen=True)
class Trail:
    """Entries of the audit list, never counted: there are millions."""

    wanted: AuditFilter = field(default_factory=AuditFilter)

    def narrowed(self, *, table: Table, asked: Asked) -> "Trail":
        """Look for what is asked, days in Japanese time."""
        chosen = asked.chosen
        since, until = _day(chosen.get("since")), _day(chosen.get("until"))
        return Trail(
            AuditFilter(
                person=chosen.get("person", ""),
                user=chosen.get("user", ""),
                action=chosen.get("action", ""),
                since=midnight(since) if since else None,
                until=midnight(until + timedelta(days=1)) if until else None,
            )
        )

    def total(self) -> None:
        """Leave the entries uncounted."""

    def piece(self, *, first: int, count: int) -> Sequence[AuditRow]:
        """Give some entries in words."""
        return rows_of(tuple(queries.piece(wanted=self.wanted, first=first, count=count)))


def midnight(day: date) -> datetime:
    """Name the moment at which a day begins in Japan."""
    return datetime.combine(day, time(), tzinfo=clock.JAPAN)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _actions() -> list[tuple[str, Any]]:
    return [(name, phrase_of(name)) for name in queries.actions()]


def _phrase(row: AuditRow) -> SafeString | str:
    refused = badge(Mark("error", _("拒否")))
    return format_html("{} {}", refused, row.phrase) if row.is_denied else row.phrase


AUDIT = Table(
    name="accounts.audit",
    label=_("操作履歴の表"),
    columns=(
        Column(name="at", label=_("日時"), css="mono", is_fixed=True),
        Column(name="who", label=_("操作した人"), is_fixed=True),
        Column(name="phrase", label=_("操作"), value=_phrase, is_fixed=True),
        Column(name="objects", label=_("対象"), css="wrap"),
        Column(name="details", label=_("内容"), css="wrap"),
        Column(name="address", label=_("接続元"), css="mono"),
    ),
    filters=(
        Filter(name="person", label=_("対象の番号"), kind="text"),
        Filter(name="user", label=_("操作した人"), kind="text"),
        Filter(name="action", label=_("操作"), choices=_actions),
        Filter(name="since", label=_("いつから"), kind="day"),
        Filter(name="until", label=_("いつまで"), kind="day"),
    ),
    key=lambda row: "",
    nothing_yet=Empty(heading=_("まだ記録はありません")),
    sizes=(50, 100, 25),
)
