"""The end of a contract: told 180, 90 and 30 days ahead and on the day, each once; then the city closes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings

from madoguchi import clock
from madoguchi.hooks.registry import plugins
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.notifications import kinds
from madoguchi.notifications.models import Delivery
from madoguchi.notifications.tests.conftest import sink
from madoguchi.notifications.tests.sink import Sink
from madoguchi.tenancy import City, directory, in_city
from tenants import contracts, states
from tenants.letters import CONTRACT_ENDING
from tenants.rules import terms

pytestmark = pytest.mark.django_db(transaction=True)
OPERATOR = Actor(kind="operator", id="op-1", name="運用 太郎")
STARTS, ENDS = date(2026, 4, 1), date(2030, 12, 31)
MONTHS = 57
__all__ = ["sink"]


@pytest.fixture(autouse=True)
def _a_contract_of_57_months(home: City, stranger: City) -> Iterator[None]:
    """The home city's contract runs for 57 months; the other's is far from its end."""
    with in_city(directory().operators()):
        contracts.change_term(city=home, starts_on=STARTS, ends_on=ENDS, actor=OPERATOR, now=clock.now())
        contracts.change_term(
            city=stranger, starts_on=STARTS, ends_on=date(2099, 3, 31), actor=OPERATOR, now=clock.now()
        )
    yield
    with psycopg.connect(settings.MADOGUCHI["OWNER_DATABASE_URL"]) as owner:
        owner.execute("UPDATE tenants_city SET state = 'active' WHERE code = '999997'")
    directory().forget()  # type: ignore[attr-defined]


def morning(day: date) -> datetime:
    """Name the moment at which the schedule runs."""
    return datetime.combine(day, time(8), ZoneInfo("Asia/Tokyo"))


def alert(day: date) -> int:
    """Run the schedule's work on one day."""
    with in_city(directory().operators()):
        return contracts.alert_operators(now=morning(day))


def alerts_until(last: date) -> list[int]:
    """Run the schedule every morning of the last year, and list how many days ahead somebody was told."""
    day, told = ENDS - timedelta(days=365), []
    while day <= last:
        told += [(ENDS - day).days] * alert(day)
        day += timedelta(days=1)
    return told


@pytest.mark.req("KUR-97")
def test_the_end_of_a_contract_is_told_three_times_and_drives_the_closing(home: City, sink: Sink) -> None:
    assert (ENDS.year - STARTS.year) * 12 + ENDS.month - STARTS.month + 1 == MONTHS
    assert alerts_until(ENDS) == [180, 90, 30, 0]
    with clock.frozen_at(morning(ENDS)):
        Relay().deliver_all()
    assert sink.recipients == [settings.MADOGUCHI["OPERATORS_MAIL"]] * 4
    assert sorted(
        int(str(mail["Subject"]).removeprefix("契約終了まで").split("日")[0]) for mail in sink.mails
    ) == [
        0,
        30,
        90,
        180,
    ]
    with clock.frozen_at(morning(ENDS)):
        Relay().deliver_all()
    assert len(sink.mails) == 4

    with in_city(directory().operators()):
        [over] = contracts.ending_soon(ENDS + timedelta(days=1))
        assert (over.code, over.days_left, over.is_over) == (home.code, -1, True)
        assert ("closing", "終了手続き中") in states.possible_states(state=over.state)
        states.change_state(city=home, to="closing", actor=OPERATOR, now=clock.now())
        assert contracts.ending_soon(ENDS + timedelta(days=1)) == ()


def test_a_morning_that_was_missed_is_made_up_for_once() -> None:
    assert alert(ENDS - timedelta(days=181)) == 0
    assert alert(ENDS - timedelta(days=20)) == 1, "three alerts are due, and one mail says how late it is"
    with in_city(directory().operators()):
        assert Delivery.objects.filter(kind=CONTRACT_ENDING.name).count() == 1
    assert [alert(ENDS - timedelta(days=days)) for days in (20, 19, 1)] == [0, 0, 0]


def test_a_contract_that_is_renewed_is_told_of_anew(home: City) -> None:
    assert alert(ENDS - timedelta(days=10)) == 1
    later = ENDS.replace(year=ENDS.year + 1)
    with in_city(directory().operators()):
        contracts.change_term(city=home, starts_on=STARTS, ends_on=later, actor=OPERATOR, now=clock.now())
        assert contracts.ending_soon(ENDS) == ()
        [entry] = AuditEntry.objects.filter(action=contracts.TERM_CHANGED, details__from__1=ENDS.isoformat())
        assert entry.details["to"] == [STARTS.isoformat(), later.isoformat()]
    assert alert(ENDS - timedelta(days=9)) == 0
    assert alert(later - timedelta(days=180)) == 1


def test_a_contract_cannot_end_before_it_starts(home: City) -> None:
    with in_city(directory().operators()), pytest.raises(contracts.ImpossibleTerm):
        contracts.change_term(city=home, starts_on=ENDS, ends_on=STARTS, actor=OPERATOR, now=clock.now())


def test_the_list_names_the_nearest_end_first(home: City, stranger: City) -> None:
    with in_city(directory().operators()):
        contracts.change_term(
            city=stranger, starts_on=STARTS, ends_on=date(2030, 12, 1), actor=OPERATOR, now=clock.now()
        )
        found = contracts.ending_soon(date(2030, 11, 20))
    assert [(line.code, line.alert) for line in found] == [(stranger.code, 30), (home.code, 90)]


@pytest.mark.parametrize(
    ("left", "reached"),
    [(181, ()), (180, (180,)), (91, (180,)), (90, (180, 90)), (30, (180, 90, 30)), (-5, (180, 90, 30, 0))],
)
def test_an_alert_is_reached_on_its_day(left: int, reached: tuple[int, ...]) -> None:
    assert terms.reached_alerts(ends_on=ENDS, today=ENDS - timedelta(days=left)) == reached


def test_the_schedule_belongs_to_the_world_of_our_operators() -> None:
    [schedule] = [each for each in plugins.declared("schedules") if each.name == "tenants.alert_operators"]
    assert schedule.world == "operators"


def test_no_city_words_a_mail_to_our_operators(home: City) -> None:
    with in_city(home):
        assert CONTRACT_ENDING not in kinds.of_this_city()
    with in_city(directory().operators()):
        assert CONTRACT_ENDING in kinds.of_this_city()
        assert {kind.world for kind in kinds.of_this_city()} == {"operators"}
