"""Whether the database's address hands one session's settings to another: tried before anybody is served.

A transaction pooler lends one server connection to many clients. What a session was told stays on it,
and the next client, of another city, is given it: no error, only another city's rows.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ExecStatus

logger = logging.getLogger(__name__)

Session = psycopg.Connection[Any]
ROUNDS = 3
# How long a question may wait for a pooler that has no second connection.
PATIENCE_SECONDS = 0.5
# Django's own choices for its cursors; a plain connection needs none of them.
NOT_OURS = frozenset({"cursor_factory", "context", "prepare_threshold"})
SHOW = "SELECT current_setting('madoguchi.probe', true), current_setting('search_path')"
ADDRESS = ("host", "port", "dbname", "user")


class LeakingPooler(ImproperlyConfigured):
    """The address of the database mixes the sessions of its clients."""


@dataclass(frozen=True)
class Finding:
    """What two connections through one address saw of each other."""

    breaks_transactions: bool = False
    shares_sessions: bool = False
    shares_statements: bool = False


def examine(*, connect: Callable[[], Session]) -> Finding:
    """Open two connections and find out what either sees of the other; nothing that stays does harm."""
    with connect() as first, connect() as second:
        first.autocommit = second.autocommit = True
        if _breaks_transactions(first, second):
            return Finding(breaks_transactions=True)
        return Finding(
            shares_sessions=_shares_sessions(first, second),
            shares_statements=_shares_statements(first, second),
        )


def reason_to_refuse(found: Finding) -> str:
    """Say why nobody may be served through such an address; empty when there is no reason."""
    if found.breaks_transactions:
        return "it does not keep the statements of a transaction together"
    if found.shares_sessions and settings.MADOGUCHI["DATABASE_MODE"] == "owner":
        return "it shares sessions, and work as the owner sets the schema on the session: connect directly"
    if found.shares_sessions and settings.MADOGUCHI["POOLER"] != "transaction":
        return "it shares sessions: connect directly, or set MADOGUCHI_POOLER=transaction to allow it"
    if found.shares_statements and settings.MADOGUCHI["PREPARES_STATEMENTS"]:
        return "it shares prepared statements: set MADOGUCHI_PREPARES_STATEMENTS=no"
    return ""


def refuse_leaking_pooler(*, parameters: Mapping[str, Any]) -> None:
    """Examine an address once in the life of the process.

    Raises LeakingPooler when it must not be used, and psycopg.OperationalError while it does not answer.
    """
    _EXAMINED.ensure(parameters)


def refuse_to_start_behind_a_leaking_pooler() -> None:
    """Examine the database's address when a process starts; one that is away is examined when it is back.

    Raises LeakingPooler, which ends the process.
    """
    try:
        refuse_leaking_pooler(parameters=connections[DEFAULT_DB_ALIAS].get_connection_params())
    except psycopg.OperationalError:
        logger.warning("the database does not answer: its address is examined at the first connection")


class Examined:
    """The addresses that this process has examined; of cities it knows nothing."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reasons: dict[tuple[str, ...], str] = {}

    def ensure(self, parameters: Mapping[str, Any]) -> None:
        """Examine an address that is new to this process; raise LeakingPooler for one that leaks."""
        address = tuple(str(parameters.get(name, "")) for name in ADDRESS)
        with self._lock:
            if address not in self._reasons:
                self._reasons[address] = reason_to_refuse(examine(connect=_opener(parameters)))
        if self._reasons[address]:
            raise LeakingPooler(
                f"the database at {':'.join(address[:2])} is refused: {self._reasons[address]}"
            )

    def forget(self) -> None:
        """Examine every address anew."""
        self._reasons.clear()


_EXAMINED = Examined()


def _opener(parameters: Mapping[str, Any]) -> Callable[[], Session]:
    plain = {name: value for name, value in parameters.items() if name not in NOT_OURS}
    return lambda: psycopg.connect(**plain)


def _breaks_transactions(first: Session, second: Session) -> bool:
    """Bind a transaction as the backend does, and look from the other connection meanwhile and after."""
    mark = _mark()
    meanwhile: list[str] = []
    try:
        first.execute("BEGIN")
        first.execute(f"SET LOCAL search_path = {mark}")
        asking = Thread(target=lambda: meanwhile.append(_path(second)), daemon=True)
        asking.start()
        # A pooler with one server connection answers the other client after the commit only.
        asking.join(PATIENCE_SECONDS)
        inside = _path(first)
        first.execute("COMMIT")
        asking.join()
        after = {_path(first), _path(second), *meanwhile}
    except psycopg.Error:
        logger.exception("the pooler refused a transaction")
        return True
    return inside != mark or mark in after or not meanwhile


def _shares_sessions(first: Session, second: Session) -> bool:
    """Tell one session something harmless, and look for it in the other."""
    mark = _mark()
    told = (mark, f'"$user", public, {mark}')
    try:
        # A schema that does not exist changes nothing, even on a connection that keeps it.
        first.execute(f"SET madoguchi.probe = '{mark}'")
        first.execute(f"SET search_path = {told[1]}")
        for _turn in range(ROUNDS):
            seen = second.execute(SHOW).fetchone()
            own = first.execute(SHOW).fetchone()
            if own != told or seen is None or mark in str(seen):
                return True
        return False
    finally:
        first.execute("RESET madoguchi.probe")
        first.execute("RESET search_path")


def _shares_statements(first: Session, second: Session) -> bool:
    """Prepare a statement in one session; the other must not know it, and the first must."""
    name = _mark().encode()
    made = first.pgconn.prepare(name, b"SELECT 1").status == ExecStatus.COMMAND_OK
    is_known = second.pgconn.exec_prepared(name, []).status == ExecStatus.TUPLES_OK
    is_kept = first.pgconn.exec_prepared(name, []).status == ExecStatus.TUPLES_OK
    return is_known or not made or not is_kept


def _path(session: Session) -> str:
    row = session.execute("SELECT current_setting('search_path')").fetchone()
    return str(row[0]) if row else ""


def _mark() -> str:
    return f"madoguchi_probe_{uuid4().hex}"
