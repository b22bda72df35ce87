"""What stands in a city's calendar beside its bookings: a function for each kind of row an address names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.urls import set_urlconf

from madoguchi import clock
from tests.isolation.queues import furnish_queue
from tests.isolation.residents_rows import furnish_residents
from tests.isolation.schedule_rows import furnish_schedule

Furnish = Callable[[Any, UUID, datetime], None]


def furnish_reservations(world: Any, *, same: UUID, now: datetime) -> None:
    """Leave one row of each kind behind, and name them in the keys of the world."""
    for furnish in FURNISHERS:
        furnish(world, same, now)


def _draft(world: Any, same: UUID, now: datetime) -> None:
    """A draft of a schedule that has been weighed, with a visit that would lose its time."""
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from madoguchi.ledger.audit.actors import Actor
    from plugins.card_reservation.models import PICKUP_ID, Booking, ScheduleDraft
    from plugins.card_reservation.queries.demand import Place
    from plugins.card_reservation.services import trying

    found = Booking.objects.select_related("slot").first()
    assert found is not None
    slot, actor = found.slot, Actor(kind="staff", id=str(same), name=world.mark)
    where = Place(place_id=slot.place_id, service_id=slot.service_id)
    weekday = str(clock.local(slot.starts_at).weekday())
    name = f"{world.mark} 試算"
    wanted = {
        "rules": {"capacity": 7},
        "week": {day: [["13:00", "15:00"]] for day in "01234" if day != weekday},
    }
    for keys, number in ((world.keys, uuid5(same, "draft")), (world.own_keys, uuid4())):
        made = trying.begin(where=where, name=name, wanted={}, actor=actor, now=now)
        # The same key in both cities: whoever mixes them up is found out.
        ScheduleDraft.objects.filter(pk=made).update(id=number)
        _as_staff(
            lambda key=number: trying.change(  # type: ignore[misc]
                draft_id=key, name=name, wanted=wanted, eyes=EVERYTHING, actor=actor, now=now
            )
        )
        keys["draft_id"] = str(number)
    world.keys["service_id"] = world.own_keys["service_id"] = str(PICKUP_ID)


def _as_staff(act: Callable[[], object]) -> None:
    """Do something that names pages of staff, which only their host knows."""
    set_urlconf(settings.MADOGUCHI["URLCONFS"]["staff"])
    try:
        act()
    finally:
        set_urlconf(None)


FURNISHERS: tuple[Furnish, ...] = (_draft, furnish_queue, furnish_residents, furnish_schedule)
