"""What does not look like work: found in the list itself, once an hour and person (KUR-89).

Asked of each city by the sealing process, right after new entries were sealed.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.audit import services
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.audit.models import AuditAlert
from madoguchi.ledger.audit.services import DENIED, READ

MANY_PEOPLE = "many_people"
TWO_PLACES = "two_places"
MANY_REFUSALS = "many_refusals"
MANY_EXPORTS = "many_exports"
FOREIGN_NETWORK = "foreign_network"
SIGN_IN_SPRAY = "sign_in_spray"
PEOPLE_AN_HOUR = 200
REFUSALS_AN_HOUR = 30
REFUSED_SIGN_INS_AN_HOUR = 20
EXPORTED_ROWS_AN_HOUR = 1_000
SIGNED_IN = "accounts.signed_in"
SIGNED_OUT = "accounts.signed_out"
HOUR = timedelta(hours=1)

_STAFF = "actor_kind IN ('staff', 'operator') AND at >= %(since)s AND at < %(until)s"
_ANYBODY = _STAFF.replace("'operator')", "'operator', 'machine')")
_PEOPLE = f"""
SELECT actor_id, max(actor_name), count(DISTINCT (object_type, person))
  FROM audit_auditentry, unnest(object_ids) AS person
 WHERE {_STAFF} AND action = %(read)s
 GROUP BY actor_id HAVING count(DISTINCT (object_type, person)) >= %(people)s
"""  # noqa: S608 - the condition above is a constant
_PLACES = f"""
SELECT one.actor_id, max(one.actor_name), count(DISTINCT one.address)
  FROM audit_auditentry AS one
 WHERE {_STAFF.replace("actor_kind", "one.actor_kind").replace("at ", "one.at ")}
   AND one.action = %(signed_in)s AND one.address IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM audit_auditentry AS out WHERE out.actor_id = one.actor_id
                      AND out.action = %(signed_out)s AND out.address = one.address
                      AND out.at >= one.at AND out.at < %(until)s)
 GROUP BY one.actor_id HAVING count(DISTINCT one.address) >= 2
"""  # noqa: S608 - the condition above is a constant
_REFUSALS = f"""
SELECT actor_id, max(actor_name), count(*) FROM audit_auditentry
 WHERE {_ANYBODY} AND action = %(denied)s
 GROUP BY actor_id HAVING count(*) >= %(refusals)s
"""  # noqa: S608 - the condition above is a constant
# Every act that takes rows away as a file says how many in its details (FUJ-51).
_EXPORTS = f"""
SELECT actor_id, max(actor_name), sum((details->>'rows')::bigint) FROM audit_auditentry
 WHERE {_STAFF} AND action LIKE '%%export%%' AND details->>'rows' ~ '^[0-9]{{1,9}}$'
 GROUP BY actor_id HAVING sum((details->>'rows')::bigint) >= %(exported)s
"""  # noqa: S608 - the condition above is a constant
# One address that tries many people: nobody of them need be locked, and each looks like a slip (KUR-81).
_SPRAY = """
SELECT host(address), host(address), count(*) FROM audit_auditentry
 WHERE at >= %(since)s AND at < %(until)s AND action = %(denied)s AND address IS NOT NULL
   AND details->>'attempted' IN ('accounts.sign_in_refused', 'accounts.sign_in_locked')
 GROUP BY host(address) HAVING count(*) >= %(refused_sign_ins)s
"""
_QUESTIONS = {
    SIGN_IN_SPRAY: _SPRAY,
    MANY_PEOPLE: _PEOPLE,
    TWO_PLACES: _PLACES,
    MANY_REFUSALS: _REFUSALS,
    MANY_EXPORTS: _EXPORTS,
}


class AlertNotFound(NotFound):
    """No alert of this city has this key."""

    code = "alert_not_found"


class AlreadySeen(DomainError):
    """Somebody else was faster."""

    code = "already_seen"
    status = 409
    message = _("ほかの職員がすでに確認しています。")


class AboutOneself(DomainError):
    """What was found about somebody is looked into by somebody else."""

    code = "about_oneself"
    status = 403
    message = _("自分の操作についての確認は、ほかの職員に頼んでください。")


def look(*, now: datetime) -> int:
    """Look at the hour that runs and the one before; count what was not known yet."""
    this_hour = _hour_of(now)
    return sum(_look_at(since, now) for since in (this_hour - HOUR, this_hour))


def raise_alert(*, kind: str, who: Actor, count: int, now: datetime) -> bool:
    """Raise an alert at once, one for each hour and person; tell whether it is new."""
    return bool(_raise(kind, who, count, _hour_of(now), now))


def _hour_of(now: datetime) -> datetime:
    return clock.local(now).replace(minute=0, second=0, microsecond=0)


def alerts() -> "QuerySet[AuditAlert]":
    """List every alert, what nobody has looked at first."""
    return AuditAlert.objects.order_by("seen_at", "-found_at")


def alert(*, alert_id: UUID) -> AuditAlert:
    """Find one alert.

    Raises AlertNotFound.
    """
    found = AuditAlert.objects.filter(id=alert_id).first()
    if found is None:
        raise AlertNotFound(alert_id=alert_id)
    return found


def count_unseen() -> int:
    """Count the alerts nobody has looked at."""
    return AuditAlert.objects.filter(seen_at=None).count()


@transaction.atomic
def mark_seen(*, alert_id: UUID, note: str, actor: Actor, now: datetime) -> None:
    """Note that somebody looked into an alert, and what was found.

    Raises AlertNotFound, AlreadySeen and AboutOneself.
    """
    found = AuditAlert.objects.select_for_update().filter(id=alert_id).first()
    if found is None:
        raise AlertNotFound(alert_id=alert_id)
    if found.seen_at is not None:
        raise AlreadySeen
    if found.actor_id == actor.id:
        raise AboutOneself
    AuditAlert.objects.filter(id=alert_id).update(seen_at=now, seen_by=actor.name or actor.id, note=note)
    services.record(
        actor=actor,
        action="audit.alert_seen",
        object_type="audit.alert",
        object_ids=[str(alert_id), found.actor_id],
        details={"kind": found.kind},
        now=now,
    )


def _look_at(since: datetime, now: datetime) -> int:
    values: dict[str, Any] = {
        "since": since,
        "until": since + HOUR,
        "read": READ,
        "denied": DENIED,
        "signed_in": SIGNED_IN,
        "signed_out": SIGNED_OUT,
        "people": PEOPLE_AN_HOUR,
        "refusals": REFUSALS_AN_HOUR,
        "refused_sign_ins": REFUSED_SIGN_INS_AN_HOUR,
        "exported": EXPORTED_ROWS_AN_HOUR,
    }
    found = 0
    with connection.cursor() as cursor:
        for kind, question in _QUESTIONS.items():
            cursor.execute(question, values)
            for actor_id, name, count in cursor.fetchall():
                found += _raise(kind, Actor("staff", actor_id, name), int(count), since, now)
    return found


def _raise(kind: str, who: Actor, count: int, since: datetime, now: datetime) -> int:
    raised, is_new = AuditAlert.objects.get_or_create(
        kind=kind,
        actor_id=who.id,
        since=since,
        defaults={"actor_name": who.name, "found_at": now, "count": count},
    )
    if not is_new:
        AuditAlert.objects.filter(id=raised.id, count__lt=count).update(count=count)
        return 0
    services.record(
        actor=SYSTEM,
        action="audit.alert_raised",
        object_type="audit.alert",
        object_ids=[str(raised.id), who.id],
        details={"kind": kind, "rows": count},
        now=now,
    )
    return 1
