"""What a schedule makes of the demand of the last weeks, told in figures and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from madoguchi import clock
from plugins.card_reservation.models import PlaceRules
from plugins.card_reservation.queries import demand
from plugins.card_reservation.queries.schedules import read_schedules
from plugins.card_reservation.rules.replay import Ask, Audience, Days, Offer, Outcome, Window, replay
from plugins.card_reservation.rules.schedule import open_days, plan
from plugins.card_reservation.rules.window import first_allowed_day, latest_day
from plugins.card_reservation.services.drafted import rules_of

LONGEST: Final = timedelta(days=400)
MOST_LISTED: Final = 200
DAYS_BEFORE: Final[Mapping[Audience, str]] = {
    "resident": "earliest_open_days_residents",
    "staff": "earliest_open_days_staff",
}


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """A schedule with its rules, read at one moment."""

    rules: PlaceRules
    offers: tuple[Offer, ...]
    open_days: tuple[date, ...]
    last: date

    def window(self, today: date, audience: Audience) -> Days:
        """Tell from which to which day somebody may book on a day."""
        earliest = first_allowed_day(
            today=today,
            open_days=self.open_days,
            days_before=getattr(self.rules, DAYS_BEFORE[audience]),
            counts_open_days=self.rules.earliest_unit == "open",
        )
        latest = latest_day(today=today, days_ahead=self.rules.latest_days, fixed=self.rules.latest_on)
        return None if earliest is None else (earliest, latest)


def outlook(where: demand.Place, *, now: datetime) -> Outlook:
    """Read the schedule and the rules that are in force, and lay out what they offer."""
    today = clock.local(now).date()
    rules = rules_of(where)
    ahead = demand.SHIFT + timedelta(days=rules.latest_days)
    last = min(max(today + ahead, rules.latest_on or today), today + LONGEST)
    found = read_schedules(place_ids=(where.place_id,), first=today, last=last)
    schedule = found.get((where.place_id, where.service_id))
    assert schedule is not None
    planned = plan(schedule=schedule, first=today, last=last, zone=clock.JAPAN)
    return Outlook(
        rules=rules,
        offers=tuple(Offer(slot.day, slot.starts_at, slot.capacity) for slot in planned),
        open_days=open_days(schedule=schedule, first=today, last=last),
        last=last,
    )


def compared(where: demand.Place, *, before: Outlook, after: Outlook, now: datetime) -> dict[str, Any]:
    """Replay the same demand over two schedules and tell what would change, in plain values."""
    known = demand.read(where, now=now)
    left_over = _left_over(known, after)
    first, last = demand.span(now=now)
    outcomes = [_replayed(known, one, now) for one in (before, after)]
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "asked": len(known.asks),
        "before": _figures(outcomes[0]),
        "after": _figures(outcomes[1]),
        "days": _days(*outcomes),
        "lose": [str(visit.id) for visit in left_over[:MOST_LISTED]],
        "lose_in_all": len(left_over),
    }


def _replayed(known: demand.Demand, seen: Outlook, now: datetime) -> Outcome:
    offers = [
        Offer(offer.day, offer.starts_at, known.by_hand.get(offer.starts_at, offer.capacity))
        for offer in seen.offers
        if offer.starts_at > now
    ]
    return replay(
        offers=offers,
        taken=known.taken,
        asks=[*_asked_again(known, seen, now), *known.asks],
        window=_remembered(seen),
        shown=demand.span(now=now),
    )


def _remembered(seen: Outlook) -> Window:
    known: dict[tuple[date, Audience], Days] = {}

    def window(today: date, audience: Audience) -> Days:
        if (today, audience) not in known:
            known[today, audience] = seen.window(today, audience)
        return known[today, audience]

    return window


def _left_over(known: demand.Demand, seen: Outlook) -> list[demand.Visit]:
    """List the visits at times that the schedule does not offer."""
    offered = {offer.starts_at for offer in seen.offers}
    return [
        visit
        for visit in known.visits
        if visit.starts_at not in offered and clock.local(visit.starts_at).date() <= seen.last
    ]


def _asked_again(known: demand.Demand, seen: Outlook, now: datetime) -> list[Ask]:
    """Let those who lose their time look for another at once, helped by staff."""
    return [
        Ask(
            day=clock.local(now).date(),
            asked_at=now,
            wished_at=clock.local(visit.starts_at),
            people=visit.people,
            audience="staff",
            is_again=True,
        )
        for visit in _left_over(known, seen)
    ]


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {
        "served": outcome.served,
        "turned_away": outcome.turned_away,
        "on_wished_day": outcome.on_wished_day,
        "mean_wait": None if outcome.mean_wait is None else round(outcome.mean_wait, 1),
        "worst_wait": outcome.worst_wait,
        "full_days": len(outcome.full_days),
        "open_days": len(outcome.days),
        "seats": sum(load.capacity for load in outcome.days),
        "booked": sum(load.booked for load in outcome.days),
    }


def _days(before: Outcome, after: Outcome) -> list[list[Any]]:
    """Put the loads of each day beside each other: day, booked and capacity now, booked and capacity then."""
    loads: dict[date, list[int]] = {}
    for column, outcome in enumerate((before, after)):
        for load in outcome.days:
            row = loads.setdefault(load.day, [0, 0, 0, 0])
            row[2 * column : 2 * column + 2] = [load.booked, load.capacity]
    return [[day.isoformat(), *row] for day, row in sorted(loads.items())]
