"""What a new city starts with, read from its profile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from madoguchi.errors import Invalid
from madoguchi.places import queries as places
from plugins.card_reservation.models import PlaceRules, Service
from plugins.card_reservation.services import references
from plugins.card_reservation.services.slots import open_slots

PICKUP = "pickup"


class PartyOutOfRange(Invalid):
    """A city lets one to five people come together (KUR-53)."""

    code = "party_out_of_range"


def set_up(*, profile: Mapping[str, Any], now: datetime) -> None:
    """Give a city its first service, the rules of its places and their slots; a second time changes nothing.

    Raises PartyOutOfRange.
    """
    references.add_demo(listed=profile.get("references", ()), now=now)
    chosen: Mapping[str, Any] = profile.get("booking", {})
    if not chosen:
        return
    service, _is_new = Service.objects.get_or_create(
        code=PICKUP, defaults={"name": "マイナンバーカードの受け取り"}
    )
    written = {place["code"]: place for place in profile.get("places", ())}
    for place in places.all_places():
        _set_rules(service, place, chosen | written.get(place.code, {}).get("booking", {}))
    open_slots(now=now)


def _set_rules(service: Service, place: places.PlaceView, chosen: Mapping[str, Any]) -> None:
    largest = int(chosen.get("max_party", 5))
    if not 1 <= largest <= 5:
        raise PartyOutOfRange(max_party=largest)
    PlaceRules.objects.get_or_create(
        place_id=place.id,
        defaults={
            "service": service,
            "capacity": chosen.get("capacity", 5),
            "unit_minutes": chosen.get("unit_minutes", 30),
            "earliest_open_days_residents": chosen.get("earliest_open_days_residents", 2),
            "earliest_open_days_staff": chosen.get("earliest_open_days_staff", 0),
            "latest_days": chosen.get("latest_days", 60),
            "few_threshold": chosen.get("few_threshold", min(2, int(chosen.get("capacity", 5)) // 2)),
            "max_party": largest,
            "cutoff_minutes": chosen.get("cutoff_minutes", 0),
        },
    )
