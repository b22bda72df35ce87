"""The plan: what each migration says to PostgreSQL, heard once and repeated in every city.

The migrations run once in a schema that stands where the cities stand, in a transaction that is
rolled back. What can be said in SQL is kept as SQL. What asks Python (RunPython, a default that is
computed) is kept as the operation with its states, and runs anew in each city.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

from madoguchi.database.schema import ShardableSchemaEditor
from madoguchi.errors import DomainError
from tenants.fleet.afterwards import listen
from tenants.fleet.describing import describe
from tenants.versions import Key, belongs_to_cities

# Between two migrations nothing may wait for the commit: PostgreSQL refuses to alter such a table.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
SPOKEN_IN_SQL = ("django.db.migrations.operations", "django.contrib.postgres.operations")
LOCK_TIMEOUT_MS = 500
CONSTANT_FACTORIES = (dict, list, str, int, float, bool, tuple, set)


class CannotBeUndone(DomainError):
    """A migration says atomic = False: a city could be left half done."""

    code = "cannot_be_undone"

    def __str__(self) -> str:
        return f"{self.details.get('migration')} has atomic = False: a city could be left half done"


class PlanFailed(DomainError):
    """A migration fails already where the plan is heard; no city was touched."""

    code = "plan_failed"

    def __str__(self) -> str:
        return f"no city was touched: {self.details.get('reason')}"


class NamesItsSchema(DomainError):
    """A migration says the name of the schema it runs in: repeated elsewhere it would change that schema."""

    code = "names_its_schema"

    def __str__(self) -> str:
        return f"{self.details.get('migration')} names the schema it runs in: leave the name away"


@dataclass(frozen=True)
class Live:
    """An operation that runs in every city, with the states it needs made ready once."""

    app_label: str
    operation: Operation
    before: ProjectState
    after: ProjectState

    def run(self, connection: Any) -> None:
        """Run the operation in the current schema."""
        with ShardableSchemaEditor(connection, atomic=False) as editor:
            self.operation.database_forwards(self.app_label, editor, self.before, self.after)


@dataclass(frozen=True)
class PlannedMigration:
    """One migration as it is told to every city: pieces of SQL and live operations, in order."""

    key: Key
    records: tuple[Key, ...]
    steps: tuple[str | Live, ...]

    @property
    def name(self) -> str:
        """Name the migration as people do."""
        return ".".join(self.key)


@dataclass(frozen=True)
class Plan:
    """What brings a schema to this code: migrations in order, and rows that Django adds afterwards."""

    base: frozenset[Key]
    migrations: tuple[PlannedMigration, ...]
    afterwards: str = ""

    def missing(self, applied: frozenset[Key]) -> Sequence[PlannedMigration]:
        """List the migrations that a schema has not been through."""
        return [migration for migration in self.migrations if migration.key not in applied]

    def fits(self, applied: frozenset[Key]) -> bool:
        """Tell whether a schema has been through everything the plan takes for granted."""
        return self.base <= applied


class RecordingEditor(ShardableSchemaEditor):
    """An editor that says everything to PostgreSQL and remembers what it said."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection, atomic=False)
        self.said: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Execute a statement and keep its text."""
        text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        super().execute(text, None)
        self.said.append(text.rstrip().removesuffix(";"))

    def take(self) -> str:
        """Give what was said since the last time, as one message."""
        said, self.said = self.said, []
        return ";\n".join(said)


@dataclass
class Recorder:
    """Runs migrations in the current schema and writes the plan down."""

    connection: Any
    loader: MigrationLoader
    applied: frozenset[Key]
    at: str = ""
    state: ProjectState = field(init=False)

    def __post_init__(self) -> None:
        full = self._full_plan()
        self.state = ProjectState(real_apps=self.loader.unmigrated_apps)
        for migration in full:
            if _key(migration) in self.applied:
                migration.mutate_state(self.state, preserve=False)
        self._missing = [migration for migration in full if _key(migration) not in self.applied]

    @property
    def missing(self) -> list[Migration]:
        """The migrations of cities that the current schema has not been through."""
        return [migration for migration in self._missing if belongs_to_cities(migration.app_label)]

    def record(self) -> tuple[PlannedMigration, ...]:
        """Run all that is missing, and give it back as a plan."""
        planned = []
        if self.missing:
            self.state.apps  # noqa: B018 - rendered once here, else once per operation
        for migration in self._missing:
            if belongs_to_cities(migration.app_label):
                self.at = ".".join(_key(migration))
                planned.append(self._record(migration))
            else:
                migration.mutate_state(self.state, preserve=False)
        return tuple(planned)

    def _record(self, migration: Migration) -> PlannedMigration:
        steps: list[str | Live] = []
        editor = RecordingEditor(self.connection)
        with editor:
            for operation in migration.operations:
                before = self.state.clone()
                operation.state_forwards(migration.app_label, self.state)
                if is_spoken_in_sql(operation):
                    operation.database_forwards(migration.app_label, editor, before, self.state)
                    continue
                live = Live(migration.app_label, operation, _frozen(before), _frozen(self.state))
                steps += [editor.take(), live]
                live.run(self.connection)
        steps += [editor.take(), SETTLE]
        self._require_nameless(migration, steps)
        with self.connection.cursor() as cursor:
            cursor.execute(SETTLE)
        records = (*migration.replaces, _key(migration))
        return PlannedMigration(_key(migration), records, _joined(steps))

    def _require_nameless(self, migration: Migration, steps: Iterable[str | Live]) -> None:
        name = self.connection.schema_name
        if any(f"{name}." in step.replace('"', "") for step in steps if isinstance(step, str)):
            raise NamesItsSchema(migration=".".join(_key(migration)))

    def _full_plan(self) -> list[Migration]:
        found: dict[Key, Migration] = {}
        for leaf in self.loader.graph.leaf_nodes():
            for key in self.loader.graph.forwards_plan(leaf):
                found.setdefault(key, self.loader.graph.nodes[key])
        return list(found.values())


def is_spoken_in_sql(operation: Operation) -> bool:
    """Tell whether an operation says the same to every city."""
    if isinstance(operation, SeparateDatabaseAndState):
        return all(is_spoken_in_sql(part) for part in operation.database_operations)
    if isinstance(operation, RunPython) or not type(operation).__module__.startswith(SPOKEN_IN_SQL):
        return False
    default = getattr(getattr(operation, "field", None), "default", NOT_PROVIDED)
    return default is NOT_PROVIDED or not callable(default) or default in CONSTANT_FACTORIES


def require_atomic(migrations: Iterable[Migration]) -> None:
    """Refuse migrations that cannot be rolled back.

    Raises CannotBeUndone.
    """
    for migration in migrations:
        if not migration.atomic:
            raise CannotBeUndone(migration=".".join(_key(migration)))


def record_plan(*, connection: Any, loader: MigrationLoader, applied: frozenset[Key]) -> Plan:
    """Run what is missing in the current schema, take it back, and give it as a plan.

    Raises CannotBeUndone, NamesItsSchema and PlanFailed.
    """
    recorder = Recorder(connection, loader, applied)
    require_atomic(recorder.missing)
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_MS}ms'")
        try:
            with listen(connection, recorder.missing) as heard:
                migrations = recorder.record()
        except DatabaseError as error:
            raise PlanFailed(reason=describe(error=error, migration=recorder.at)) from error
        transaction.set_rollback(True)
    ContentType.objects.clear_cache()  # it knows rows that have just been taken back
    base = frozenset(key for key in applied if key in loader.graph.nodes and belongs_to_cities(key[0]))
    return Plan(base, migrations, heard.sql)


def _key(migration: Migration) -> Key:
    return (migration.app_label, migration.name)


def _frozen(state: ProjectState) -> ProjectState:
    """Copy a state with its models rendered whole, so that many threads may read it."""
    copy = ProjectState(
        models={key: model.clone() for key, model in state.models.items()}, real_apps=state.real_apps
    )
    copy.apps  # noqa: B018 - rendered while only one thread sees it
    return copy


def _joined(steps: Iterable[str | Live]) -> tuple[str | Live, ...]:
    joined: list[str | Live] = []
    for step in steps:
        if isinstance(step, Live) or not joined or isinstance(joined[-1], Live):
            joined.append(step)
        else:
            joined[-1] = ";\n".join(part for part in (joined[-1], step) if part)
    return tuple(step for step in joined if step)
