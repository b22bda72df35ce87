"""A cursor that opens its transaction with its first statement: one message instead of two round trips."""

from typing import Any, Protocol

from django.db.backends.postgresql.base import CursorMixin
from psycopg import ClientCursor, InterfaceError
from psycopg.abc import PQGen
from psycopg.adapt import Transformer


class Binder(Protocol):
    """The wrapper of a connection, as far as a cursor needs it."""

    def opening(self) -> str: ...
    def bind(self) -> None: ...
    def is_now_bound(self) -> None: ...


class BindingCursor(CursorMixin, ClientCursor[Any]):
    """Sends BEGIN, role and schema in front of the statement with which a transaction begins.

    The server runs them one after another and stops at the first error, so that a statement can no more
    run unbound than it could behind a message of its own.
    """

    binder: Binder | None = None
    _opens = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Run a statement, bound to the city."""
        opening = self.binder.opening() if self.binder is not None else ""
        if not opening:
            return super().execute(query, params, **options)
        assert self.binder is not None
        if not isinstance(query, str):
            self.binder.bind()
            return super().execute(query, params, **options)
        self._opens = True
        try:
            super().execute(f"{opening};{query}", params, **options)
        finally:
            self._opens = False
        for _statement in range(opening.count(";") + 1):
            self.nextset()
        self.binder.is_now_bound()
        return self

    def executemany(self, *args: Any, **options: Any) -> None:
        """Run a statement many times, bound to the city."""
        self._bind()
        super().executemany(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        """Begin a COPY, bound to the city."""
        self._bind()
        return super().copy(*args, **options)

    def stream(self, *args: Any, **options: Any) -> Any:
        """Run a statement and give its rows one by one, bound to the city."""
        self._bind()
        return super().stream(*args, **options)

    def _bind(self) -> None:
        if self.binder is not None:
            self.binder.bind()

    def _start_query(self, query: Any = None) -> PQGen[None]:
        if not self._opens:
            yield from super()._start_query(query)
            return
        # What psycopg does here but for its own BEGIN, which would be a round trip more.
        if self.closed:
            raise InterfaceError("the cursor is closed")
        self._reset()
        self._last_query = None
        self._tx = Transformer(self)
