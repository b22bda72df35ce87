"""Spots, rules, stocktakes, parcels and disposals of a city, with its mark in every word."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi import clock
from madoguchi.places.models import Place


def furnish_shelves(world: Any, same: UUID, now: datetime) -> None:
    from plugins.card_management.models import Card
    from plugins.card_management.models.shelves import Spot
    from plugins.card_management.services.shelves_records import next_number

    places = list(Place.objects.all()[:2])
    if len(places) == 1:
        places.append(Place.objects.create(code="z-branch", name=f"{world.mark} 支所"))
    card = Card.objects.get(pk=world.keys["card_id"])
    # A demo city has spots of its own already.
    first = next_number(Spot)
    for number, (keys, salt) in enumerate(((world.keys, True), (world.own_keys, False)), first):
        _rows(world, keys, places, (number, uuid5(same, "shelves") if salt else uuid4()), now)
    _lay(card, world, now)


def _rows(
    world: Any, keys: dict[str, str], places: list[Place], named: tuple[int, UUID], now: datetime
) -> None:

    number, key = named
    here, there = places
    rows = _of_storage(world, here, number, key, now) | _of_travel(world, here, there, number, key, now)
    keys.update({f"{name}_id": str(row.pk) for name, row in rows.items()})


def _of_storage(world: Any, here: Place, number: int, key: UUID, now: datetime) -> dict[str, Any]:
    from plugins.card_management.models import shelves as models

    spot = models.Spot.objects.create(
        id=uuid5(key, "spot"),
        number=number,
        place=here,
        cabinet=f"Z{number}",
        box=str(number),
        name=f"{world.mark} A-01-{number}",
        walk=number,
    )
    rule = models.AssignmentRule.objects.create(
        id=uuid5(key, "rule"), order=number, place=here, area=world.mark
    )
    stocktake = models.Stocktake.objects.create(
        id=uuid5(key, "stocktake"), place=here, cabinet=f"Z{number}", begun_at=now, begun_by=world.mark
    )
    models.StocktakeCount.objects.create(
        stocktake=stocktake, spot=spot, strange=["…0001"], begun_at=now, counted_at=now, counted_by=world.mark
    )
    return {"spot": spot, "rule": rule, "stocktake": stocktake}


def _of_travel(
    world: Any, here: Place, there: Place, number: int, key: UUID, now: datetime
) -> dict[str, Any]:
    from plugins.card_management.models import shelves as models

    parcel = models.Parcel.objects.create(
        id=uuid5(key, "parcel"),
        number=number,
        from_place=here,
        to_place=there,
        state="sent",
        made_at=now,
        made_by=world.mark,
        sent_at=now,
        sent_by=world.mark,
        due_on=clock.local(now).date() - timedelta(days=1),
    )
    disposal = models.Disposal.objects.create(
        id=uuid5(key, "disposal"),
        number=number,
        reason=f"{world.mark} 期限切れ",
        way="cut",
        count=0,
        asked_at=now,
        asked_by=world.mark,
    )
    return {"parcel": parcel, "disposal": disposal}


def _lay(card: Any, world: Any, now: datetime) -> None:
    """Put the city's card into its spot, on its radar, and on the list of what goes back."""
    from plugins.card_management.models import Card
    from plugins.card_management.models import shelves as models

    spot = models.Spot.objects.get(pk=world.keys["spot_id"])
    today = clock.local(now).date()
    Card.objects.filter(pk=card.pk).update(
        spot=spot, site=spot.place_id, storage=spot.name, deadline_on=today, notice_sent_on=today
    )
    other = world.own_keys["card_id"]
    models.SpotMove.objects.create(
        card_id=card.pk,
        to_name=spot.name,
        how="scan",
        moved_at=now,
        actor_id="Z-extra",
        actor_name=world.mark,
    )
    models.ShelfTask.objects.create(
        kind="put_back",
        reason="moved",
        card_id=card.pk,
        place=spot.place,
        booking_number="0000-0000",
        event=uuid4(),
        since=now,
    )
    models.ParcelCard.objects.create(parcel_id=world.keys["parcel_id"], card_id=other, packed_at=now)
    models.DisposalCard.objects.create(
        disposal_id=world.keys["disposal_id"], card_id=other, spot_name=f"{world.mark} 棚"
    )
    models.RadarAct.objects.create(
        card_id=other, step="letter", acted_at=now, actor_id="Z-extra", actor_name=world.mark
    )
