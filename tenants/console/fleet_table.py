"""The list of cities as operators see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from madoguchi.hooks.registry import plugins
from madoguchi.web.dates import short_era_date
from madoguchi.web.tables import Asked, Column, Filter, Mark, Table
from madoguchi.web.tables.drawing import badge
from madoguchi.web.tables.parts import Empty
from tenants.console.badges import DRIFTS, PROBES, Badge
from tenants.console.fleet import STOPPED, Fleet, FleetFilter, FleetLine
from tenants.models import State
from tenants.switching import label_of

NAMES = ("state", "prefecture", "probe", "drift", "plugin", "ending")


@dataclass(frozen=True)
class Cities:
    """Every city of the fleet: read at once, chosen and sorted in memory."""

    fleet: Fleet
    lines: Sequence[FleetLine] = ()

    def narrowed(self, *, table: Table, asked: Asked) -> "Cities":
        """Leave out the cities that do not fit, and sort the others."""
        chosen = {name: asked.chosen.get(name, "") for name in NAMES}
        wanted = FleetFilter(words=asked.words, sort=asked.sort or "code", **chosen)
        return replace(self, lines=self.fleet.chosen(wanted))

    def total(self) -> int | None:
        """Count the cities."""
        return len(self.lines)

    def piece(self, *, first: int, count: int) -> Sequence[FleetLine]:
        """Give some cities."""
        return self.lines[first : first + count]


def marked(found: Badge) -> Mark:
    """Show a badge of the console as a mark of a list."""
    return Mark(found.kind, found.label, found.icon)


def _version(line: FleetLine) -> SafeString:
    short = line.version[:8]
    return format_html('{} <span class="mono hint">{}</span>', badge(marked(line.drift_badge)), short)


def _ending(line: FleetLine) -> SafeString | str:
    day = short_era_date(line.ends_on) if line.ends_on else ""
    return format_html("{} {}", day, badge(marked(line.ending_badge))) if line.ending_badge else day


def fleet_table(fleet: Fleet) -> Table:
    """Declare the list; the prefectures to choose from are those that have cities."""
    return Table(
        name="tenants.fleet",
        label=_("自治体の表"),
        columns=COLUMNS,
        filters=(
            Filter(name="state", label=_("状態"), choices=_states),
            Filter(
                name="prefecture",
                label=_("都道府県"),
                choices=[(name, name) for name in fleet.prefectures],
            ),
            Filter(
                name="probe", label=_("監視"), choices=[(key, each.label) for key, each in PROBES.items()]
            ),
            Filter(name="drift", label=_("版"), choices=[(key, each.label) for key, each in DRIFTS.items()]),
            Filter(name="plugin", label=_("機能"), choices=_plugins),
            Filter(name="ending", label=_("契約終了まで"), choices=ENDINGS),
        ),
        search=("words",),
        search_label=_("自治体名・カナ・コード"),
        sort="code",
        link=lambda line: reverse("city_page", args=[line.code]),
        key=lambda line: line.code,
        nothing_yet=Empty(
            heading=_("まだ自治体がありません"), advice=_("「自治体を作成」から始めてください。")
        ),
        sizes=(50, 100, 25),
        has_file=False,
    )


def _states() -> list[tuple[str, "str | Promise"]]:
    return [*State.choices, (STOPPED, _("停止・終了（まとめて）"))]


def _labels(badges: Mapping[str, Badge]) -> list[tuple[str, "str | Promise"]]:
    return [(name, each.label) for name, each in badges.items()]


def _plugins() -> list[tuple[str, str]]:
    return [(name, label_of(name)) for name in plugins.names]


ENDINGS = (("180", _("180日以内")), ("90", _("90日以内")), ("30", _("30日以内")))
COLUMNS = (
    Column(name="code", label=_("コード"), sort=("code",), css="mono", is_fixed=True),
    Column(name="name", label=_("自治体"), sort=("name",), is_fixed=True, is_link=True),
    Column(name="kana", label=_("カナ"), css="kana", is_shown=False),
    Column(name="prefecture", label=_("都道府県"), sort=("prefecture",)),
    Column(name="state", label=_("状態"), sort=("state",), value=lambda line: marked(line.state_badge)),
    Column(name="probe", label=_("監視"), sort=("probe",), value=lambda line: marked(line.probe_badge)),
    Column(name="drift", label=_("版"), sort=("drift",), value=_version),
    Column(name="ends", label=_("契約終了"), sort=("ends_on",), value=_ending, css="mono"),
    Column(
        name="plugins",
        label=_("稼働中の機能"),
        value=lambda line: [label_of(name) for name in line.plugins],
    ),
)
