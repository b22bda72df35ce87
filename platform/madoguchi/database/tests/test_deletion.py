"""Rows are deleted without being read first."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_delete  # noqa: TID251 - to see who listens
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import get_tenant_model

OTHERS = ("wagtail", "taggit", "cms", "axes")


def test_only_the_table_of_cities_tells_the_library_of_tenants() -> None:
    assert post_delete.has_listeners(get_tenant_model())
    ours = [model for model in apps.get_models() if not model.__module__.startswith(OTHERS)]
    heard = {model._meta.label for model in ours if post_delete.has_listeners(model)}
    assert heard == {get_tenant_model()._meta.label}


@pytest.mark.django_db
def test_the_pieces_of_a_file_go_without_being_read() -> None:
    pieces = apps.get_model("exchange", "ImportPiece").objects.filter(import_job=uuid4())
    with CaptureQueriesContext(connection) as asked:
        pieces.delete()
    assert [query["sql"] for query in asked if "SELECT" in query["sql"]] == []
    assert "DELETE" in asked[-1]["sql"]
