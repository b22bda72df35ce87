"""Long lists in pages: a cursor names the last row seen, so that nothing is skipped or told twice."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from madoguchi.errors import Invalid

MOST_ROWS: Final = 200
ROWS: Final = 50


class CursorUnreadable(Invalid):
    """The cursor is none that we gave."""

    code = "cursor_invalid"
    message = _("cursor には、前の答えの next をそのまま入れてください。")


class PageSerializer(serializers.Serializer[Any]):
    """The parameters of every list."""

    cursor = serializers.CharField(required=False, max_length=300, help_text="next of the answer before.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ROWS, default=ROWS)


def page_of(
    rows: Sequence[Any], *, key: Callable[[Any], tuple[str, ...]], cursor: str, limit: int
) -> tuple[list[Any], str | None]:
    """Cut one page out of rows that are sorted by their key; give the cursor of the next.

    Raises CursorUnreadable.
    """
    after = _read(cursor) if cursor else None
    waiting = [row for row in rows if after is None or key(row) > after]
    shown = waiting[:limit]
    return shown, _written(key(shown[-1])) if len(waiting) > limit else None


def _written(key: tuple[str, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, ...]:
    try:
        # Whatever is not of the alphabet would be passed over in silence.
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(plain)
    except (ValueError, RecursionError) as unreadable:
        raise CursorUnreadable from unreadable
    if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
        raise CursorUnreadable
    return tuple(found)
