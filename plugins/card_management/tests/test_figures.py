"""Figures add up to what the ledger holds, whichever way they are laid out."""

import itertools
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooked, PickupCancelled, VisitMarked
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.places.tests.factories import PlaceFactory
from madoguchi.tenancy import City
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.figures import ExpiryCount, VisitFact
from plugins.card_management.queries import figures as queries
from plugins.card_management.queries.figures import HANDED, MEASURES, MOVES, STOCK, VISITS, Period
from plugins.card_management.rules.life_cycle import WAITING, Action, State
from plugins.card_management.services import figures, moving
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched
from plugins.card_management.tests.history import invent

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
WHOLE = Period(first=date(2023, 12, 1), last=TODAY)


@pytest.fixture
def places(home: City) -> list[UUID]:
    return [PlaceFactory.create().id for _each in range(2)]


@pytest.fixture
def history(places: list[UUID]) -> list[UUID]:
    invent(cards=400, months=36, places=places, today=TODAY)
    return places


def total(measure: str, rows: str, columns: str, period: Period = WHOLE, eyes: Eyes = EVERYTHING) -> int:
    found = queries.cross(
        measure=measure, rows=rows, columns=columns, period=period, eyes=eyes, now=clock.now()
    )
    return found.total


@pytest.mark.req("FUJ-24")
def test_every_way_to_lay_figures_out_adds_up_to_the_ledger(history: list[UUID]) -> None:
    held = {
        STOCK: Card.objects.count(),
        HANDED: Card.objects.filter(state=State.HANDED_OVER).count(),
        MOVES: CardMovement.objects.count(),
        VISITS: VisitFact.objects.count(),
    }
    assert min(held.values()) > 100
    long_ago = Period(first=TODAY - timedelta(days=91), last=TODAY)
    for name, measure in MEASURES.items():
        for rows, columns in itertools.permutations(measure.questions, 2):
            if "day" not in (rows, columns):
                assert total(name, rows, columns) == held[name], (name, rows, columns)
            elif measure.has_period:
                # Days are looked at for three months; months of the same period say the same.
                others = [each for each in measure.questions if each not in ("day", "month")]
                expected = total(name, others[0], others[1], long_ago)
                assert total(name, rows, columns, long_ago) == expected


@pytest.mark.parametrize("measure", [HANDED, MOVES, VISITS])
def test_every_day_falls_into_its_month(history: list[UUID], measure: str) -> None:
    for question in ("month", "day"):
        period = WHOLE if question == "month" else Period(first=TODAY - timedelta(days=91), last=TODAY)
        found = queries.cross(
            measure=measure, rows=question, columns="place", period=period, eyes=EVERYTHING, now=clock.now()
        )
        assert "" not in {row.key for row in found.rows}
        assert sum(row.total > 0 for row in found.rows) > 20


def test_balances_agree_with_a_replay_of_every_move(history: list[UUID]) -> None:
    found = queries.monthly_balances(period=WHOLE, eyes=EVERYTHING, today=TODAY)
    assert len(found) == 36
    for balance in found:
        after = (balance.month + timedelta(days=32)).replace(day=1)
        assert balance.end == _replayed(after), balance.month
        assert balance.start + balance.came - balance.went == balance.end
    assert found[-1].end == Card.objects.filter(state__in=WAITING).count()


def _replayed(until: date) -> int:
    """Count the cards that waited at the beginning of a day by walking through each one's moves."""
    moment = datetime.combine(until, datetime.min.time(), tzinfo=clock.JAPAN)
    states = dict.fromkeys(
        Card.objects.filter(created_at__lt=moment).values_list("id", flat=True), State.ARRIVED
    )
    for card, after in (
        CardMovement.objects.filter(moved_at__lt=moment).order_by("id").values_list("card", "to_state")
    ):
        states[card] = State(after)
    return sum(state in WAITING for state in states.values())


def test_a_reader_of_one_place_counts_that_place_alone(history: list[UUID]) -> None:
    eyes = Eyes(places=frozenset({history[1]}))
    assert total(VISITS, "place", "outcome", eyes=eyes) == VisitFact.objects.filter(place=history[1]).count()
    assert total(HANDED, "place", "kind", eyes=eyes) < total(HANDED, "place", "kind")
    assert queries.monthly_balances(period=WHOLE, eyes=eyes, today=TODAY) == []


