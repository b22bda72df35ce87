"""Counts from the ledger, in two directions at once; every table adds up to what the ledger holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate, TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi import clock
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.places import queries as places
from madoguchi.web.dates import short_era_date
from plugins.card_management.declarations import ACTION_LABELS, KIND_LABELS, STATE_LABELS
from plugins.card_management.models import Card, CardMovement
from plugins.card_management.models.figures import ExpiryCount, VisitFact
from plugins.card_management.rules.figures_table import CrossTable, balances, crossed, days_of, months_of
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.services.figures import ABSENT, ARRIVED

STOCK: Final = "stock"
HANDED: Final = "handed"
MOVES: Final = "moves"
VISITS: Final = "visits"
Labels = Sequence[tuple[str, str]]

CHANNELS: Final = {"web": gettext_lazy("インターネット"), "phone": gettext_lazy("電話・窓口")}
OUTCOMES: Final = {
    "came": gettext_lazy("来庁"),
    "missed": gettext_lazy("来なかった"),
    "cancelled": gettext_lazy("取消"),
    "open": gettext_lazy("印なし・これから"),
}
QUESTIONS: Final = {
    "state": gettext_lazy("状態"),
    "place": gettext_lazy("場所"),
    "kind": gettext_lazy("種類"),
    "month": gettext_lazy("月"),
    "day": gettext_lazy("日"),
    "action": gettext_lazy("操作"),
    "channel": gettext_lazy("予約の経路"),
    "outcome": gettext_lazy("来庁の結果"),
}


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days that are looked at, both included."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Give the moments at which it begins and is over, in Japan."""
        after = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time.min, tzinfo=clock.JAPAN),
            datetime.combine(after, time.min, tzinfo=clock.JAPAN),
        )


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something that can be counted, and the questions by which it is laid out."""

    name: str
    label: Any
    questions: tuple[str, ...]
    # What stands there now knows no period.
    has_period: bool = True


MEASURES: Final = {
    each.name: each
    for each in (
        Measure(
            name=STOCK,
            label=gettext_lazy("いまのカード"),
            questions=("state", "place", "kind"),
            has_period=False,
        ),
        Measure(
            name=HANDED,
            label=gettext_lazy("交付したカード"),
            questions=("month", "day", "place", "kind"),
        ),
        Measure(
            name=MOVES,
            label=gettext_lazy("カードの動き"),
            questions=("month", "day", "action", "place", "kind", "state"),
        ),
        Measure(
            name=VISITS,
            label=gettext_lazy("来庁の予約"),
            questions=("month", "day", "place", "channel", "outcome"),
        ),
    )
}


def cross(*, measure: str, rows: str, columns: str, period: Period, eyes: Eyes, now: datetime) -> CrossTable:
    """Count one thing by two questions."""
    found, answers = _SOURCES[measure](period, eyes, now)
    grouped = found.annotate(down=_text(answers[rows]), across=_text(answers[columns]))
    counted = grouped.values_list("down", "across").order_by().annotate(count=Count("pk"))
    counts = {(down or "", across or ""): count for down, across, count in counted}
    down, across = labels_of(rows, period), labels_of(columns, period)
    return crossed(counts=counts, rows=down, columns=across, rest=str(_("記録なし")))


@dataclass(frozen=True, kw_only=True)
class Balance:
    """One month: cards at its beginning, those that came and went, and cards at its end."""

    month: date
    start: int
    came: int
    went: int
    end: int


def monthly_balances(*, period: Period, eyes: Eyes, today: date) -> list[Balance]:
    """Count back from the cards that wait now, month by month, through every move the ledger knows."""
    # For a reader of some places moves between places would have to be followed: they see tables only.
    if eyes.places is not None:
        return []
    start, _end = period.bounds
    months = months_of(period.first, max(period.last, today))
    came, went = _gained_and_lost(start)
    now = Card.objects.filter(state__in=WAITING).count()
    gained, lost = [came.get(month, 0) for month in months], [went.get(month, 0) for month in months]
    found = zip(months, balances(now=now, gained=gained, lost=lost), gained, lost, strict=True)
    return [
        Balance(month=month, start=begin, came=more, went=less, end=end)
        for month, (begin, end), more, less in found
        if month <= period.last
    ]


def expiring(*, first: date, months: int) -> list[tuple[date, int, int]]:
    """List per month how many cards and how many certificates end, as last counted."""
    wanted = months_of(first, first.replace(day=1) + timedelta(days=31 * months))[:months]
    rows = ExpiryCount.objects.filter(month__in=wanted).values_list("month", "what", "count")
    found = {(month, what): count for month, what, count in rows}
    return [(month, found.get((month, "card"), 0), found.get((month, "certificate"), 0)) for month in wanted]


def ends_counted_at() -> datetime | None:
    """Tell when the ends of cards were last counted."""
    return ExpiryCount.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()


def labels_of(question: str, period: Period) -> Labels:
    """Name the answers to a question, in the order in which people expect them."""
    if question == "month":
        return [(month.isoformat(), month_label(month)) for month in months_of(period.first, period.last)]
    if question == "day":
        return [(day.isoformat(), short_era_date(day)) for day in days_of(period.first, period.last)]
    if question == "place":
        return [(str(place.id), place.name) for place in places.all_places()]
    labels: dict[str, Mapping[Any, Any]] = {
        "state": STATE_LABELS,
        "kind": KIND_LABELS,
        "action": ACTION_LABELS,
        "channel": CHANNELS,
        "outcome": OUTCOMES,
    }
    return [(str(key), str(label)) for key, label in labels[question].items()]


def month_label(month: date) -> str:
    """Write a month short, with its era."""
    return short_era_date(month).rpartition(".")[0]


def _month(day: Any) -> Any:
    """Give the first of the month; cut from a day in Japan, never from a moment that another zone moves."""
    return Cast(TruncMonth(day), DateField())


def _text(answer: Any) -> Any:
    return Cast(answer, CharField())


def _stock(period: Period, eyes: Eyes, now: datetime) -> tuple["QuerySet[Any]", dict[str, Any]]:
    cards = Card.objects.all()
    if eyes.places is not None:
        cards = cards.filter(site__in=eyes.places)
    return cards, {"state": F("state"), "place": F("site"), "kind": F("kind")}


def _handed(period: Period, eyes: Eyes, now: datetime) -> tuple["QuerySet[Any]", dict[str, Any]]:
    # Cards handed over before their day was kept were last touched on it.
    day = Coalesce("handed_over_on", TruncDate("updated_at", tzinfo=clock.JAPAN))
    cards = Card.objects.filter(state=State.HANDED_OVER).annotate(on=day)
    cards = cards.filter(on__range=(period.first, period.last))
    if eyes.places is not None:
        cards = cards.filter(wanted_site__in=eyes.places)
    return cards, {"month": _month(F("on")), "day": F("on"), "place": F("wanted_site"), "kind": F("kind")}


def _moves(period: Period, eyes: Eyes, now: datetime) -> tuple["QuerySet[Any]", dict[str, Any]]:
    start, end = period.bounds
    place = Coalesce("site", "card__wanted_site")
    moves = CardMovement.objects.filter(moved_at__gte=start, moved_at__lt=end)
    if eyes.places is not None:
        moves = moves.annotate(at=place).filter(at__in=eyes.places)
    return moves, {
        "month": _month(TruncDate("moved_at", tzinfo=clock.JAPAN)),
        "day": TruncDate("moved_at", tzinfo=clock.JAPAN),
        "action": F("action"),
        "place": place,
        "kind": F("card__kind"),
        "state": F("to_state"),
    }


def _visits(period: Period, eyes: Eyes, now: datetime) -> tuple["QuerySet[Any]", dict[str, Any]]:
    start, end = period.bounds
    visits = VisitFact.objects.filter(starts_at__gte=start, starts_at__lt=end)
    if eyes.places is not None:
        visits = visits.filter(place__in=eyes.places)
    outcome = Case(
        When(is_cancelled=True, then=Value("cancelled")),
        When(visit=ARRIVED, then=Value("came")),
        When(visit=ABSENT, then=Value("missed")),
        default=Value("open"),
    )
    return visits, {
        "month": _month(TruncDate("starts_at", tzinfo=clock.JAPAN)),
        "day": TruncDate("starts_at", tzinfo=clock.JAPAN),
        "place": F("place"),
        "channel": F("channel"),
        "outcome": outcome,
    }


_SOURCES: Final[dict[str, Callable[[Period, Eyes, datetime], tuple["QuerySet[Any]", dict[str, Any]]]]] = {
    STOCK: _stock,
    HANDED: _handed,
    MOVES: _moves,
    VISITS: _visits,
}


def _gained_and_lost(start: datetime) -> tuple[dict[date, int], dict[date, int]]:
    """Count per month the cards that began to wait, and those that stopped."""
    waits = [state.value for state in WAITING]
    month = _month(TruncDate("moved_at", tzinfo=clock.JAPAN))
    moves = CardMovement.objects.filter(moved_at__gte=start).annotate(month=month).values("month").order_by()
    crossing = moves.values_list("month").annotate(
        came=Count("id", filter=Q(to_state__in=waits) & ~Q(from_state__in=waits)),
        went=Count("id", filter=Q(from_state__in=waits) & ~Q(to_state__in=waits)),
    )
    came: dict[date, int] = {}
    went: dict[date, int] = {}
    for each, more, less in crossing:
        came[each], went[each] = more, less
    first = CardMovement.objects.filter(card=OuterRef("pk")).order_by("id").values("from_state")[:1]
    made = _month(TruncDate("created_at", tzinfo=clock.JAPAN))
    born = Card.objects.filter(created_at__gte=start).annotate(
        month=made, began=Coalesce(Subquery(first), F("state"))
    )
    created = born.filter(began__in=waits).values_list("month").order_by().annotate(count=Count("id"))
    for each, count in created:
        came[each] = came.get(each, 0) + count
    return came, went
