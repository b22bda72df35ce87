"""Throw away what a trial left behind: everything about residents, nothing about the city itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.values import TrialData
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.standing import standing
from madoguchi.tenancy import current_city
from tenants import public
from tenants.trial.kinds import kinds

PURGED = "tenants.trial_data_purged"
STATE = "SELECT state FROM tenants_city WHERE uuid = %(uuid)s"


class NotInTrial(DomainError):
    """The rows of a city that has gone live are real, and nobody throws them away here."""

    code = "not_in_trial"
    message = _("試行中ではないため、データは消せません。何も消していません。")


class WrongConfirmation(Invalid):
    """Whoever asked did not repeat the city's code."""

    code = "wrong_confirmation"
    message = _("団体コードが違います。何も消していません。")


@dataclass(frozen=True)
class Leftover:
    """How many rows of one kind the trial has left behind."""

    label: str
    rows: int


def leftovers() -> Sequence[Leftover]:
    """Count what the trial left behind in this city, kind by kind, the other plugins' too."""
    return [Leftover(str(kind.label), sum(map(_count, kind.tables))) for kind in kinds()]


def purge(*, confirmation: str, actor: Actor, now: datetime) -> int:
    """Throw the test data of this city away, in one transaction, and count the rows.

    Raises WrongConfirmation, and NotInTrial in every state but that of a trial.
    """
    city = current_city()
    if confirmation.strip() != city.code:
        raise WrongConfirmation
    with transaction.atomic():
        _ensure_trial()
        thrown = {str(kind.label): _empty(kind) for kind in kinds()}
        outbox.drop_waiting(now=now)
        audit.record(
            actor=actor,
            action=PURGED,
            object_type="tenants.city",
            object_ids=[city.code],
            details=dict(thrown),
            now=now,
        )
        # Once more: whatever was thrown away was there before this look, so it was a trial's.
        _ensure_trial()
    return sum(thrown.values())


def _ensure_trial() -> None:
    """Read the state anew: what this process remembers may be some seconds old."""
    found = public.rows(STATE, {"uuid": current_city().uuid})
    if not found or not standing(found[0]["state"]).is_trial:
        raise NotInTrial


def _empty(kind: TrialData) -> int:
    with connection.cursor() as cursor:
        rows = 0
        for table in kind.tables:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            rows += cursor.rowcount
    if kind.afterwards is not None:
        kind.afterwards()
    return rows


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        found: int = cursor.fetchone()[0]
        return found
