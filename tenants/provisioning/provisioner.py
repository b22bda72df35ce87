"""The process that makes the cities our operators wish for: one at a time, taken up again after a crash."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    Error,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from psycopg.rows import dict_row
from valkey.exceptions import ValkeyError

from madoguchi import clock
from madoguchi.accounts import services as accounts
from madoguchi.accounts.models import Staff
from madoguchi.errors import DomainError
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import find_city, in_city
from tenants.directory import CONNECTION_KEYS, directory
from tenants.models import ProvisioningRequest, RequestState
from tenants.provisioning import orders, wishes
from tenants.provisioning.city import create_city
from tenants.provisioning.template import build_template

logger = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 1.0
MOST_ATTEMPTS: Final = 5
GAVE_UP: Final = "gave_up"
BROKEN: Final = "broken"
_SERVER_AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError)
LOCK: Final = 7_310_015

CLAIM = """
UPDATE tenants_provisioningrequest SET state = 'running', attempts = attempts + 1, changed_at = %(now)s
 WHERE uuid = (SELECT uuid FROM tenants_provisioningrequest WHERE state IN ('waiting', 'running')
               ORDER BY state, changed_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING uuid, profile, step, attempts, sent_by, sent_by_name, approved_by, approved_by_name
"""
STEP = "UPDATE tenants_provisioningrequest SET step = %(step)s, changed_at = %(now)s WHERE uuid = %(uuid)s"
FAIL = """
UPDATE tenants_provisioningrequest
   SET state = 'failed', error = %(error)s, error_text = %(text)s, changed_at = %(now)s
 WHERE uuid = %(uuid)s
"""


class AlreadySignedIn(DomainError):
    """The first administrator has a password: nobody outside the city sets another."""

    code = "already_signed_in"


class Provisioner:
    """Fulfils wishes until stopped; a second process waits for the lock of the first."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self._sweep_seconds = sweep_seconds
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Finish the city in hand and end."""
        self._stopping.set()

    def run(self) -> None:
        """Fulfil wishes until stopped; a lost database or broker is waited for."""
        while not self._stopping.is_set():
            try:
                self.fulfil_all()
            except (Error, psycopg.Error, OSError) as failure:
                logger.warning("provisioning waits: %s", type(failure).__name__)
                connection.close()
                self._stopping.wait(PAUSE_SECONDS)
            self._wait()

    def fulfil_all(self) -> int:
        """Fulfil every wish that waits, and those a crash left behind; count them."""
        done = 0
        with _alone() as ledger:
            while ledger is not None and not self._stopping.is_set() and _fulfil_next(ledger):
                done += 1
        return done

    def _wait(self) -> None:
        if self._stopping.is_set():
            return
        try:
            wishes.wait_for_nudge(seconds=self._sweep_seconds)
        except (ValkeyError, OSError):
            self._stopping.wait(self._sweep_seconds)


class _Progress:
    """Writes on a connection of its own how far a city has come, so that people see it at once."""

    def __init__(self, ledger: "psycopg.Connection[Any]", request_id: UUID) -> None:
        self._ledger = ledger
        self._request_id = request_id

    def reach(self, step: str) -> None:
        """Write down a step."""
        self._ledger.execute(STEP, {"step": step[:20], "now": clock.now(), "uuid": self._request_id})

    def fail(self, error: str, text: str) -> None:
        """Write down why there will be no city, for the people to correct."""
        values = {"error": error[:60], "text": text[:2000], "now": clock.now(), "uuid": self._request_id}
        self._ledger.execute(FAIL, values)


@contextmanager
def _alone() -> Iterator["psycopg.Connection[Any] | None"]:
    """Hold the lock of the one process that makes cities; give nothing when another holds it."""
    known = connections[DEFAULT_DB_ALIAS].get_connection_params()
    # How to check the server goes along: the owner's password is for nobody else.
    kept = {key: value for key, value in known.items() if key in CONNECTION_KEYS}
    with psycopg.connect(**kept, autocommit=True, row_factory=dict_row) as ledger:
        ledger.execute("SET search_path = public")
        found = ledger.execute("SELECT pg_try_advisory_lock(%s) AS is_ours", [LOCK]).fetchone()
        # The lock ends with the connection, also when the process is killed.
        yield ledger if found and found["is_ours"] else None


def _fulfil_next(ledger: "psycopg.Connection[Any]") -> bool:
    """Take up one wish; tell whether there was one."""
    wish = ledger.execute(CLAIM, {"now": clock.now()}).fetchone()
    if wish is None:
        return False
    progress = _Progress(ledger, wish["uuid"])
    try:
        if wish["attempts"] > MOST_ATTEMPTS and wish["step"] != orders.MADE:
            progress.fail(GAVE_UP, "")
        else:
            _fulfil(wish, progress)
    except DomainError as refusal:
        progress.fail(refusal.code, str(refusal))
    except _SERVER_AWAY:
        raise
    except Exception as mistake:
        # One wish's trouble must not hold up the others.
        logger.exception("a wish for a city could not be fulfilled")
        progress.fail(BROKEN, f"{type(mistake).__name__}: {mistake}")
    return True


def _fulfil(wish: Any, progress: _Progress) -> None:
    if wish["step"] != orders.MADE:
        _make(wish, progress)
    city = find_city(code=wish["profile"]["city"]["code"])
    _hand_over(city, request_id=wish["uuid"], profile=wish["profile"])


def _make(wish: Any, progress: _Progress) -> None:
    """Make the city and write down that it is made, in one transaction."""
    profile = orders.to_profile(wish["profile"])
    progress.reach("template")
    build_template()
    made: CityLike | None = None
    try:
        with transaction.atomic():
            made = create_city(
                profile=profile,
                now=clock.now(),
                report=progress.reach,
                approval=orders.approval_of(wish),
            )
            ProvisioningRequest.objects.filter(uuid=wish["uuid"]).update(
                step=orders.MADE, changed_at=clock.now()
            )
    except _SERVER_AWAY:
        # Whether it was committed nobody knows: a key too many harms nobody, one too few a whole city.
        raise
    except BaseException:
        if made is not None:
            vault.delete_city_key(city=made)
        raise
    finally:
        connection.set_schema_to_public()
        directory.forget()


def _hand_over(city: CityLike, *, request_id: UUID, profile: dict[str, Any]) -> None:
    """Issue the first administrator's code and leave it, sealed, for our operators; repeatable."""
    with in_city(city):
        first = Staff.objects.get(staff_code=profile["staff"][0]["staff_code"])
        if first.has_usable_password():
            raise AlreadySignedIn(city=city.code)
        code = accounts.issue_reset_code(staff_id=first.id, actor=SYSTEM, now=clock.now())
    with in_city(directory.operators()):
        sealed = vault.seal(fields={"code": code}, place=orders.CODE_PLACE, row=request_id)
        ProvisioningRequest.objects.filter(uuid=request_id).update(
            state=RequestState.DONE,
            step="",
            sealed_code=sealed,
            profile=orders.without_names(profile),
            changed_at=clock.now(),
        )
        audit.record(
            actor=SYSTEM,
            action="tenants.city_made",
            object_type=orders.OBJECT,
            object_ids=[city.code, str(request_id)],
            now=clock.now(),
        )
