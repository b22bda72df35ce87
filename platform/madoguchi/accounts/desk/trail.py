"""The list of what everybody did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.models import Staff
from madoguchi.accounts.phrases import AuditRow, rows_of
from madoguchi.hooks.registry import plugins
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
                objects=_objects(chosen.get("person", "")),
                user=chosen.get("user", ""),
                known_as=_known_as(chosen.get("user", "")),
                action=chosen.get("action", ""),
                function=chosen.get("function", ""),
                kind=chosen.get("kind", ""),
                address=chosen.get("address", ""),
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


def _known_as(code: str) -> tuple[str, ...]:
    """Give the key of the person with a staff code; entries hold the key, people know the code."""
    known = Staff.objects.filter(staff_code=normalise_staff_code(code)) if code else ()
    return tuple(str(each.pk) for each in known)


def _objects(number: str) -> tuple[str, ...]:
    """Give the number as it stands in entries, and the keys of what people call by it."""
    if not number:
        return ()
    found = [number]
    for _plugin, key in plugins.duty("records_called", number=number):
        if isinstance(key, Exception):
            # Half an answer would look like the whole.
            raise key
        found.append(str(key))
    return tuple(found)


def _actions() -> list[tuple[str, Any]]:
    return [(name, phrase_of(name)) for name in queries.actions()]


def _functions() -> list[tuple[str, Any]]:
    names = sorted({action.partition(".")[0] for action in queries.actions()} - NO_FUNCTION)
    labels = plugins.labels()
    return [(name, FUNCTIONS.get(name) or labels.get(name) or name) for name in names]


def _phrase(row: AuditRow) -> SafeString | str:
    refused = badge(Mark("error", _("拒否")))
    return format_html("{} {}", refused, row.phrase) if row.is_denied else row.phrase


KINDS_OF_ACTORS = (
    ("staff", _("職員")),
    ("operator", _("運用者")),
    ("resident", _("住民")),
    ("machine", _("連携プログラム")),
    ("system", _("システム")),
)
NO_FUNCTION = frozenset({"access", "personal_data"})
FUNCTIONS = {
    "accounts": _("職員・サインイン"),
    "announcements": _("お知らせ"),
    "api": _("連携用API"),
    "approvals": _("承認"),
    "audit": _("操作履歴"),
    "brand": _("見た目と連絡先"),
    "cms": _("ホームページ"),
    "exchange": _("取込"),
    "jobs": _("一括操作"),
    "notifications": _("通知"),
    "places": _("場所と開庁時間"),
    "preferences": _("機能の設定"),
    "privacy": _("個人情報の管理"),
    "residents": _("住民の連絡先"),
    "service_level": _("月次報告"),
    "tenants": _("契約・計画停止"),
    "terminals": _("端末の動作確認"),
    "vault": _("暗号鍵"),
}

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
        Filter(name="person", label=_("対象の番号"), kind="text", hint=_("交付通知書や予約などの番号")),
        Filter(name="user", label=_("操作した人"), kind="text"),
        Filter(name="kind", label=_("立場"), choices=KINDS_OF_ACTORS),
        Filter(name="function", label=_("機能"), choices=_functions),
        Filter(name="action", label=_("操作"), choices=_actions),
        Filter(name="address", label=_("接続元"), kind="text"),
        Filter(name="since", label=_("いつから"), kind="day"),
        Filter(name="until", label=_("いつまで"), kind="day"),
    ),
    key=lambda row: "",
    nothing_yet=Empty(heading=_("まだ記録はありません")),
    sizes=(50, 100, 25),
)
