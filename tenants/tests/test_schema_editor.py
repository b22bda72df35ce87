"""A column added by our editor looks as one added by Django's."""

from typing import Any

import pytest
from django.db import connection, models
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations.state import ModelState, ProjectState

from madoguchi.database.schema import ShardableSchemaEditor
from tenants.schemas import in_schema
from tenants.tests.owner import owner

__all__ = ["owner"]

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS: dict[str, models.Field[Any, Any]] = {
    "counted": models.PositiveIntegerField(default=3),
    "named": models.CharField(max_length=20, unique=True, null=True),
    "a_name_so_long_that_postgresql_has_to_cut_it_short_for_constraints": models.PositiveSmallIntegerField(
        null=True, unique=True
    ),
    "parent": models.ForeignKey("trial.Trial", models.CASCADE, null=True),
}
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = %s::regnamespace
"""
INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = %s"


def describe(schema: str, editor_class: type[DatabaseSchemaEditor]) -> tuple[set[Any], set[Any]]:
    """Make a table in a schema of its own, add every field, and list its constraints and indexes."""
    state = ProjectState()
    state.add_model(ModelState("trial", "Trial", [("id", models.BigAutoField(primary_key=True))]))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    with in_schema(schema), editor_class(connection) as editor:
        editor.create_model(state.apps.get_model("trial", "Trial"))
        for name, field in FIELDS.items():
            state.add_field("trial", "trial", name, field.clone(), preserve_default=True)
            model = state.apps.get_model("trial", "Trial")
            editor.add_field(model, model._meta.get_field(name))
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS, [schema])
        constraints = {(name, text.replace(f"{schema}.", "")) for name, text in cursor.fetchall()}
        cursor.execute(INDEXES, [schema])
        indexes = set(cursor.fetchall())
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
    return constraints, indexes


def test_the_constraints_and_their_names_are_the_same(owner: None) -> None:
    ours = describe("trial_ours", ShardableSchemaEditor)
    assert len(ours[0]) >= 6
    assert ours == describe("trial_django", DatabaseSchemaEditor)
