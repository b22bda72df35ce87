"""The fleet in a few numbers, each a way to the cities behind it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenants.console.fleet import FleetTotals
from tenants.models import State


@dataclass(frozen=True)
class Tile:
    """A number, what it counts, and the query that lists it."""

    label: str
    number: int
    query: str = ""
    is_warning: bool = False


def tiles(totals: FleetTotals) -> list[Tile]:
    """Count the whole fleet; what needs somebody stands out."""
    others = totals.cities - totals.by_state[State.ACTIVE] - totals.by_state[State.TEST]
    return [
        Tile(_("自治体"), totals.cities),
        Tile(str(State.ACTIVE.label), totals.by_state[State.ACTIVE], "state=active"),
        Tile(str(State.TEST.label), totals.by_state[State.TEST], "state=test"),
        Tile(_("停止・終了"), others, "state=stopped"),
        Tile(_("版の遅れ"), totals.behind, "drift=behind", totals.behind > 0),
        Tile(_("更新の失敗"), totals.failed, "drift=failed", totals.failed > 0),
        Tile(_("監視で停止"), totals.down, "probe=down", totals.down > 0),
        Tile(_("契約終了間近"), totals.ending, "ending=180", totals.ending > 0),
    ]
