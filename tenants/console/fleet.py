"""Every city on one page: read in a few queries whatever the fleet's size, chosen and sorted here."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from madoguchi import clock
from tenants.console.badges import DRIFTS, PROBES, STATES, Badge, ending_badge
from tenants.fleet.queries import Drift, drifts
from tenants.models import City, Domain, State
from tenants.rules import terms
from tenants.watch.queries import fleet_today

HIRAGANA: Final = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
PAGE_SIZE: Final = 50
# A choice of its own: every state in which residents are not served.
STOPPED: Final = "stopped"
IN_SERVICE: Final = (State.ACTIVE, State.TEST)


@dataclass(frozen=True, kw_only=True)
class FleetLine:
    """One city as the list shows it."""

    uuid: UUID
    code: str
    slug: str
    name: str
    kana: str
    prefecture: str
    schema_name: str
    state: str
    plugins: tuple[str, ...]
    ends_on: date | None
    days_left: int | None
    alert: int | None
    version: str
    drift: str
    probe: str
    # What the search box looks through, written in one way.
    words: str = ""

    @property
    def state_badge(self) -> Badge:
        """Say in which state of its life the city is."""
        return STATES[State(self.state)]

    @property
    def probe_badge(self) -> Badge:
        """Say what the last probes found."""
        return PROBES[self.probe]

    @property
    def drift_badge(self) -> Badge:
        """Say whether the city's schema is the newest."""
        return DRIFTS[self.drift]

    @property
    def ending_badge(self) -> Badge | None:
        """Say how near the end of the contract is."""
        return ending_badge(alert=self.alert, days_left=self.days_left)


@dataclass(frozen=True, kw_only=True)
class FleetFilter:
    """What to look for; an empty field asks nothing."""

    words: str = ""
    state: str = ""
    prefecture: str = ""
    drift: str = ""
    probe: str = ""
    plugin: str = ""
    ending: str = ""
    sort: str = "code"


@dataclass(frozen=True, kw_only=True)
class FleetTotals:
    """The fleet in a few numbers."""

    cities: int
    by_state: Mapping[str, int]
    behind: int
    failed: int
    down: int
    ending: int


@dataclass(frozen=True)
class Hosts:
    """Where residents and staff of a city enter."""

    resident: str = ""
    staff: str = ""


@dataclass(frozen=True)
class Fleet:
    """All cities, and what may be asked of them."""

    lines: Sequence[FleetLine] = field(default=())

    @property
    def prefectures(self) -> list[str]:
        """List the prefectures that have cities here, from north to south."""
        return list({line.prefecture: None for line in sorted(self.lines, key=lambda line: line.code)})

    def totals(self) -> FleetTotals:
        """Count the whole fleet, whatever is being looked for."""
        return FleetTotals(
            cities=len(self.lines),
            by_state={state: sum(line.state == state for line in self.lines) for state in State.values},
            behind=sum(line.drift == "behind" for line in self.lines),
            failed=sum(line.drift == "failed" for line in self.lines),
            down=sum(line.probe == "down" for line in self.lines),
            ending=sum(line.alert is not None for line in self.lines),
        )

    def chosen(self, wanted: FleetFilter) -> list[FleetLine]:
        """List the cities that fit, in the wanted order."""
        tests = list(_tests(wanted))
        found = [line for line in self.lines if all(test(line) for test in tests)]
        key = SORTS.get(wanted.sort.removeprefix("-"), SORTS["code"])
        return sorted(found, key=key, reverse=wanted.sort.startswith("-"))


SORTS: Final[Mapping[str, Callable[[FleetLine], Any]]] = {
    "code": lambda line: line.code,
    "name": lambda line: (line.kana, line.code),
    "prefecture": lambda line: (line.code[:2], line.kana),
    "state": lambda line: (State.values.index(line.state), line.code),
    "probe": lambda line: (("down", "unknown", "planned", "up").index(line.probe), line.code),
    "drift": lambda line: (("failed", "behind", "unknown", "current").index(line.drift), line.code),
    "ends": lambda line: (line.ends_on or date.max, line.code),
}


def read_fleet(*, now: datetime) -> Fleet:
    """Read every city with contract, plugins, version and probes: three queries in all."""
    today = clock.local(now).date()
    versions, probes = drifts(), fleet_today(now=now)
    rows = City.objects.annotate(
        active=ArrayAgg("switches__plugin", filter=Q(switches__is_on=True), default=[])
    ).values_list(*COLUMNS, "contract__ends_on", "active")
    return Fleet([_line(row, versions.get(row[6]), probes.get(row[0], "unknown"), today) for row in rows])


COLUMNS: Final = ("uuid", "code", "slug", "name", "name_kana", "prefecture", "schema_name", "state")


def hosts_of(cities: Iterable[UUID]) -> dict[UUID, Hosts]:
    """Name the primary hosts of some cities, in one query."""
    found: dict[UUID, dict[str, str]] = {}
    rows = Domain.objects.filter(tenant_id__in=list(cities), is_primary=True)
    for city, zone, name in rows.values_list("tenant_id", "zone", "domain"):
        found.setdefault(city, {})[zone] = name
    return {city: Hosts(**zones) for city, zones in found.items()}


def normalise(text: str) -> str:
    """Write a text in the one way the search compares: half width, katakana, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).translate(HIRAGANA)


def drift_of(drift: Drift | None) -> str:
    """Put what is known of a city's version in one word."""
    if drift is None:
        return "unknown"
    if drift.last_error and not drift.is_current:
        return "failed"
    return "current" if drift.is_current else "behind"


def _line(row: Any, drift: Drift | None, probe: str, today: date) -> FleetLine:
    uuid, code, slug, name, kana, prefecture, schema_name, state, ends_on, active = row
    reached = terms.reached_alerts(ends_on=ends_on, today=today) if ends_on and state != State.CLOSED else ()
    return FleetLine(
        uuid=uuid,
        code=code,
        slug=slug,
        name=name,
        kana=kana,
        prefecture=prefecture,
        schema_name=schema_name,
        state=state,
        plugins=tuple(sorted(active)),
        ends_on=ends_on,
        days_left=terms.days_left(ends_on=ends_on, today=today) if ends_on else None,
        alert=reached[-1] if reached else None,
        version=drift.version if drift else "",
        drift=drift_of(drift),
        probe=probe,
        words=normalise(f"{code}|{name}|{kana}|{prefecture}|{slug}"),
    )


def _tests(wanted: FleetFilter) -> Iterable[Callable[[FleetLine], bool]]:
    for word in map(normalise, wanted.words.split()):
        yield lambda line, word=word: word in line.words  # type: ignore[misc]
    if wanted.state == STOPPED:
        yield lambda line: line.state not in IN_SERVICE
    for name in ("state", "prefecture", "drift", "probe"):
        if (name, wanted.state) == ("state", STOPPED):
            continue
        value = getattr(wanted, name)
        if value:
            yield lambda line, name=name, value=value: getattr(line, name) == value  # type: ignore[misc]
    if wanted.plugin:
        yield lambda line: wanted.plugin in line.plugins
    if wanted.ending:
        days = int(wanted.ending)
        yield lambda line: line.alert is not None and line.alert <= days
