"""What the relay does with an event, for tests of two plugins that hear each other."""

from madoguchi import clock
from madoguchi.hooks.contracts.bookings import BookingEvent
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.outbox.models import OutboxEvent


def hear(kind: type[BookingEvent]) -> None:
    """Do what the relay does with the newest event of a kind, twice, as after a kill."""
    kept = OutboxEvent.objects.filter(kind=kind.kind).latest("id")
    event, now = kind.from_payload(kept.payload), clock.now()
    handlers = [each for each in plugins.declared("event_handlers") if each.event is kind]
    for handler in (*handlers, *handlers):
        handler.function(event=event, key=kept.key, actor=SYSTEM, now=now)
