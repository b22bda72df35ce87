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
STORE = "_caches_by_schema"


class CachePerSchema:
    """A data descriptor that gives every schema its own dictionary in each manager.

    Managers stay apart: migrations have models of their own, which must not meet today's.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def __get__(self, manager: object, owner: type) -> dict[Any, Any]:
        schema_name = connection.schema_name or ""
        with self._lock:
            caches: OrderedDict[str, dict[Any, Any]] = vars(manager).setdefault(STORE, OrderedDict())
            cache = caches.setdefault(schema_name, {})
            caches.move_to_end(schema_name)
            while len(caches) > MOST_SCHEMAS:
                caches.popitem(last=False)
        return cache

    def __set__(self, manager: object, value: dict[Any, Any]) -> None:
        """Start empty, as Django's manager means to."""
        vars(manager)[STORE] = OrderedDict()


def key_content_types_by_schema() -> None:
    """Give every schema its own cache of content types."""
    if not isinstance(vars(ContentTypeManager).get("_cache"), CachePerSchema):
        ContentTypeManager._cache = CachePerSchema()  # type: ignore[attr-defined]
