"""What a sharded database refuses, found in the SQL of migrations."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from madoguchi.database.schema import ShardableSchemaEditor

NAME = r'(?:"[^"]+"|\w+)'
RULES = {
    "a column is added with its constraint": (
        r"\bADD COLUMN\b[^;]*?\b(CHECK\s*\(|UNIQUE\b|REFERENCES\b|PRIMARY KEY\b)"
    ),
    "a column becomes an identity or a serial later": (
        r"\b(ADD COLUMN\b[^;]*?\b(GENERATED\b[^;]*?\bAS IDENTITY|(?:BIG|SMALL)?SERIAL)\b"
        r"|ALTER COLUMN\b[^;]*?\bADD GENERATED\b)"
    ),
    "a trigger": r"\bCREATE\s+(?:OR REPLACE\s+)?(?:CONSTRAINT\s+)?TRIGGER\b",
    "a foreign key leaves its schema": rf"\bREFERENCES\s+{NAME}\s*\.\s*{NAME}",
    "an update with a volatile function": (
        r"\bUPDATE\b[^;]*?\b(random|gen_random_uuid|uuid_generate_v4|clock_timestamp|nextval)\s*\("
    ),
    "a table inherits": r"\bCREATE TABLE\b[^;]*?\bINHERITS\b|\bALTER TABLE\b[^;]*?\bINHERIT\b",
    "a table has no primary key": r"\bCREATE TABLE\b(?![^;]*\b(?:PRIMARY KEY|AS SELECT)\b)[^;]*",
}
TEXTS = re.compile(r"'(?:[^']|'')*'")


class CollectingEditor(ShardableSchemaEditor):
    """An editor that only says what it would do, for tables that need not exist."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection, atomic=False)
        self.said: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Keep the statement."""
        self.said.append(str(sql))

    def _constraint_names(self, *args: Any, **kwargs: Any) -> list[str]:
        return ["whatever_it_is_called"]


def findings(statements: Sequence[str]) -> list[str]:
    """List what a sharded database would refuse, with the statement."""
    return [
        f"{rule}: {statement[:160]}"
        for statement in statements
        for rule, pattern in RULES.items()
        if re.search(pattern, TEXTS.sub("''", statement), re.IGNORECASE | re.DOTALL)
    ]


def spoken(connection: Any, *, by: Callable[[str], bool]) -> Iterator[tuple[Migration, list[str]]]:
    """Give the migrations of the apps that are asked for, each with what it says.

    The others only bring the state to where these begin: rendering their models is what takes long.
    """
    loader = MigrationLoader(None)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for migration in _in_order(loader):
        if by(migration.app_label):
            state.apps  # noqa: B018 - rendered once here, else once per operation
            yield migration, say(connection, migration, state)
        else:
            vars(state).pop("apps", None)
            migration.mutate_state(state, preserve=False)


def is_ours(app_label: str) -> bool:
    """Tell whether an app is part of the house or a plugin in it."""
    from django.apps import apps
    from django.conf import settings

    name = apps.get_app_config(app_label).name
    return (
        name.startswith(("madoguchi.", "plugins.", "cms", "tenants")) or name in settings.MADOGUCHI["PLUGINS"]
    )


def digest_of_others() -> str:
    """Name the state of all migrations that are not ours."""
    digest = hashlib.sha256()
    for migration in _in_order(MigrationLoader(None)):
        if not is_ours(migration.app_label):
            module = import_module(migration.__module__)
            digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:16]


def _in_order(loader: MigrationLoader) -> list[Migration]:
    order: dict[tuple[str, str], Migration] = {}
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            order.setdefault(key, loader.graph.nodes[key])
    return list(order.values())


def say(connection: Any, migration: Migration, state: ProjectState) -> list[str]:
    """Collect the SQL of one migration, and bring the state behind it."""
    with CollectingEditor(connection) as editor:
        for operation in migration.operations:
            before = state.clone()
            operation.state_forwards(migration.app_label, state)
            if not isinstance(operation, RunPython):
                operation.database_forwards(migration.app_label, editor, before, state)
    return editor.said
