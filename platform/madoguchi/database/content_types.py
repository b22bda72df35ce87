"""The cache of content types, kept apart for every schema.

Django keeps one per process; the same model has another id in another city, so threads that
serve two cities would read each other's ids.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.contrib.contenttypes.models import ContentTypeManager
from django.db import connection

MOST_SCHEMAS = 256


class CachePerSchema:
    """A data descriptor that gives every schema its own dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._caches: OrderedDict[str, dict[Any, Any]] = OrderedDict()

    def __get__(self, manager: object, owner: type) -> dict[Any, Any]:
        schema_name = connection.schema_name or ""
        with self._lock:
            cache = self._caches.setdefault(schema_name, {})
            self._caches.move_to_end(schema_name)
            while len(self._caches) > MOST_SCHEMAS:
                self._caches.popitem(last=False)
        return cache

    def __set__(self, manager: object, value: dict[Any, Any]) -> None:
        """Keep the descriptor in charge when Django's manager starts with an empty cache."""


def key_content_types_by_schema() -> None:
    """Give every schema its own cache of content types."""
    if not isinstance(vars(ContentTypeManager).get("_cache"), CachePerSchema):
        ContentTypeManager._cache = CachePerSchema()  # type: ignore[attr-defined]
