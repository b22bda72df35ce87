"""One run of the fleet: public, a canary, the cities by many connections, our operators, the template.

The template goes last: until then it stands where the cities stand, so a run that was stopped or
killed finds the same beginning again.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Lock
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from madoguchi import clock
from madoguchi.errors import DomainError
from tenants.fleet import ledger
from tenants.fleet.applying import At, apply, bring_up, migrate_alone
from tenants.fleet.ledger import Step
from tenants.fleet.recording import Plan, record_plan
from tenants.provisioning import template
from tenants.schemas import in_schema
from tenants.versions import read_applied, target_version, with_replacing

Report = Callable[[str], None]

# A backend remembers every table it has seen; a new one forgets.
CITIES_PER_CONNECTION = 50


class RunnerIsBusy(DomainError):
    """Somebody else migrates the fleet at this moment."""

    code = "runner_is_busy"

    def __str__(self) -> str:
        return "another migrate_fleet is running: nothing was changed"


class UnknownCanary(DomainError):
    """The city that should go first is not one that has anything to do."""

    code = "unknown_canary"

    def __str__(self) -> str:
        return f"no city {self.details.get('canary')} waits for migrations"


@dataclass(frozen=True)
class World:
    """A schema of the fleet and how it stands."""

    schema_name: str
    version: str
    state: str
    last_error: str

    @property
    def is_current(self) -> bool:
        """Tell whether the schema carries what this code wants."""
        return self.version == target_version()

    @property
    def is_operators(self) -> bool:
        """Tell whether this is the world of our operators."""
        return bool(self.schema_name == settings.MADOGUCHI["OPERATORS_SCHEMA"])


@dataclass
class Outcome:
    """What a run came to."""

    total: int
    done: list[Step] = field(default_factory=list)
    failed: list[Step] = field(default_factory=list)

    @property
    def untouched(self) -> int:
        """Count the schemas that the run did not come to."""
        return self.total - len(self.done) - len(self.failed)

    @property
    def is_whole(self) -> bool:
        """Tell whether every schema carries what this code wants."""
        return not self.failed and not self.untouched


def worlds() -> list[World]:
    """List every schema of the fleet, in one query."""
    return [World(*row) for row in ledger.worlds(operators=settings.MADOGUCHI["OPERATORS_SCHEMA"])]


def migrate_fleet(*, jobs: int, canary: str = "", report: Report = print) -> Outcome:
    """Bring every schema to the migrations of this code; stop at the first that fails.

    Raises RunnerIsBusy and UnknownCanary.
    """
    if not ledger.claim():
        raise RunnerIsBusy
    try:
        template.migrate_public()
        waiting = [world for world in worlds() if not world.is_current]
        plan = _plan(_choose_canary(waiting, canary), report) if waiting else None
        outcome = _run(waiting, plan, canary, jobs, report) if plan else Outcome(total=0)
        if outcome.is_whole:
            _renew_template(plan, report)
        return outcome
    finally:
        ledger.release()


def _run(waiting: Sequence[World], plan: Plan, canary: str, jobs: int, report: Report) -> Outcome:
    first = _choose_canary(waiting, canary)
    run_id = ledger.begin(
        version=target_version(), canary=first.schema_name, schemas=len(waiting), jobs=jobs, now=clock.now()
    )
    fleet = _Fleet(plan=plan, run_id=run_id, report=report, outcome=Outcome(total=len(waiting)))
    rest = [world for world in waiting if world is not first]
    fleet.advance([first], jobs=1)
    fleet.advance([world for world in rest if not world.is_operators], jobs=jobs)
    fleet.advance([world for world in rest if world.is_operators], jobs=1)
    ledger.end(run_id=run_id, outcome="done" if fleet.outcome.is_whole else "stopped", now=clock.now())
    return fleet.outcome


def _choose_canary(waiting: Sequence[World], canary: str) -> World:
    """Choose who goes first: whom the operator named, else a city on trial, else any city."""
    if canary:
        for world in waiting:
            if world.schema_name in (canary, f"c_{canary}"):
                return world
        raise UnknownCanary(canary=canary)
    on_trial = [world for world in waiting if world.state == "test"]
    cities = [world for world in waiting if not world.is_operators]
    return (on_trial or cities or list(waiting))[0]


def _plan(canary: World, report: Report) -> Plan:
    """Hear the plan in the template; where that does not stand with the cities, in the canary."""
    base = template.TEMPLATE_SCHEMA
    loader = MigrationLoader(None)
    with connection.cursor() as cursor:
        applied = with_replacing(read_applied(cursor, schema_name=base))
        if not applied or template.is_current(cursor):
            base = canary.schema_name
            applied = with_replacing(read_applied(cursor, schema_name=base))
    with in_schema(base):
        plan = record_plan(connection=connection, loader=loader, applied=applied)
    names = ", ".join(migration.name for migration in plan.migrations)
    report(f"plan: {names or 'nothing to change, only to note'}")
    return plan


def _renew_template(plan: Plan | None, report: Report) -> None:
    """Bring the template up too, so that new cities begin where the others are.

    Its dump, which takes seconds where there are many cities, is left to whoever makes the next one.
    """
    schema_name = template.TEMPLATE_SCHEMA
    with connection.cursor() as cursor:
        applied = read_applied(cursor, schema_name=schema_name)
        if not applied or template.is_current(cursor):
            return
    with in_schema(schema_name), transaction.atomic():
        if plan:
            apply(schema_name=schema_name, plan=plan, applied=applied, at=At())
        else:
            migrate_alone(schema_name=schema_name, at=At())
    report("template: brought up too")


@dataclass
class _Fleet:
    """The schemas that are brought up, one after the other or many at a time."""

    plan: Plan
    run_id: UUID
    report: Report
    outcome: Outcome
    halt: Event = field(default_factory=Event)
    counting: Lock = field(default_factory=Lock)

    def advance(self, worlds: Sequence[World], *, jobs: int) -> None:
        """Bring these schemas up unless an earlier one failed."""
        waiting: SimpleQueue[World] = SimpleQueue()
        for world in worlds:
            waiting.put(world)
        hands = min(jobs, len(worlds))
        if self.halt.is_set() or not hands:
            return
        with ThreadPoolExecutor(max_workers=hands, thread_name_prefix="fleet") as pool:
            for work in [pool.submit(self._work, waiting) for _hand in range(hands)]:
                work.result()

    def _work(self, waiting: "SimpleQueue[World]") -> None:
        try:
            for number in count():
                if self.halt.is_set():
                    return
                if number % CITIES_PER_CONNECTION == 0:
                    connections.close_all()
                world = waiting.get_nowait()
                step = bring_up(
                    schema_name=world.schema_name, plan=self.plan, run_id=self.run_id, now=clock.now()
                )
                self._count(step)
        except Empty:
            return
        finally:
            connections.close_all()

    def _count(self, step: Step) -> None:
        with self.counting:
            if not step.is_done:
                self.halt.set()
            (self.outcome.done if step.is_done else self.outcome.failed).append(step)
            number = len(self.outcome.done) + len(self.outcome.failed)
            again = f", attempt {step.attempts}" if step.attempts > 1 else ""
            said = f"{step.seconds:.2f} s{again}" if step.is_done else f"FAILED{again}: {step.error}"
            self.report(f"[{number}/{self.outcome.total}] {step.schema_name} {said}")
