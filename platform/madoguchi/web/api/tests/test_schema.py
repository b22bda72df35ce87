"""The schema of the API says all of it, and is drawn without a warning."""

import logging
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

METHODS = {"get", "post", "put", "patch", "delete"}


def _schema() -> dict[str, Any]:
    drawn: dict[str, Any] = SchemaGenerator(urlconf="deploy.urls.staff").get_schema(request=None, public=True)
    return drawn


@pytest.mark.django_db
def test_the_schema_is_valid_and_nothing_is_guessed(caplog: pytest.LogCaptureFixture) -> None:
    GENERATOR_STATS.reset()
    with caplog.at_level(logging.WARNING):
        schema = _schema()
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    validate_schema(schema)
    assert len(schema["paths"]) >= 12


@pytest.mark.django_db
def test_every_operation_has_a_name_a_summary_a_scope_and_its_refusals() -> None:
    names = []
    for path, methods in _schema()["paths"].items():
        for method in METHODS & methods.keys():
            said = methods[method]
            names.append(said["operationId"])
            assert said["summary"], path
            assert "Scope: `" in said["description"], path
            assert {"401", "403", "404", "429"} <= said["responses"].keys(), path
            assert said["security"] == [{"token": []}], path
    assert len(names) == len(set(names))


def test_strangers_read_no_schema(db: None) -> None:
    assert Client(headers={"host": "staff.midori.localhost"}).get("/api/v1/schema/").status_code == 302
