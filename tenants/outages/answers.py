"""What a city says to an outage that needs its consent: said in the city, written where operators read it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.database.base import binding_sql
from madoguchi.errors import DomainError, Invalid
from madoguchi.hooks.contracts.outages import OutageChanged
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.tenancy import current_city
from tenants.directory import directory
from tenants.models import Consent
from tenants.outages.declarations import ANNOUNCED, ANSWERED, CHANGES, OBJECT
from tenants.outages.tasks import write_soon
from tenants.public import beside

# Only what still waits for this city's word and has not begun takes an answer.
ANSWER: Final = """
UPDATE tenants_outageofcity AS of_city
   SET consent = %(consent)s, answered_at = %(now)s, answered_by_name = %(name)s, answer_reason = %(reason)s,
       told_from = greatest(told_from, %(now)s)
  FROM tenants_plannedoutage AS outage
 WHERE outage.uuid = of_city.outage_id AND of_city.outage_id = %(outage)s AND of_city.city_id = %(city)s
   AND of_city.consent = 'asked' AND cancelled_at IS NULL AND reopened_at IS NULL AND starts_at > %(now)s
   AND starts_at = %(starts_at)s AND ends_at = %(ends_at)s
"""


class NothingAsked(DomainError):
    """This outage waits for no answer of this city, or not for this one any more."""

    code = "nothing_asked"
    message = _("この計画停止は、もう回答済みか、変更されています。内容を確かめてください。")


class ReasonMissing(Invalid):
    """Whoever does not agree says why."""

    code = "reason_missing"
    message = _("承諾しない理由を入力してください。")


def answer(
    *,
    outage_id: UUID,
    times: tuple[datetime, datetime],
    agrees: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Agree to an outage as it was shown, or refuse it with a reason, in the name of the current city.

    Raises ReasonMissing, and NothingAsked when it was moved, called off or answered meanwhile.
    """
    if not agrees and not reason.strip():
        raise ReasonMissing
    city = current_city()
    consent = Consent.GIVEN if agrees else Consent.REFUSED
    with transaction.atomic():
        audit.record(
            actor=actor,
            action=ANSWERED,
            object_type=OBJECT,
            object_ids=[city.code],
            details={"answer": str(consent), "reason": reason.strip(), "starts_at": times[0].isoformat()},
            now=now,
        )
        values = {
            "consent": str(consent),
            "now": now,
            "name": actor.name,
            "reason": reason.strip(),
            "outage": outage_id,
            "city": city.uuid,
            "starts_at": times[0],
            "ends_at": times[1],
        }
        if not _write(values):
            raise NothingAsked(outage=outage_id)
        transaction.on_commit(directory.tell_everybody)
        transaction.on_commit(write_soon)


def _write(values: dict[str, object]) -> int:
    """Change the row; a city's role has no right to it, so our operators' does, on a connection beside."""
    with beside() as own:
        own.execute(binding_sql(settings.MADOGUCHI["OPERATORS_SCHEMA"]).encode())
        return own.execute(ANSWER, values).rowcount


def hear_change(*, event: OutageChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Write an operators' act down in the city itself, where its staff can read it."""
    audit.record(
        actor=actor,
        action=CHANGES.get(event.change, ANNOUNCED),
        object_type=OBJECT,
        object_ids=[current_city().code],
        details={
            "starts_at": event.starts_at.isoformat(),
            "ends_at": event.ends_at.isoformat(),
            **({"emergency_reason": event.emergency_reason} if event.emergency_reason else {}),
        },
        now=now,
    )
