"""How a place takes bookings for a service: opened there, changed, and closed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import NotFound
from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from plugins.card_reservation.models import PICKUP_ID, PlaceRules, Service
from plugins.card_reservation.rules.slots import UNITS

ADDED: Final = "card_reservation.rules_added"
CHANGED: Final = "card_reservation.rules_changed"
FIELDS: Final = {
    "is_offered": gettext_lazy("受付をする"),
    "capacity": gettext_lazy("1枠の定員（人）"),
    "unit_minutes": gettext_lazy("1枠の長さ（分）"),
    "earliest_open_days_residents": gettext_lazy("住民が予約できる最初の日（何日後から）"),
    "earliest_open_days_staff": gettext_lazy("職員が予約できる最初の日（何日後から）"),
    "earliest_unit": gettext_lazy("日数の数え方"),
    "lead_minutes_residents": gettext_lazy("住民の当日の締切（何分前まで）"),
    "lead_minutes_staff": gettext_lazy("職員の当日の締切（何分前まで）"),
    "latest_days": gettext_lazy("予約できる最後の日（何日後まで）"),
    "latest_on": gettext_lazy("予約できる最後の日（日付）"),
    "latest_opens_at": gettext_lazy("新しい日の予約を始める時刻"),
    "transport_days": gettext_lazy("カードを取り寄せる日数（開庁日）"),
    "max_party": gettext_lazy("一緒に来られる人数（本人を含む）"),
    "few_threshold": gettext_lazy("「残りわずか」にする残り人数"),
    "cutoff_minutes": gettext_lazy("住民が変更・取り消しできる期限（何分前まで）"),
}
WORDS: Final = {"open": gettext_lazy("開庁日で数える"), "calendar": gettext_lazy("暦の日で数える")}


class RulesNotFound(NotFound):
    """No place of this city takes bookings by these rules."""

    code = "rules_not_found"


@dataclass(frozen=True, slots=True)
class RulesRow:
    """One line of the list: a place and a service."""

    id: UUID
    place_id: UUID
    place: str
    service_id: UUID
    service: str
    is_offered: bool
    capacity: int
    unit_minutes: int
    latest_on: date | None

    def is_over(self, today: date) -> bool:
        """Tell whether its last day has passed: residents then find no day at all."""
        return self.latest_on is not None and self.latest_on < today


def rows() -> list[RulesRow]:
    """List the rules of every place and service in the city's order."""
    found = PlaceRules.objects.select_related("place", "service")
    return [
        RulesRow(
            id=each.id,
            place_id=each.place_id,
            place=each.place.name,
            service_id=each.service_id,
            service=each.service.name,
            is_offered=each.is_offered and each.service.is_offered,
            capacity=each.capacity,
            unit_minutes=each.unit_minutes,
            latest_on=each.latest_on,
        )
        for each in found.order_by("place__order", "place__code", "service__order")
    ]


def row(rules_id: UUID) -> RulesRow:
    """Find one line of the list.

    Raises RulesNotFound.
    """
    for each in rows():
        if each.id == rules_id:
            return each
    raise RulesNotFound(rules_id=rules_id)


def entry_of(rules_id: UUID) -> dict[str, Any]:
    """Read what a form shows of rules.

    Raises RulesNotFound.
    """
    found = _rules(rules_id)
    return {name: getattr(found, name) for name in FIELDS}


def change(*, rules_id: UUID, entry: Mapping[str, Any]) -> Done:
    """Change the rules of a place and service.

    Raises RulesNotFound.
    """
    found = _rules(rules_id)
    differing = [name for name in FIELDS if getattr(found, name) != entry[name]]
    before: dict[str, JSON] = {name: _said(getattr(found, name)) for name in differing}
    for name in differing:
        setattr(found, name, entry[name])
    found.save(update_fields=differing or ["capacity"])
    after: dict[str, JSON] = {name: _said(entry[name]) for name in differing}
    return Done(
        action=CHANGED,
        place_ids=(found.place_id,),
        details={**_where(found), "from": before, "to": after},
        shown=tuple((FIELDS[name], _word(before[name]), _word(after[name])) for name in differing),
    )


def open_at(*, place_id: UUID, service_id: UUID) -> Done:
    """Let a place take bookings for a service, by the rules of its pick-up as far as there are any."""
    service = Service.objects.get(pk=service_id)
    known = PlaceRules.objects.filter(place_id=place_id, service_id=service_id).first()
    if known is not None:
        return change(rules_id=known.id, entry=entry_of(known.id) | {"is_offered": True})
    like = (
        PlaceRules.objects.filter(place_id=place_id, service_id=PICKUP_ID).first()
        or PlaceRules.objects.filter(place_id=place_id).first()
    )
    copied = {name: getattr(like, name) for name in FIELDS} if like else {}
    copied |= {"is_offered": True, "unit_minutes": unit_for(service.duration_minutes), "latest_on": None}
    made = PlaceRules.objects.create(place_id=place_id, service=service, **copied)
    return Done(
        action=ADDED,
        place_ids=(place_id,),
        details=_where(made),
        shown=((_("受付をする業務"), "—", service.name),),
    )


def unit_for(minutes: int) -> int:
    """Choose the shortest unit in which a visit of so many minutes fits."""
    return min((unit for unit in UNITS if unit >= minutes), default=max(UNITS))


def _rules(rules_id: UUID) -> PlaceRules:
    found = PlaceRules.objects.select_related("place", "service").filter(pk=rules_id).first()
    if found is None:
        raise RulesNotFound(rules_id=rules_id)
    return found


def _where(found: PlaceRules) -> dict[str, JSON]:
    return {"place": found.place.name, "service": found.service.name}


def _said(value: object) -> JSON:
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def _word(value: JSON) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return str(WORDS.get(str(value), value))
