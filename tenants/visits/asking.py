"""Asking a city to let one of us in: written in the city's own tables, on a connection of its own.

The operators' role has no right to a city's tables, and no request works in two worlds at once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from madoguchi.accounts.visits.errors import VisitNotFound, VisitOver
from madoguchi.accounts.visits.services import ANSWER_WITHIN, ASKED, ENDED, OBJECT, digest_of
from madoguchi.database.base import binding_sql
from madoguchi.errors import DomainError, Invalid
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit import sql as audit_sql
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.tenancy import City
from tenants.public import beside

CITY: Final = "tenants.city"
SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 500
MINUTES: Final = (15, 30, 60, 120, 240)
ENTRY_LIFE: Final = timedelta(minutes=1)

_WAITING = """
SELECT 1 FROM accounts_operatorvisit
 WHERE operator_id = %(operator)s AND ended_at IS NULL
   AND (decided_at IS NULL AND asked_at > %(since)s OR is_granted AND open_until > %(now)s)
"""
_ASK = """
INSERT INTO accounts_operatorvisit
       (id, operator_id, operator_name, reason, minutes, asked_at, decided_by, is_granted, note,
        sees_all, ended_by)
VALUES (%(id)s, %(operator)s, %(name)s, %(reason)s, %(minutes)s, %(now)s, '', false, '', false, '')
"""
_LIST = """
SELECT id, operator_id, operator_name, reason, minutes, asked_at, decided_at, decided_by, is_granted, note,
       open_until, ended_at
  FROM accounts_operatorvisit ORDER BY asked_at DESC LIMIT 30
"""
_MINE = (
    "id = %(id)s AND operator_id = %(operator)s AND is_granted AND ended_at IS NULL AND open_until > %(now)s"
)
_OPEN = f"""
UPDATE accounts_operatorvisit SET entry_digest = %(digest)s, entry_until = %(until)s WHERE {_MINE}
"""  # noqa: S608 - the condition above is a constant
_END = f"""
UPDATE accounts_operatorvisit SET ended_at = %(now)s, ended_by = %(name)s WHERE {_MINE}
"""  # noqa: S608 - the condition above is a constant


class ReasonTooShort(Invalid):
    """A city cannot decide without knowing why."""

    code = "visit_reason"
    message = _("自治体が判断できるように、理由を10文字以上で入力してください。")


class AlreadyAsked(DomainError):
    """This operator's wish waits for an answer, or is granted and not over."""

    code = "visit_asked"
    status = 409
    message = _("すでに申請中か、許可されています。")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One visit as the console shows it."""

    id: UUID
    name: str
    reason: str
    minutes: int
    asked_at: datetime
    decided_by: str
    note: str
    open_until: datetime | None
    state: str
    may_open: bool


def ask(*, city: City, reason: str, minutes: int, actor: Actor, now: datetime) -> UUID:
    """Ask a city to let this operator look, and write that down in both worlds.

    Raises ReasonTooShort and AlreadyAsked.
    """
    words = reason.strip()[:LONGEST_REASON]
    if len(words) < SHORTEST_REASON or minutes not in MINUTES:
        raise ReasonTooShort
    visit = uuid4()
    values = {
        **_values(visit, actor, now),
        "since": now - ANSWER_WITHIN,
        "reason": words,
        "minutes": minutes,
    }
    with beside() as own:
        own.execute(binding_sql(city.schema_name).encode())
        if own.execute(_WAITING, values).fetchone() is not None:
            raise AlreadyAsked
        own.execute(_ASK, values)
        details: dict[str, JSON] = {"reason": words, "minutes": minutes}
        own.execute(audit_sql.insert().encode(), _entry(ASKED, visit, actor, now, details))
    _record(ASKED, city, actor, now, details)
    return visit


def lines(*, city: City, actor: Actor, now: datetime) -> Sequence[Line]:
    """List the visits of a city, newest first."""
    with beside() as own:
        own.execute(binding_sql(city.schema_name).encode())
        found = own.execute(_LIST).fetchall()
    return [_line(row, actor, now) for row in found]


def open_way(*, city: City, visit_id: UUID, actor: Actor, now: datetime) -> str:
    """Give this operator the way into the city: an address that works once and for a minute.

    Raises VisitOver.
    """
    token = secrets.token_urlsafe(32)
    values = {**_values(visit_id, actor, now), "digest": digest_of(token), "until": now + ENTRY_LIFE}
    with beside() as own:
        own.execute(binding_sql(city.schema_name).encode())
        if own.execute(_OPEN, values).rowcount == 0:
            raise VisitOver
    return f"{city.staff_url}/operator-visits/enter/{token}/"


def end(*, city: City, visit_id: UUID, actor: Actor, now: datetime) -> None:
    """End one's own visit.

    Raises VisitNotFound.
    """
    with beside() as own:
        own.execute(binding_sql(city.schema_name).encode())
        if own.execute(_END, _values(visit_id, actor, now)).rowcount == 0:
            raise VisitNotFound(visit_id=visit_id)
        own.execute(audit_sql.insert().encode(), _entry(ENDED, visit_id, actor, now, {}))
    _record(ENDED, city, actor, now, {})


def _values(visit_id: UUID, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"id": visit_id, "operator": actor.id, "name": actor.name, "now": now}


def _entry(action: str, visit: UUID, actor: Actor, now: datetime, details: dict[str, JSON]) -> dict[str, Any]:
    return audit_sql.parameters(
        actor=actor, action=action, object_type=OBJECT, object_ids=[str(visit)], details=details, now=now
    )


def _record(action: str, city: City, actor: Actor, now: datetime, details: dict[str, JSON]) -> None:
    audit.record(
        actor=actor, action=action, object_type=CITY, object_ids=[city.code], details=details, now=now
    )


def _line(row: Any, actor: Actor, now: datetime) -> Line:
    is_open = bool(
        row["is_granted"] and row["ended_at"] is None and row["open_until"] and now < row["open_until"]
    )
    return Line(
        id=row["id"],
        name=row["operator_name"],
        reason=row["reason"],
        minutes=row["minutes"],
        asked_at=row["asked_at"],
        decided_by=row["decided_by"],
        note=row["note"],
        open_until=row["open_until"],
        state=_state(row, now, is_open=is_open),
        may_open=is_open and str(row["operator_id"]) == actor.id,
    )


def _state(row: Any, now: datetime, *, is_open: bool) -> str:
    if is_open:
        return "open"
    if row["decided_at"] is None:
        return "forgotten" if row["asked_at"] <= now - ANSWER_WITHIN else "waiting"
    return "over" if row["is_granted"] else "refused"