def test_a_hand_over_taken_back_is_counted_as_none(places: list[UUID]) -> None:
    card = add_card()
    period = Period(first=clock.today(), last=clock.today())
    matched(card)
    moving.move(card_id=card, action=Action.HAND_OVER, actor=SYSTEM, now=clock.now())
    assert total(HANDED, "day", "kind", period) == 1
    moving.undo(card_id=card, actor=SYSTEM, now=clock.now())
    assert total(HANDED, "day", "kind", period) == 0
    assert total(MOVES, "action", "state", period) == 2


def _event(kind: Any, booking: UUID, place: UUID, **more: object) -> Any:
    return kind(
        booking_id=booking,
        number="A-1",
        place_id=place,
        slot_starts_at=clock.now(),
        pickups=(uuid4(),),
        channel="phone",
        **more,
    )


def test_visits_are_kept_from_what_bookings_tell_once_each(places: list[UUID]) -> None:
    booking, key = uuid4(), uuid4()
    for _each in range(2):
        figures.note_visit(
            event=_event(PickupBooked, booking, places[0]), key=key, actor=SYSTEM, now=clock.now()
        )
    figures.note_marked(
        event=_event(VisitMarked, booking, places[0], visit="absent"), key=key, actor=SYSTEM, now=clock.now()
    )
    fact = VisitFact.objects.get()
    assert (fact.channel, fact.people, fact.visit, fact.is_cancelled) == ("phone", 1, "absent", False)
    figures.note_cancelled(
        event=_event(PickupCancelled, booking, places[0]), key=key, actor=SYSTEM, now=clock.now()
    )
    assert VisitFact.objects.get().is_cancelled


def test_ends_of_cards_are_counted_from_those_handed_over(history: list[UUID]) -> None:
    assert figures.count_ends(actor=SYSTEM, now=clock.now()) == 0
    handed = Card.objects.filter(state=State.HANDED_OVER).count()
    sums: Counter[str] = Counter()
    for what, count in ExpiryCount.objects.values_list("what", "count"):
        sums[what] += count
    assert sums == {"card": handed, "certificate": handed}


@pytest.fixture
def clerk(home: City) -> Client:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=["counter_clerk"]))


def test_the_pages_show_tables_beside_charts(clerk: Client, history: list[UUID]) -> None:
    page = clerk.get("/cards/figures/", {"first": "2023-12-01", "last": "2026-11-21"}).content.decode()
    assert page.count('<svg class="chart"') == 5
    assert page.count("<tfoot>") == 4
    clerk.post("/cards/figures/ends/count/")
    assert '<svg class="chart"' in clerk.get("/cards/figures/ends/").content.decode()


def test_a_cross_table_comes_as_csv_and_on_paper_and_is_recorded(clerk: Client, history: list[UUID]) -> None:
    asked = {
        "measure": "handed",
        "rows": "month",
        "columns": "kind",
        "first": "2023-12-01",
        "last": "2026-11-21",
    }
    lines = (
        clerk.get("/cards/figures/table/", {**asked, "as": "csv"}).content.decode("utf-8-sig").splitlines()
    )
    assert len(lines) == 1 + 36 + 1
    assert lines[-1].split(",")[-1] == str(Card.objects.filter(state=State.HANDED_OVER).count())
    pdf = clerk.get("/cards/figures/table/", {**asked, "as": "sheet"})
    assert pdf.content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="card_management.figures_taken").count() == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"measure": "stock", "rows": "month", "columns": "place"},
        {"measure": "handed", "rows": "kind", "columns": "kind"},
        {"measure": "handed", "rows": "day", "columns": "kind", "first": "2024-01-01", "last": "2026-11-21"},
        {
            "measure": "handed",
            "rows": "month",
            "columns": "kind",
            "first": "2026-11-21",
            "last": "2026-01-01",
        },
        {"measure": "'; DROP", "rows": "x", "columns": "y", "first": "まだ"},
    ],
)
def test_questions_without_an_answer_are_explained(clerk: Client, asked: dict[str, str]) -> None:
    response = clerk.get("/cards/figures/table/", asked)
    assert response.status_code == 422
    assert "エラー" in response.content.decode()


def test_a_period_that_cannot_be_is_told_and_nothing_is_counted(clerk: Client) -> None:
    response = clerk.get("/cards/figures/", {"first": "2026-02-30", "last": "2026-11-21"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "エラー" in page
    assert "クロス集計" in page
    assert "いまのカード（状態と場所）" not in page
