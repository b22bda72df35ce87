"""The strict backend: role and schema are bound to the transaction, never to the session.

The first statement of a transaction travels behind BEGIN, SET LOCAL ROLE and SET LOCAL search_path in
one message, so a pooler, a killed request or a forgotten reset cannot show another city's rows.
"""

import logging
import re
import select
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.utils import debug_transaction
from django.utils.functional import cached_property
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsWrapper
from django_tenants.postgresql_backend.base import original_backend
from psycopg.pq import ConnStatus, TransactionStatus

from madoguchi.database.cursors import BindingCursor
from madoguchi.database.errors import StrictTenancyError
from madoguchi.database.pooling import refuse_leaking_pooler
from madoguchi.database.schema import SchemaIntrospection, ShardableSchemaEditor

logger = logging.getLogger(__name__)

PUBLIC = "public"
SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")


def role_of(schema_name: str) -> str:
    """Name the database role of a city's schema."""
    if not SAFE_NAME.fullmatch(schema_name):
        raise StrictTenancyError(f"not a schema name of ours: {schema_name!r}")
    return f"{settings.MADOGUCHI['ROLE_PREFIX']}{schema_name}"


def binding_sql(schema_name: str) -> str:
    """Write the statements that bind a transaction to a city: its role and its schema, and no more."""
    is_operators = schema_name == settings.MADOGUCHI["OPERATORS_SCHEMA"]
    path = f"{schema_name}, public" if is_operators else schema_name
    return f"SET LOCAL ROLE {role_of(schema_name)};SET LOCAL search_path = {path}"


