from django.db import DEFAULT_DB_ALIAS, connections

from madoguchi.tenancy import is_in_city


def let_transaction_go() -> None:
    """Commit what a request did so far, so that nothing of the database waits for a stranger's server.

    The next query opens a second transaction in the same city. Inside a savepoint nothing is let go.
    """
    backend = connections[DEFAULT_DB_ALIAS]
    if is_in_city() and backend.in_atomic_block and not backend.savepoint_ids and not backend.needs_rollback:
        connections[DEFAULT_DB_ALIAS].commit_point()  # type: ignore[attr-defined]
