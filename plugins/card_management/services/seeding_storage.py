"""How the invented cards of a demo city lie: in spots, in a parcel, counted once, with a reader's profile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import Spot
from plugins.card_management.rules.facts import Fact
from plugins.card_management.rules.qr_text import QrLayout
from plugins.card_management.rules.shelves_layout import Layout, cabinets_of
from plugins.card_management.services import (
    facts,
    intake_profiles,
    shelves_assigning,
    shelves_counting,
    shelves_parcels,
    shelves_radar,
    shelves_spots,
)
from plugins.card_management.services.codes import cards_of_code
from plugins.card_management.services.seeding import BadDemoCard


@dataclass(frozen=True, slots=True)
class _By:
    """Who keeps the cards of the demo, when and where."""

    actor: Actor
    now: datetime
    sites: Mapping[str, UUID]

    @property
    def signed(self) -> dict[str, Any]:
        return {"actor": self.actor, "now": self.now}


def add_demo_storage(*, profile: Mapping[str, Any], now: datetime) -> None:
    """Do with the cards of a profile what its clerks would have done, by the same services.

    Raises BadDemoCard.
    """
    storage: Mapping[str, Any] = profile.get("card_storage", {})
    if not storage:
        return
    sites = {place.code: place.id for place in places.all_places()}
    by = _By(actor=_clerk(profile), now=now, sites=sites)
    for spots in storage.get("spots", ()):
        _make_spots(spots, by)
    shelves_assigning.assign(cards=Card.objects.all(), by_rules=True, **by.signed)
    for parcel in storage.get("parcels", ()):
        _send(parcel, by)
    for stocktake in storage.get("stocktakes", ()):
        _count(stocktake, by)
    for notice in storage.get("notices", ()):
        _note_sent(notice, by)
    shelves_radar.refresh_deadlines()
    for reader in storage.get("readers", ()):
        layout = QrLayout(record=reader["record"], page=reader["page"], codes=reader["codes"])
        intake_profiles.create(name=reader["name"], layout=layout, **by.signed)


def _clerk(profile: Mapping[str, Any]) -> Actor:
    """Name the first clerk of the profile, as whoever did all this."""
    staff: Sequence[Mapping[str, Any]] = profile.get("staff", ())
    found = next((each for each in staff if each["role"] == "counter_clerk"), {"staff_code": "", "name": ""})
    return Actor(kind="staff", id=str(found["staff_code"]), name=str(found["name"]))


def _make_spots(spots: Mapping[str, Any], by: _By) -> None:
    layout = Layout(cabinets=cabinets_of(spots["cabinets"]), shelves=spots["shelves"], boxes=spots["boxes"])
    place = by.sites[spots["place"]]
    shelves_spots.make(place_id=place, layout=layout, capacity=spots["capacity"], **by.signed)
    for rule in spots.get("rules", ()):
        shelves_spots.add_rule(place_id=place, conditions=rule, **by.signed)


def _send(parcel: Mapping[str, Any], by: _By) -> None:
    start, end = by.sites[parcel["from"]], by.sites[parcel["to"]]
    made = shelves_parcels.make(from_place=start, to_place=end, actor=by.actor, now=by.now)
    found = shelves_parcels.find(parcel_id=made, eyes=EVERYTHING)
    for reference in parcel["cards"]:
        packed = shelves_parcels.pack(parcel=found, typed=reference, **by.signed)
        if not packed.is_good:
            raise BadDemoCard(f"{reference}: {packed.text}")
    shelves_parcels.send(parcel=found, **by.signed)


def _count(stocktake: Mapping[str, Any], by: _By) -> None:
    """Count a cabinet; the cards that the profile names are not found where they should lie."""
    place = by.sites[stocktake["place"]]
    made = shelves_counting.begin(place_id=place, cabinet=stocktake["cabinet"], **by.signed)
    begun = shelves_counting.find(stocktake_id=made, eyes=EVERYTHING)
    missing = set(_cards(stocktake.get("missing", ())))
    for number in Spot.objects.filter(place=place, cabinet=stocktake["cabinet"]).values_list(
        "number", flat=True
    ):
        box = shelves_counting.open_box(stocktake=begun, number=number, **by.signed)
        box.scanned = [card for card in box.expected if card not in missing]
        box.save(update_fields=["scanned"])
        shelves_counting.finish_box(count=box, **by.signed)
    shelves_counting.sign(stocktake_id=made, eyes=EVERYTHING, **by.signed)


def _note_sent(notice: Mapping[str, Any], by: _By) -> None:
    sent = clock.local(by.now).date() - timedelta(days=notice["days_ago"])
    cards = _cards(notice["cards"])
    facts.change_many(cards=cards, fact=Fact.NOTICE_SENT_ON, value=sent, **by.signed)


def _cards(references: Iterable[str]) -> list[UUID]:
    return [card for reference in references for card in cards_of_code(code=reference)]
