"""What went wrong, in words that may leave a city."""

from django.db import DatabaseError


def describe(*, error: BaseException, migration: str) -> str:
    """Say what failed in words of the schema: PostgreSQL's own message may quote somebody's row."""
    cause = error.__cause__ if isinstance(error, DatabaseError) and error.__cause__ else error
    found = getattr(cause, "diag", None)
    places = [
        f"{kind} {value}"
        for kind, value in (
            ("table", getattr(found, "table_name", None)),
            ("column", getattr(found, "column_name", None)),
            ("constraint", getattr(found, "constraint_name", None)),
        )
        if value
    ]
    state = getattr(cause, "sqlstate", None)
    what = type(cause).__name__ + (f" ({state})" if state else "")
    return ": ".join(part for part in (migration, " ".join([what, *places])) if part)[:300]
