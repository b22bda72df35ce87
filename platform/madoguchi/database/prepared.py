"""Statements so hot that the server should keep their plan."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus

PLACEHOLDER = re.compile(rb"%\((\w+)\)s|%%")


class Prepared:
    """A statement with a name on the server and a number for each of its values."""

    def __init__(self, statement: str) -> None:
        wanted: dict[bytes, int] = {}

        def number(found: "re.Match[bytes]") -> bytes:
            if found[1] is None:
                return b"%"
            return b"$%d" % wanted.setdefault(found[1], len(wanted) + 1)

        self.query = PLACEHOLDER.sub(number, statement.encode())
        self.name = b"madoguchi_" + hashlib.sha256(self.query).hexdigest()[:24].encode()
        self.wanted = tuple(key.decode() for key in wanted)


def run_prepared(statement: Prepared, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement in the current city's transaction and give its first row.

    Every value is sent as text, so the statement casts each of its placeholders. The plan is kept per
    connection; the server makes it anew when the connection changes city. A pooler that mixes connections
    needs PREPARES_STATEMENTS off.
    """
    # psycopg's cursor costs 0.5 ms here: it looks for an adapter for each of some thirty values.
    backend: Any = connections[DEFAULT_DB_ALIAS]
    connection = backend.bound_connection()
    with backend.wrap_database_errors:
        result = _execute(backend, connection.pgconn, statement, values)
        if result.status != ExecStatus.TUPLES_OK:
            raise backend.error_of(result)
        return _first_row(backend, connection, statement, result)


def _execute(backend: Any, session: Any, statement: Prepared, values: Mapping[str, Any]) -> Any:
    sent = [_as_text(values[key]) for key in statement.wanted]
    if not settings.MADOGUCHI["PREPARES_STATEMENTS"]:
        return session.exec_params(statement.query, sent)
    if statement.name not in backend.prepared:
        made = session.prepare(statement.name, statement.query)
        if made.status != ExecStatus.COMMAND_OK:
            return made
        backend.prepared[statement.name] = None
    return session.exec_prepared(statement.name, sent)


def _first_row(backend: Any, connection: Any, statement: Prepared, result: Any) -> tuple[Any, ...] | None:
    if not result.ntuples:
        return None
    # A statement's columns are the same every time: the loaders found for the first row read all others.
    reader = backend.prepared.get(statement.name)
    if reader is None:
        reader = Transformer.from_context(connection)
        reader.set_pgresult(result)
        if statement.name in backend.prepared:
            backend.prepared[statement.name] = reader
    else:
        reader.set_pgresult(result, set_loaders=False)
    row: tuple[Any, ...] = reader.load_row(0, tuple)
    return row


def _as_text(value: object) -> bytes | None:
    """Write a value the way PostgreSQL reads it."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    return _words(value).encode()


def _plain(value: Any) -> bytes:
    return str(value).encode()


def _text(value: Any) -> bytes:
    if "\0" in value:
        # libpq would silently send what stands before it.
        raise psycopg.DataError("PostgreSQL text cannot contain NUL bytes")
    return str(value).encode()


# By type, because thirty values are written for every booking; what is not here goes the long way.
_WRITERS: Mapping[type, Callable[[Any], bytes | None]] = {
    type(None): lambda value: None,
    bool: _plain,
    int: _plain,
    UUID: lambda value: value.hex.encode(),
    str: _text,
    bytes: lambda value: b"\\x" + value.hex().encode(),
    datetime: lambda value: value.isoformat().encode(),
}


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        text = "{" + ",".join(_quoted(str(item)) for item in value) + "}"
    else:
        text = str(value)
    if "\0" in text:
        raise psycopg.DataError("PostgreSQL text cannot contain NUL bytes")
    return text


def _quoted(item: str) -> str:
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
