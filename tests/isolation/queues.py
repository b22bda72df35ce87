"""What stands at the counters of a city: a number in the queue, a screen on the wall, a key of our own."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5


def furnish_queue(world: Any, same: UUID, now: datetime) -> None:
    """Leave a number, a screen and somebody without a notice behind, and name them in the keys."""
    from madoguchi import clock
    from madoguchi.ledger.audit.actors import Actor
    from madoguchi.places.models import Place
    from plugins.card_reservation.models import Booking, Turn, WithoutNotice
    from plugins.card_reservation.services import walls

    actor = Actor(kind="staff", id=str(same), name=world.mark)
    place = Place.objects.order_by("code")[0]
    found = Booking.objects.order_by("created_at")[0]
    numbers = ((world.keys, uuid5(same, "turn"), 1), (world.own_keys, uuid4(), 2))
    for keys, key, number in numbers:
        Turn.objects.create(
            id=key,
            place=place,
            day=clock.local(now).date(),
            number=number,
            state="called",
            counter="3",
            called_at=now,
            calls=1,
            due_at=now,
            arrived_at=now,
        )
        keys["turn_id"] = str(key)
        keys["pickup"] = str(uuid5(key, "pickup"))
        WithoutNotice.objects.create(pickup=keys["pickup"], booking=found, created_at=now)
    walls.open_wall(place_id=place.pk, actor=actor, now=now)
    token = urlsplit(walls.address_of(place_id=place.pk)).path.rstrip("/").rpartition("/")[2]
    world.keys["booking.wall.token"] = world.own_keys["booking.wall.token"] = token
