from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lost_property.declarations import REPORTED, LostPropertySettings, ThingReported
from lost_property.models import Report
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.preferences import queries as preferences

RESIDENT = Actor(kind="resident", id="", name="")


def report(*, thing: str, now: datetime) -> UUID:
    """Keep a report."""
    with transaction.atomic():
        row = Report.objects.create(thing=thing, reported_at=now)
        audit.record(
            actor=RESIDENT,
            action=REPORTED,
            object_type="lost_property.report",
            object_ids=[str(row.id)],
            now=now,
        )
        outbox.publish(event=ThingReported(report_id=row.id), actor=RESIDENT, now=now)
    return row.id


def count(*, event: ThingReported, key: UUID, actor: Actor, now: datetime) -> None:
    """Mark a report as counted; a second time changes nothing."""
    Report.objects.filter(id=event.report_id).update(is_counted=True)


def forget_old(*, now: datetime) -> int:
    """Delete the reports that a city no longer keeps."""
    kept = timedelta(days=preferences.current(LostPropertySettings).keep_days)
    deleted, _ = Report.objects.filter(reported_at__lt=now - kept).delete()
    return deleted


def things() -> list[str]:
    """List what was lost, the newest first."""
    return list(Report.objects.order_by("-reported_at").values_list("thing", flat=True)[:100])