class DatabaseWrapper(TenantsWrapper):
    """PostgreSQL bound to one city per transaction."""

    SchemaEditorClass = ShardableSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._bound_to = ""
        self._connecting = False
        self._touched: set[str] = set()
        self.prepared: dict[bytes, Any] = {}
        self.rebinds_for_tests = False
        self.serving_request = False
        self.request_failed = False
        self.health_check_done = False
        self.run_on_commit: list[tuple[set[str], Callable[[], Any], bool]] = []
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002
        """Choose the world of the next transaction; refused inside the transaction of another."""
        schema_name = tenant.schema_name
        if self._is_bound() and self._bound_to != schema_name and not self.rebinds_for_tests:
            raise StrictTenancyError(
                f"bound to {self._bound_to}: cannot switch to {schema_name} inside its transaction"
            )
        self._make_room_for(schema_name)
        self.tenant = tenant
        self.schema_name = schema_name
        self.set_settings_schema(schema_name)

    def _make_room_for(self, schema_name: str) -> None:
        """Close a connection that has served its number of cities, before it meets one more.

        The server keeps what it learnt about each city's tables until the connection ends.
        """
        if schema_name in self._touched or schema_name == PUBLIC or self.in_atomic_block:
            return
        if len(self._touched) >= settings.MADOGUCHI["MOST_CITIES_PER_CONNECTION"]:
            self.close()

    def _cursor(self, name: str | None = None) -> Any:
        if not self._connecting:
            self.close_if_health_check_failed()
            self.ensure_connection()
            self._require_transaction()
            if name or self.schema_name == PUBLIC:
                self.bind()
        return original_backend.DatabaseWrapper._cursor(self, name)

    def create_cursor(self, name: str | None = None) -> Any:
        """Make a cursor that binds its transaction with its first statement."""
        cursor = original_backend.DatabaseWrapper.create_cursor(self, name)
        if isinstance(cursor, BindingCursor) and not self._connecting:
            cursor.binder = self
        return cursor

    def get_connection_params(self) -> dict[str, Any]:
        """Name what the connection is opened with, our own cursor among it."""
        parameters: dict[str, Any] = super().get_connection_params()
        return parameters | {"cursor_factory": BindingCursor}

    def bound_connection(self) -> Any:
        """Open and bind the connection as for a cursor, for a statement that needs none."""
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        self.close_if_health_check_failed()
        self.ensure_connection()
        self.bind()
        return self.connection

    def opening(self) -> str:
        """Write what must be sent before the next statement; empty when the transaction is bound."""
        schema_name = self.schema_name
        if schema_name == PUBLIC or (self._is_bound() and self._bound_to == schema_name):
            return ""
        self._require_transaction()
        if self.connection.info.transaction_status == TransactionStatus.IDLE:
            begin: str = self.connection._get_tx_start_command().decode()
            return f"{begin};{binding_sql(schema_name)}"
        return binding_sql(schema_name)

    def bind(self) -> None:
        """Bind the transaction to the city now, in a message of its own."""
        if self.schema_name == PUBLIC:
            if self._is_bound():
                self._send("RESET ROLE; SET LOCAL search_path = public")
                self._bound_to = PUBLIC
            return
        opening = self.opening()
        if opening:
            self._send(opening)
            self.is_now_bound()

    def is_now_bound(self) -> None:
        """Remember that the server has accepted the binding."""
        self._bound_to = self.schema_name
        self._touched.add(self.schema_name)

    def _require_transaction(self) -> None:
        if self.schema_name != PUBLIC and self.get_autocommit():
            raise StrictTenancyError(
                f"a query of {self.schema_name} outside a transaction: enter the city through in_city()"
            )

    def _send(self, sql: str) -> None:
        """Send all statements as one message; psycopg would spend a round trip on each."""
        with self.wrap_database_errors:
            result = self.connection.pgconn.exec_(sql.encode())
            if result.error_message:
                raise self.error_of(result)

    def error_of(self, result: Any) -> Exception:
        """Make the exception of a result that holds an error."""
        from psycopg.errors import OperationalError, error_from_result

        if self.connection.pgconn.status != ConnStatus.OK:
            return OperationalError("the server closed the connection")
        return error_from_result(result, encoding="utf-8")

    def _is_bound(self) -> bool:
        # A closed connection or autocommit has no transaction, whatever the flag remembers.
        return bool(self._bound_to) and self.connection is not None and not self.autocommit

    # -- the life of the connection ------------------------------------------------------

    def connect(self) -> None:
        """Open the connection; its own set-up queries belong to no city.

        Raises LeakingPooler for an address that mixes sessions.
        """
        refuse_leaking_pooler(parameters=self.get_connection_params())
        self._bound_to = ""
        self._touched = set()
        self.prepared = {}
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False

    @cached_property
    def pg_version(self) -> int:
        """Read the server's version from the connection, without a query."""
        self.ensure_connection()
        version: int = self.connection.info.server_version
        return version

    def close(self) -> None:
        """Close the connection and forget what it was bound to."""
        self._bound_to = ""
        super().close()

    def close_if_health_check_failed(self) -> None:
        """Reopen a connection that the server closed, at no cost while it is quiet.

        A live idle connection has nothing to read; a restarted server has sent its goodbye.
        """
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if not self._has_unread_bytes():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()

    def _has_unread_bytes(self) -> bool:
        try:
            poller = select.poll()
            poller.register(self.connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
            return bool(poller.poll(0))
        except Exception:  # a connection that cannot even say its socket gets the full check
            return True

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001
        self._bound_to = ""
        super()._set_autocommit(autocommit)

    def _commit(self) -> None:
        self._bound_to = ""
        if self.connection is None:
            return
        # A request ends with several commits, and after its commit point nothing is left for them.
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            with debug_transaction(self, "COMMIT"):
                self._send("COMMIT")

    def _rollback(self) -> None:
        self._bound_to = ""
        super()._rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint; in tests a city bound after it is bound anew."""
        super().savepoint_rollback(sid)
        if self.rebinds_for_tests:
            self._bound_to = "?" if self._bound_to else ""

    # -- hooks that wait for the commit ---------------------------------------------------

    def run_and_clear_commit_hooks(self) -> None:
        """Run what waited for the commit, each in a transaction of its own."""
        self.validate_no_atomic_block()
        self._run_hooks()

    def _run_hooks(self) -> None:
        waiting, self.run_on_commit = self.run_on_commit, []
        while waiting:
            _, function, _ = waiting.pop(0)
            self._run_hook(function)

    def _run_hook(self, function: Callable[[], Any]) -> None:
        try:
            with transaction.atomic(using=self.alias):
                function()
        except Exception:
            # The data are committed: an answer of 500 would make people do it twice.
            logger.exception("a commit hook failed: %r", function)

    def commit_point(self) -> None:
        """Commit in the middle of a request and run the waiting hooks while their context lives.

        Later queries of the request open a second bound transaction.
        """
        with self.wrap_database_errors:
            self._commit()
        waiting, self.run_on_commit = self.run_on_commit, []
        for _, function, _ in waiting:
            self._run_hook_between_transactions(function)

    def _run_hook_between_transactions(self, function: Callable[[], Any]) -> None:
        """Run a hook while no transaction is open: one that asks the database nothing costs nothing."""
        try:
            function()
            with self.wrap_database_errors:
                self._commit()
        except Exception:
            logger.exception("a commit hook failed: %r", function)
            self.needs_rollback = False
            with self.wrap_database_errors:
                self._rollback()

    def restart_after_error(self) -> None:
        """Throw away the failed transaction, so that an error page can query its own city."""
        self.request_failed = True
        self.run_on_commit = []
        if self.connection is None or not self.in_atomic_block or self.closed_in_transaction:
            return
        if self.savepoint_ids:
            sid = next((sid for sid in reversed(self.savepoint_ids) if sid), None)
            self.needs_rollback = False
            if sid is not None:
                self.savepoint_rollback(sid)
            return
        self.needs_rollback = False
        with self.wrap_database_errors:
            self._rollback()
