"""What the watcher saw, for operators and for a city's own staff; everything in ``__all__`` is public."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from madoguchi.outages import outage_now
from madoguchi.tenancy import City, each_city
from tenants.outages.queries import counted_spans
from tenants.public import rows
from tenants.watch import rules
from tenants.watch.checks import watched_plugins
from tenants.watch.probing import SITE
from tenants.watch.rules import Day, Run, Share, State

__all__ = [
    "DayLine",
    "History",
    "Line",
    "Round",
    "Stop",
    "at_work",
    "days",
    "fleet_now",
    "fleet_today",
    "last_round",
    "today",
]

# What was seen so many minutes ago still speaks for now; after that nobody knows.
FRESH_MINUTES = 3

NOW = """
SELECT DISTINCT ON (city_id, plugin) city_id, plugin, get_bit(down, seen.minute) AS is_down
  FROM tenants_watchday
  JOIN unnest(%(days)s::date[], %(minutes)s::int[], %(order)s::int[]) AS seen (day, minute, back) USING (day)
 WHERE get_bit(unknown, seen.minute) = 0
 ORDER BY city_id, plugin, seen.back
"""
DAYS = """
SELECT plugin, day, down, unknown, NULL::timestamptz AS created_at
  FROM tenants_watchday WHERE city_id = %(city)s AND day BETWEEN %(first)s AND %(last)s
 UNION ALL
SELECT NULL, NULL, NULL, NULL, created_at FROM tenants_city WHERE uuid = %(city)s
"""
NEWEST = """
SELECT minute, holder, cities, seconds, outbox_waiting, outbox_dead, outbox_oldest_seconds
  FROM tenants_watchsweep WHERE id = 1
"""


@dataclass(frozen=True)
class Stop:
    """Minutes in a row in which something did not work, as people read a clock."""

    start: str
    end: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One plugin of a city today; the plugin '' is the site itself."""

    plugin: str
    label: str
    state: State
    share: Share
    runs: tuple[Run, ...]

    @property
    def percent(self) -> str:
        """The availability of the minutes that were watched; empty when none was."""
        return _percent(self.share)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """When it was down."""
        return tuple(
            Stop(rules.clock_face(run.start), rules.clock_face(run.end), run.minutes)
            for run in self.runs
            if run.state == "down"
        )


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One plugin on one day, or over all the days of a list."""

    share: Share

    @property
    def state(self) -> State | None:
        """The word for it: down when it ever was, unknown when nobody watched; none when it was off."""
        if not self.share.total:
            return None
        if self.share.down:
            return "down"
        if self.share.planned:
            return "planned"
        return "unknown" if self.share.watched <= 0 else "up"

    @property
    def percent(self) -> str:
        """The availability of the minutes that were watched; empty when none was."""
        return _percent(self.share)


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One day of a city, or the sum of several."""

    day: date | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """Days of a city, newest first, one column for the site and for each plugin."""

    labels: tuple[str, ...]
    lines: tuple[DayLine, ...]
    total: DayLine


@dataclass(frozen=True, kw_only=True)
class Round:
    """The newest round over the fleet."""

    minute: datetime
    holder: str
    cities: int | None
    seconds: float | None
    outbox_waiting: int | None
    outbox_dead: int | None
    outbox_oldest_seconds: float | None


@dataclass(frozen=True)
class _Known:
    """The rows of a city."""

    by_plugin: Mapping[str, Mapping[date, Day]] = field(default_factory=dict)
    created_at: datetime | None = None
    planned: Mapping[date, bytes] = field(default_factory=dict)

    def day(self, plugin: str, day: date) -> Day:
        found = self.by_plugin.get(plugin, {}).get(day, Day())
        return replace(found, planned=self.planned[day]) if day in self.planned else found

    def share(self, plugin: str, day: date, *, now: datetime) -> Share:
        """Add up a day from the city's first minute to this one; a plugin that was off has none."""
        was_on = plugin == SITE or day in self.by_plugin.get(plugin, {})
        was_on = was_on or day not in self.by_plugin.get(SITE, {})
        if not was_on:
            return rules.NOTHING
        current, until = rules.minute_of(now)
        first, since = rules.minute_of(self.created_at) if self.created_at else (day, 0)
        if day > current or day < first:
            return rules.NOTHING
        return rules.share(
            self.day(plugin, day),
            since=since if day == first else 0,
            until=until if day == current else rules.MINUTES_A_DAY,
        )


