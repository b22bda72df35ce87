"""Records of messages stay as long as the city chose for their class, and those that wait stay anyway."""

import uuid
from datetime import timedelta

import pytest

from madoguchi import clock
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.notifications import keeping
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.preferences import services as preferences

pytestmark = pytest.mark.django_db


def test_sent_and_undelivered_messages_are_kept_for_their_own_time() -> None:
    now = clock.now()
    settled = now - timedelta(days=70)
    for state in DeliveryState.values:
        Delivery.objects.create(
            key=f"kept:{state}",
            kind="card_reservation.booked",
            contact_id=uuid.uuid4(),
            state=state,
            sealed=b"",
            created_at=settled,
            settled_at=None if state == DeliveryState.QUEUED else settled,
        )
    preferences.change(
        plugin="madoguchi.notifications",
        values={"sent_months": 1, "undelivered_months": 3},
        actor=SYSTEM,
        now=now,
    )
    assert keeping.purge(now=now) == 2
    assert not Delivery.objects.filter(state=DeliveryState.SENT).exists()
    assert keeping.purge(now=now + timedelta(days=30)) == 3
    left = set(Delivery.objects.values_list("state", flat=True))
    assert left == {DeliveryState.QUEUED, DeliveryState.WAITING, DeliveryState.HELD}
    entry = AuditEntry.objects.filter(action=keeping.PURGED).latest("id")
    assert entry.details == {"bounced": 1, "failed": 1, "suppressed": 1}
