"""What a draft wants of one service at one place: read as it is in force, and put in force."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import DomainError
from madoguchi.places import hours
from madoguchi.places.declarations import WEEKDAY_NAMES, WEEKDAYS
from madoguchi.places.opening import Period
from madoguchi.places.weeks import ordinary_weeks
from plugins.card_reservation.models import Pattern, PatternUse, PlaceRules
from plugins.card_reservation.queries.demand import Place

RULES: Final = {
    "capacity": gettext_lazy("1枠の定員（人）"),
    "unit_minutes": gettext_lazy("1枠の長さ（分）"),
    "earliest_open_days_residents": gettext_lazy("住民が予約できる最初の日（何日後から）"),
    "latest_days": gettext_lazy("予約できる最後の日（何日後まで）"),
}
Wanted = Mapping[str, Any]
Shown = tuple[str, str | Promise, str, str]
"""What changes: a name, its label, before and after."""


class PatternGone(DomainError):
    """A pattern was deleted since the draft was written."""

    code = "draft_pattern_gone"
    message = gettext_lazy("試算で選んだパターンは削除されています。試算を編集して選び直してください。")


class NotOffered(DomainError):
    """The place has stopped taking bookings for the service since the draft was begun."""

    code = "draft_service_gone"
    message = gettext_lazy("この場所では、この手続きの予約を受け付けていません。")


@dataclass(frozen=True)
class Put:
    """What was put in force, and what was there before in the shape of a draft."""

    shown: tuple[Shown, ...]
    replaced: Wanted


def put(where: Place, wanted: Wanted) -> Put:
    """Put in force what a draft wants."""
    replaced = now_in_force(where, kinds=wanted)
    shown: list[Shown] = []
    for kind, value in normal(wanted).items():
        shown += PUTTERS[kind](where, value, replaced[kind])
    return Put(tuple(shown), replaced)


def now_in_force(where: Place, *, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is in force of these kinds, in the shape of a draft."""
    return {kind: READERS[kind](where, kinds[kind]) for kind in KINDS if kind in kinds}


def normal(wanted: Wanted) -> dict[str, Any]:
    """Bring what a draft wants into the order in which it is read."""
    found = {kind: wanted[kind] for kind in KINDS if kind in wanted}
    if "patterns" in found:
        found["patterns"] = sorted(found["patterns"], key=_turn)
    return found


def without_what_is_so(where: Place, wanted: Wanted) -> dict[str, Any]:
    """Keep of a draft what differs from what is in force: whatever others change meanwhile stays theirs."""
    known, wished = now_in_force(where, kinds=wanted), normal(wanted)
    if "rules" in wished:
        wished["rules"] = {
            name: value for name, value in wished["rules"].items() if value != known["rules"][name]
        }
    # No hours and no patterns are a wish; no rules are none.
    return {
        kind: value for kind, value in wished.items() if value != known[kind] and (value or kind != "rules")
    }


def is_alone(where: Place) -> bool:
    """Tell whether a place offers this one service: then a pattern holds for the whole place."""
    others = PlaceRules.objects.filter(place_id=where.place_id, is_offered=True)
    return not others.exclude(service_id=where.service_id).exists()


def rules_of(where: Place) -> PlaceRules:
    """Read the rules in force.

    Raises NotOffered.
    """
    found = PlaceRules.objects.filter(place_id=where.place_id, service_id=where.service_id).first()
    if found is None:
        raise NotOffered
    return found


def _read_rules(where: Place, names: Collection[str]) -> dict[str, int]:
    rules = rules_of(where)
    return {name: getattr(rules, name) for name in RULES if name in names}


def _put_rules(where: Place, value: Mapping[str, int], before: Mapping[str, int]) -> list[Shown]:
    PlaceRules.objects.filter(place_id=where.place_id, service_id=where.service_id).update(**value)
    return [
        (name, RULES[name], str(before[name]), str(value[name]))
        for name in RULES
        if name in value and before[name] != value[name]
    ]


def _read_week(where: Place, _wanted: object) -> dict[str, list[list[str]]]:
    week = ordinary_weeks().get(where.place_id, {})
    return {
        str(day): [[f"{period.opens:%H:%M}", f"{period.closes:%H:%M}"] for period in periods]
        for day, periods in sorted(week.items())
    }


def _put_week(where: Place, value: Mapping[str, Any], _before: Mapping[str, Any]) -> list[Shown]:
    done = hours.set_week(place_id=where.place_id, days=periods_of(value))
    names = {str(label): name for name, label in zip(WEEKDAY_NAMES, WEEKDAYS, strict=True)}
    return [(names[str(label)], label, before, after) for label, before, after in done.shown]


def periods_of(week: Mapping[str, Any]) -> dict[int, tuple[Period, ...]]:
    """Read the hours of a week as a draft writes them."""
    return {
        int(day): tuple(
            Period(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in each
        )
        for day, each in week.items()
        if each
    }


def _uses(where: Place) -> Any:
    found = PatternUse.objects.filter(place_id=where.place_id, day=None)
    return found if is_alone(where) else found.filter(service_id=where.service_id)


def _read_patterns(where: Place, _wanted: object) -> list[list[Any]]:
    rows = ([use.weekday, use.week, str(use.pattern_id), use.service_id is not None] for use in _uses(where))
    return sorted(rows, key=_turn)


def _turn(use: Sequence[Any]) -> tuple[int, int, bool]:
    weekday, week, _pattern_id, is_for_service = use
    return weekday, week or 0, is_for_service


def _put_patterns(where: Place, value: Sequence[Any], before: Sequence[Any]) -> list[Shown]:
    names = {str(key): name for key, name in Pattern.objects.values_list("pk", "name")}
    if any(pattern_id not in names for _weekday, _week, pattern_id, _own in value):
        raise PatternGone
    _uses(where).delete()
    PatternUse.objects.bulk_create(
        PatternUse(
            place_id=where.place_id,
            service_id=where.service_id if is_for_service else None,
            weekday=weekday,
            week=week,
            pattern_id=pattern_id,
        )
        for weekday, week, pattern_id, is_for_service in value
    )
    said_before, said_after = _said(before, names), _said(value, names)
    days = sorted({*said_before, *said_after}, key=lambda key: (key[0], key[1] or 0))
    return [
        (
            f"pattern_{day[0]}_{day[1] or 0}",
            said_of_day(*day),
            said_before.get(day, "—"),
            said_after.get(day, "—"),
        )
        for day in days
        if said_before.get(day) != said_after.get(day)
    ]


def _said(uses: Sequence[Any], names: Mapping[str, str]) -> dict[tuple[int, int | None], str]:
    return {(weekday, week): names.get(pattern_id, "—") for weekday, week, pattern_id, _own in uses}


def said_of_day(weekday: int, week: int | None) -> str:
    """Name a weekday, or an n-th weekday of the month."""
    if week is None:
        return str(WEEKDAYS[weekday])
    return _("第%(week)s%(weekday)s") % {"week": week, "weekday": WEEKDAYS[weekday]}


KINDS: Final = ("rules", "week", "patterns")
EVERYTHING: Final[Wanted] = {"rules": tuple(RULES), "week": (), "patterns": ()}
READERS: Final[Mapping[str, Callable[[Place, Any], Any]]] = {
    "rules": _read_rules,
    "week": _read_week,
    "patterns": _read_patterns,
}
PUTTERS: Final[Mapping[str, Callable[..., list[Shown]]]] = {
    "rules": _put_rules,
    "week": _put_week,
    "patterns": _put_patterns,
}