def today(*, city: City, now: datetime) -> tuple[Line, ...]:
    """Tell how the site and each plugin of a city fare today, minute by minute up to the last full one."""
    day, until = rules.minute_of(now)
    known = _known(city, first=day - timedelta(days=1), last=day)
    return tuple(
        Line(
            plugin=plugin,
            label=_label(plugin),
            state=_newest(known, plugin, now=now),
            share=known.share(plugin, day, now=now),
            runs=tuple(rules.runs(known.day(plugin, day), until=until)),
        )
        for plugin in _columns(city)
    )


def days(*, city: City, first: date, last: date, now: datetime) -> History:
    """List the days of a city, newest first; days before it was there are left out."""
    known = _known(city, first=first, last=last)
    columns = _columns(city)
    span = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    table = {day: [known.share(plugin, day, now=now) for plugin in columns] for day in span}
    shown = {day: shares for day, shares in table.items() if any(share.total for share in shares)}
    sums = [sum(column, rules.NOTHING) for column in zip(*shown.values(), strict=True)]
    return History(
        labels=tuple(_label(plugin) for plugin in columns),
        lines=tuple(DayLine(day=day, cells=_cells(shares)) for day, shares in shown.items()),
        total=DayLine(day=None, cells=_cells(sums)),
    )


def fleet_now(*, now: datetime) -> Mapping[UUID, Mapping[str, State]]:
    """Tell what is known this moment of every city and plugin; who is missing is unknown. One query."""
    moments = [rules.minute_of(now - timedelta(minutes=back)) for back in range(FRESH_MINUTES + 1)]
    found: dict[UUID, dict[str, State]] = {}
    parameters = {
        "days": [day for day, _ in moments],
        "minutes": [minute for _, minute in moments],
        "order": list(range(len(moments))),
    }
    for row in rows(NOW, parameters):
        found.setdefault(row["city_id"], {})[row["plugin"]] = "down" if row["is_down"] else "up"
    return found


def fleet_today(*, now: datetime) -> Mapping[UUID, State]:
    """Tell the worst of what is known this moment of each city; who is missing is unknown. One query.

    A city that rests for announced work is said to do so, until it takes longer than planned.
    """
    found: dict[UUID, State] = {
        city: rules.worst((*plugins.values(), plugins.get(SITE, "unknown")))
        for city, plugins in fleet_now(now=now).items()
    }
    return found | dict.fromkeys(at_work(now=now), "planned")


def at_work(*, now: datetime) -> Iterator[UUID]:
    """List the cities whose doors are closed for announced work that is within its time."""
    for city in each_city():
        outage = outage_now(city.planned_outages, now=now)
        if outage is not None and not outage.has_overrun(now):
            yield city.uuid


def last_round() -> Round | None:
    """Find the newest round over the fleet, of whichever watcher."""
    found = rows(NEWEST, {})
    return Round(**found[0]) if found else None


def _known(city: City, *, first: date, last: date) -> _Known:
    by_plugin: dict[str, dict[date, Day]] = {}
    created_at = None
    for row in rows(DAYS, {"city": city.uuid, "first": first, "last": last}):
        if row["day"] is None:
            created_at = row["created_at"]
        else:
            by_plugin.setdefault(row["plugin"], {})[row["day"]] = Day(
                down=bytes(row["down"]), unknown=bytes(row["unknown"])
            )
    return _Known(by_plugin, created_at, _planned(city, first, last))


def _planned(city: City, first: date, last: date) -> Mapping[date, bytes]:
    """Mark the minutes of announced and agreed work, day by day."""
    since, until = rules.moment_of(first, 0), rules.moment_of(last + timedelta(days=1), 0)
    spans = counted_spans(city=city, since=since, until=until)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)] if spans else []
    return {day: rules.planned_minutes(day, spans) for day in span}


def _newest(known: _Known, plugin: str, *, now: datetime) -> State:
    for back in range(FRESH_MINUTES + 1):
        day, minute = rules.minute_of(now - timedelta(minutes=back))
        state = known.day(plugin, day).state(minute)
        if state != "unknown":
            return state
    return "unknown"


def _columns(city: City) -> tuple[str, ...]:
    return (SITE, *watched_plugins(city))


def _label(plugin: str) -> str:
    return _("サイト全体") if plugin == SITE else str(apps.get_app_config(plugin).verbose_name)


def _cells(shares: Iterable[Share]) -> tuple[Cell, ...]:
    return tuple(Cell(share=share) for share in shares)


def _percent(share: Share) -> str:
    return "" if share.thousandths is None else rules.percent(share.thousandths)
