"""What a new city starts with, read from its profile."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from madoguchi.errors import Invalid
from madoguchi.places import queries as places
from madoguchi.places.profile import clock_time
from plugins.card_reservation.declarations.services import SEEDS, Seed
from plugins.card_reservation.models import PICKUP_ID, Pattern, PatternPeriod, PlaceRules, Service
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
    offered = set(chosen.get("services", (PICKUP,)))
    written = {place["code"]: place for place in profile.get("places", ())}
    for order, seed in enumerate(SEEDS):
        service = _seeded(seed, order, is_offered=seed.code in offered)
        if service.is_offered:
            for place in places.all_places():
                _set_rules(service, place, chosen | written.get(place.code, {}).get("booking", {}))
    _add_patterns(chosen.get("patterns", ()))
    open_slots(now=now)


def _add_patterns(written: Iterable[Mapping[str, Any]]) -> None:
    """Give a city the named patterns of its profile; on which days they hold it says itself."""
    for order, each in enumerate(written):
        pattern, is_new = Pattern.objects.get_or_create(
            name=each["name"], defaults={"colour": each.get("colour", order + 1), "order": order}
        )
        if is_new:
            PatternPeriod.objects.bulk_create(
                PatternPeriod(
                    pattern=pattern,
                    opens=clock_time(period["opens"]),
                    closes=clock_time(period["closes"]),
                    unit_minutes=period.get("unit_minutes"),
                    capacity=period.get("capacity"),
                )
                for period in each.get("periods", ())
            )


def _seeded(seed: Seed, order: int, *, is_offered: bool) -> Service:
    service, _is_new = Service.objects.get_or_create(
        code=seed.code,
        defaults={
            "id": PICKUP_ID if seed.code == PICKUP else uuid4(),
            "name": seed.name,
            "name_en": seed.name_en,
            "name_easy": seed.name_easy,
            "summary": seed.summary,
            "summary_en": seed.summary_en,
            "summary_easy": seed.summary_easy,
            "duration_minutes": seed.duration_minutes,
            "identity": seed.identity,
            "for_residents": seed.for_residents,
            "is_offered": is_offered,
            "order": order,
        },
    )
    return service


def _set_rules(service: Service, place: places.PlaceView, chosen: Mapping[str, Any]) -> None:
    largest = int(chosen.get("max_party", 5))
    if not 1 <= largest <= 5:
        raise PartyOutOfRange(max_party=largest)
    PlaceRules.objects.get_or_create(
        place_id=place.id,
        service=service,
        defaults={
            "capacity": chosen.get("capacity", 5),
            "unit_minutes": chosen.get("unit_minutes", 30),
            "earliest_open_days_residents": chosen.get("earliest_open_days_residents", 2),
            "earliest_open_days_staff": chosen.get("earliest_open_days_staff", 0),
            "earliest_unit": chosen.get("earliest_unit", "open"),
            "lead_minutes_residents": chosen.get("lead_minutes_residents", 0),
            "lead_minutes_staff": chosen.get("lead_minutes_staff", 0),
            "transport_days": chosen.get("transport_days", 0),
            "latest_days": chosen.get("latest_days", 60),
            "few_threshold": chosen.get("few_threshold", min(2, int(chosen.get("capacity", 5)) // 2)),
            "max_party": largest,
            "cutoff_minutes": chosen.get("cutoff_minutes", 0),
        },
    )
