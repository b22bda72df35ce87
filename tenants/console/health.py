"""How a city fares today and over the last 30 days, and whether its schema is the newest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi import clock
from madoguchi.tenancy import City as CityLike
from tenants.console.badges import DRIFTS, PROBES, Badge
from tenants.console.fleet import drift_of
from tenants.fleet.queries import Drift, drifts
from tenants.watch import queries as watch

DAYS = 30


@dataclass(frozen=True, kw_only=True)
class ServiceLine:
    """One plugin of the city, or the site itself: now, today and over the days."""

    label: str
    badge: Badge
    today: str
    stops: int
    days: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """Services, days and version of one city."""

    services: tuple[ServiceLine, ...]
    history: watch.History
    drift: Drift | None
    drift_badge: Badge


def health_of(*, city: CityLike, now: datetime) -> Health:
    """Read how a city fares."""
    today = clock.local(now).date()
    lines = watch.today(city=city, now=now)
    history = watch.days(city=city, first=today - timedelta(days=DAYS - 1), last=today, now=now)
    drift = drifts().get(city.schema_name)
    return Health(
        services=tuple(_service(line, history, column) for column, line in enumerate(lines)),
        history=history,
        drift=drift,
        drift_badge=DRIFTS[drift_of(drift)],
    )


def _service(line: watch.Line, history: watch.History, column: int) -> ServiceLine:
    cells = history.total.cells
    return ServiceLine(
        label=line.label,
        badge=PROBES[line.state],
        today=line.percent,
        stops=len(line.stops),
        days=cells[column].percent if column < len(cells) else "",
    )
