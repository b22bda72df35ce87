"""How long the records of messages stay: each class as long as the city chose."""

from datetime import datetime, timedelta

from django.db import transaction

from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.preferences import MailSettings
from madoguchi.preferences import queries as preferences

LONGEST_MONTH = timedelta(days=31)
PURGED = "notifications.purged"


def purge(*, now: datetime) -> int:
    """Delete the records of messages whose time of keeping is over, and count them; none that waits."""
    chosen = preferences.current(MailSettings)
    kept = {
        DeliveryState.SENT: chosen.sent_months,
        DeliveryState.BOUNCED: chosen.undelivered_months,
        DeliveryState.FAILED: chosen.undelivered_months,
        DeliveryState.SUPPRESSED: chosen.undelivered_months,
        DeliveryState.DROPPED: chosen.sent_months,
    }
    with transaction.atomic():
        counts = {str(state): _purge(state, now - months * LONGEST_MONTH) for state, months in kept.items()}
        total = sum(counts.values())
        if total:
            details = {state: count for state, count in counts.items() if count}
            audit.record(
                actor=SYSTEM,
                action=PURGED,
                object_type="notifications.delivery",
                object_ids=[],
                details=details,
                now=now,
            )
    return total


def _purge(state: DeliveryState, before: datetime) -> int:
    count, _by_model = Delivery.objects.filter(state=state, settled_at__lt=before).delete()
    return count
