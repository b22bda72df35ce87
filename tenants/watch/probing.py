"""One round over the fleet: each city's health, first page and staff door, spread over the minute."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from uuid import UUID

from tenants.watch.black_box import Answer, NoAnswer, ask

logger = logging.getLogger(__name__)

PROBE_SECONDS = 10.0
# Three slow answers of the last city still end before the minute does.
SPREAD_SECONDS = 30.0
SWEEP_SECONDS = 56.0
# Enough for a fleet of which every site hangs: 1,741 cities of 10 s in the time of a round.
MOST_AT_ONCE = 400
SITE = ""
HEALTH_PATH = "/healthz"
SIGN_IN_PATH = "/sign-in/"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A city to be looked at: its addresses in the zones served here, and the plugins that are on."""

    city: UUID
    name: str
    resident_url: str = ""
    staff_url: str = ""
    plugins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """What was seen of one plugin of a city in this minute; the plugin '' is the site itself."""

    city: UUID
    plugin: str
    is_down: bool


@dataclass(frozen=True, kw_only=True)
class Paces:
    """How long a round takes and how much of it runs at once."""

    probe: float = PROBE_SECONDS
    spread: float = SPREAD_SECONDS
    sweep: float = SWEEP_SECONDS
    at_once: int = MOST_AT_ONCE


@dataclass(frozen=True, kw_only=True)
class Places:
    """Servers inside that answer for the public addresses; empty: the public addresses themselves."""

    residents: str = ""
    staff: str = ""


class CutShort(Exception):
    """The minute ended before a site had its full time to answer: nothing can be said about it."""


@dataclass
class Sweep:
    """One round over the fleet."""

    places: Places = field(default_factory=Places)
    paces: Paces = field(default_factory=Paces)
    stopping: Event = field(default_factory=Event)

    def run(
        self, targets: Sequence[Target], *, beside: Callable[[Target], None] | None = None
    ) -> list[Sample]:
        """Probe every target once and list what was seen; ``beside`` is called as each one's turn comes.

        A city that nobody could look at in time is not in the list.
        """
        begin = monotonic()
        pool = ThreadPoolExecutor(self.paces.at_once, thread_name_prefix="probe")
        try:
            futures = [
                pool.submit(self._probe, target, begin + self.paces.sweep)
                for target in self._in_turn(targets, begin=begin, beside=beside)
            ]
            # Told to stop, it keeps what has answered by now.
            left = 0.5 if self.stopping.is_set() else begin + self.paces.sweep - monotonic()
            done, _ = wait(futures, timeout=max(0.0, left))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return [sample for future in done for sample in _seen(future)]

    def _in_turn(
        self, targets: Sequence[Target], *, begin: float, beside: Callable[[Target], None] | None
    ) -> Iterator[Target]:
        step = self.paces.spread / max(1, len(targets))
        for number, target in enumerate(targets):
            if self.stopping.wait(max(0.0, begin + number * step - monotonic())):
                return
            yield target
            if beside is not None:
                beside(target)

    def _probe(self, target: Target, until: float) -> list[Sample]:
        """Look at one city; the first page that fails ends it, so a hanging site takes its time once."""
        try:
            health = self._ask(target, HEALTH_PATH, until=until)
            is_down = health is None or not self._pages_answer(target, until=until)
        except CutShort:
            return []
        plugins = _told(health, of=target)
        if plugins is None:
            is_down, plugins = True, dict.fromkeys(target.plugins, True)
        found = [Sample(target.city, SITE, is_down)]
        return found + [Sample(target.city, plugin, down) for plugin, down in plugins.items()]

    def _pages_answer(self, target: Target, *, until: float) -> bool:
        pages = ((target.resident_url, "/"), (target.staff_url, SIGN_IN_PATH))
        return all(
            (answer := self._ask(target, path, until=until, zone_url=url)) is not None
            and answer.status == 200
            for url, path in pages
            if url
        )

    def _ask(self, target: Target, path: str, *, until: float, zone_url: str = "") -> Answer | None:
        url = zone_url or target.resident_url or target.staff_url
        at = self.places.residents if url == target.resident_url else self.places.staff
        seconds = min(self.paces.probe, until - monotonic())
        if seconds <= 0:
            raise CutShort
        try:
            return ask(f"{url}{path}", at=at, seconds=seconds)
        except NoAnswer as failure:
            if failure.was_slow and seconds < self.paces.probe:
                raise CutShort from failure
            logger.debug("%s %s: %s", target.name, path, failure)
            return None


def _told(health: Answer | None, *, of: Target) -> dict[str, bool] | None:
    """Read which plugins are down; those the answer leaves out were not seen, no answer says nothing."""
    if health is None or health.status not in (200, 503):
        return None
    try:
        plugins = json.loads(health.body)["plugins"]
        return {name: plugins[name] != "up" for name in of.plugins if name in plugins}
    except (ValueError, KeyError, TypeError):
        return None


def _seen(future: "Future[list[Sample]]") -> Iterable[Sample]:
    """Take what a probe saw; one that broke by itself saw nothing."""
    failure = future.exception()
    if failure is not None:
        logger.error("a probe broke", exc_info=failure)
        return ()
    return future.result()
