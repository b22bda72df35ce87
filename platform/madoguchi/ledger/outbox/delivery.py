"""Deliver one event: its journal record, its handlers and its mark, in one transaction.

What our operators did to a city is told in their world and heard in the city's: two transactions.
Between them the event is only put off for a while, so whatever is killed meanwhile comes again;
the city keeps the event's key and hears it once.
"""

import logging
import random
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from madoguchi import clock
from madoguchi.hooks.contracts.events import OperatorsAct
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import EventHandler
from madoguchi.ledger import vault
from madoguchi.ledger.outbox import journal
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.ledger.outbox.sql import PLACE, insert, parameters
from madoguchi.tenancy import City, find_city, in_city, is_operators

logger = logging.getLogger(__name__)

# 24 attempts are about 15 hours: longer than a mail server's bad night.
MOST_ATTEMPTS = 24
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)
# So long nobody else takes an act of our operators that a relay is telling a city.
TELLING = timedelta(seconds=30)


def deliver_next(*, city: City) -> bool:
    """Deliver the event of a city that waits longest; tell whether there was one.

    The row stays locked until its mark is committed: a relay killed in between leaves it
    waiting, and no second relay takes it meanwhile.
    """
    now = clock.now()
    with in_city(city):
        waiting = _claim(now)
        if waiting is None:
            return False
        if waiting.attempts == 0:
            journal.append(waiting)
        act = _operators_act(waiting) if is_operators(city) else None
        if act is None:
            _conclude(waiting, _called(waiting, now), now)
            return True
        OutboxEvent.objects.filter(pk=waiting.pk).update(next_at=now + TELLING)
    failure = _told(waiting, act, now)
    with in_city(city):
        _conclude(waiting, failure, now)
    return True


def delay_after(*, attempts: int, spread: float) -> timedelta:
    """Grow the pause with each failure; the spread of 0 to 1 keeps cities from retrying together."""
    doubled = FIRST_DELAY * int(2 ** min(attempts, 20))
    return min(doubled, LONGEST_DELAY) * (0.75 + spread / 2)


def _claim(now: datetime) -> OutboxEvent | None:
    waiting = OutboxEvent.objects.filter(done_at__isnull=True, dead_at__isnull=True, next_at__lte=now)
    return waiting.select_for_update(skip_locked=True).order_by("next_at", "id").first()


def _called(waiting: OutboxEvent, now: datetime) -> Exception | None:
    try:
        with transaction.atomic():
            _call_handlers(waiting, now)
    except Exception as failure:
        return failure
    return None


def _operators_act(waiting: OutboxEvent) -> OperatorsAct | None:
    for event in (handler.event for _, handler in plugins.declared_by("event_handlers")):
        if event.kind == waiting.kind and issubclass(event, OperatorsAct):
            act: OperatorsAct = event.from_payload(waiting.payload)
            return act
    return None


def _told(waiting: OutboxEvent, act: OperatorsAct, now: datetime) -> Exception | None:
    try:
        with in_city(find_city(schema_name=act.schema_name)):
            if _note_once(waiting, act):
                _call_handlers(waiting, now)
                OutboxEvent.objects.filter(key=waiting.key).update(done_at=now, attempts=1)
    except Exception as failure:
        return failure
    return None


def _note_once(waiting: OutboxEvent, act: OperatorsAct) -> bool:
    """Note the act among the city's own events; a second time it is known and nothing happens."""
    values = parameters(event=act, actor=waiting.actor, now=waiting.created_at)
    with connection.cursor() as cursor:
        cursor.execute(insert() + "ON CONFLICT (key) DO NOTHING", {**values, "event_key": waiting.key})
        return bool(cursor.rowcount)


def _call_handlers(waiting: OutboxEvent, now: datetime) -> None:
    for handler in _active_handlers(waiting.kind):
        event = handler.event.from_payload(_whole_payload(waiting))
        handler.function(event=event, key=waiting.key, actor=waiting.actor, now=now)


def _active_handlers(kind: str) -> list[EventHandler]:
    return [
        handler
        for plugin, handler in plugins.declared_by("event_handlers")
        if handler.event.kind == kind and plugins.is_active(plugin)
    ]


def _whole_payload(waiting: OutboxEvent) -> dict[str, object]:
    if waiting.sealed is None:
        return dict(waiting.payload)
    personal = vault.open_sealed(sealed=waiting.sealed, place=PLACE, row=waiting.key)
    return {**waiting.payload, **personal}


def _conclude(waiting: OutboxEvent, failure: Exception | None, now: datetime) -> None:
    if failure is not None:
        _postpone(waiting, failure, now)
    else:
        OutboxEvent.objects.filter(pk=waiting.pk).update(done_at=clock.now(), attempts=F("attempts") + 1)


def _postpone(waiting: OutboxEvent, failure: Exception, now: datetime) -> None:
    attempts = waiting.attempts + 1
    is_dead = attempts >= MOST_ATTEMPTS
    # Not for cryptography: a pause needs no secret.
    pause = delay_after(attempts=waiting.attempts, spread=random.random())  # noqa: S311
    name = f"{type(failure).__module__}.{type(failure).__qualname__}"
    OutboxEvent.objects.filter(pk=waiting.pk).update(
        attempts=attempts,
        next_at=now + pause,
        dead_at=now if is_dead else None,
        last_error=name[:200],
    )
    # Without the message: it may repeat an address.
    level = logging.ERROR if is_dead else logging.WARNING
    logger.log(level, "event %s %s failed %d times: %s", waiting.kind, waiting.key, attempts, name)
