"""Every counter as a notice on the door shows it: open now or not, today's hours, the ordinary week."""

from dataclasses import dataclass
from datetime import datetime

from cms import hours
from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.places import weeks
from madoguchi.places.opening import Period


@dataclass(frozen=True)
class Counter:
    """A place as residents see it today."""

    code: str
    name: str
    address: str
    phone: str
    week: list[str]
    today: str
    state: str


def counters(*, language: str) -> list[Counter]:
    """List the public places as they are at this moment."""
    now = clock.now().astimezone(clock.JAPAN)
    ordinary = weeks.ordinary_weeks()
    of_today = places.hours_of_day(now.date())
    return [
        Counter(
            code=place.code,
            name=place.label(language),
            address=place.address_in(language),
            phone=place.phone,
            week=hours.lines(ordinary.get(place.id, {}), language=language),
            today=hours.periods(of_today.get(place.id, ()), language=language),
            state=_state(of_today.get(place.id, ()), now=now),
        )
        for place in places.public_places()
    ]


def _state(periods: tuple[Period, ...], *, now: datetime) -> str:
    """Tell whether a place is open, opens later today, has closed or stays closed."""
    time = now.time()
    if any(period.opens <= time < period.closes for period in periods):
        return "open"
    if any(time < period.opens for period in periods):
        return "later"
    return "over" if periods else "closed"
