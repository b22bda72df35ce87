"""What a city set up for its schedule: a pattern that holds somewhere, rules, a stop."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

HOUR = timedelta(hours=1)


def furnish_schedule(world: Any, same: UUID, now: datetime) -> None:
    """Leave one row of each kind behind, under a key of every city and under one of its own."""
    from plugins.card_reservation.models import (
        Pattern,
        PatternPeriod,
        PatternUse,
        PlaceRules,
        Service,
        ServiceStop,
    )

    rules = PlaceRules.objects.order_by("place__order").first()
    assert rules is not None
    for keys, make in ((world.keys, lambda word: uuid5(same, word)), (world.own_keys, lambda _word: uuid4())):
        is_own = keys is world.own_keys
        pattern = Pattern.objects.create(
            id=make("pattern"), name=f"{world.mark} {'特別' if is_own else '短縮'}"
        )
        PatternPeriod.objects.create(pattern=pattern, opens=time(9), closes=time(12))
        use = PatternUse.objects.create(
            id=make("use"), pattern=pattern, place_id=rules.place_id, weekday=5 if is_own else 6
        )
        stop = ServiceStop.objects.create(
            id=make("stop"), starts_at=now + HOUR, ends_at=now + 2 * HOUR, name=f"{world.mark} 停止"
        )
        keys["pattern_id"], keys["use_id"], keys["stop_id"] = str(pattern.id), str(use.id), str(stop.id)
        service = Service.objects.create(id=make("service"), code=f"row-{is_own}".lower(), name=world.mark)
        keys["reservations.service.service_id"] = str(service.id)
        keys["reservations.service_terms.service_id"] = str(service.id)
        if is_own:
            # The pick-up has one key in every city: only another service can be somebody else's.
            keys["service_id"] = str(service.id)
    shared = uuid5(same, "rules")
    PlaceRules.objects.filter(pk=rules.pk).update(id=shared)
    world.keys["rules_id"] = str(shared)
    world.own_keys["rules_id"] = str(
        PlaceRules.objects.exclude(pk=shared).values_list("id", flat=True).first() or shared
    )
