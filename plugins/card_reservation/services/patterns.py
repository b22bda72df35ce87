"""Named patterns of a day: made, changed, deleted, and laid on weekdays, n-th weekdays and dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger.values import JSON
from madoguchi.places.changing import Done
from madoguchi.places.declarations import WEEKDAYS
from madoguchi.places.models import Place
from madoguchi.web.dates import full_date
from plugins.card_reservation.models import Pattern, PatternPeriod, PatternUse, Service
from plugins.card_reservation.rules.schedule import Band

SAVED: Final = "card_reservation.pattern_saved"
DELETED: Final = "card_reservation.pattern_deleted"
APPLIED: Final = "card_reservation.pattern_applied"
TAKEN_OFF: Final = "card_reservation.pattern_taken_off"
COLOURS: Final[tuple[tuple[int, str | Promise], ...]] = (
    (1, gettext_lazy("青")),
    (2, gettext_lazy("緑")),
    (3, gettext_lazy("黄")),
    (4, gettext_lazy("赤")),
    (5, gettext_lazy("紫")),
    (6, gettext_lazy("水色")),
    (7, gettext_lazy("だいだい")),
    (8, gettext_lazy("灰色")),
)


class PatternNotFound(NotFound):
    """No pattern of this city has this key, or its use has gone."""

    code = "pattern_not_found"


class PatternInUse(DomainError):
    """A pattern that holds on some days is deleted only when another one takes its place."""

    code = "pattern_in_use"
    message = gettext_lazy("このパターンは使われています。代わりのパターンを選んでください。")


@dataclass(frozen=True, slots=True)
class PatternRow:
    """A pattern as the list shows it."""

    id: UUID
    name: str
    colour: int
    hours: str
    uses: tuple["UseRow", ...]


@dataclass(frozen=True, slots=True)
class UseRow:
    """Where and when a pattern holds."""

    id: UUID
    place: str
    service: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """On which days a pattern shall hold: weekdays, weekdays of some weeks of the month, or dates."""

    weekdays: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A pattern laid on days of places, for every service or one alone."""

    pattern_id: UUID
    place_ids: tuple[UUID, ...]
    service_id: UUID | None = None
    days: Days = field(default_factory=Days)


def rows() -> list[PatternRow]:
    """List the patterns with their hours and where they hold."""
    return [_row(found) for found in _read()]


def row(pattern_id: UUID) -> PatternRow:
    """Find a pattern.

    Raises PatternNotFound.
    """
    for found in rows():
        if found.id == pattern_id:
            return found
    raise PatternNotFound(pattern_id=pattern_id)


def bands_of(pattern_id: UUID) -> tuple[Band, ...]:
    """List the bands of a pattern."""
    found = PatternPeriod.objects.filter(pattern_id=pattern_id)
    return tuple(Band(each.opens, each.closes, each.unit_minutes, each.capacity) for each in found)


def save(*, pattern_id: UUID | None, name: str, colour: int, bands: Sequence[Band]) -> Done:
    """Make a pattern, or change it wherever it holds.

    Raises PatternNotFound.
    """
    before = ""
    if pattern_id is None:
        last = Pattern.objects.aggregate(last=Max("order"))["last"]
        found = Pattern.objects.create(name=name, colour=colour, order=0 if last is None else last + 1)
    else:
        found = _pattern(pattern_id)
        before = say(bands_of(found.id))
        found.name, found.colour = name, colour
        found.save(update_fields=["name", "colour"])
        found.periods.all().delete()
    PatternPeriod.objects.bulk_create(
        PatternPeriod(
            pattern=found,
            opens=band.opens,
            closes=band.closes,
            unit_minutes=band.unit_minutes,
            capacity=band.capacity,
        )
        for band in bands
    )
    after = say(bands)
    return Done(
        action=SAVED,
        place_ids=_places_with(found.uses.all()),
        details={"pattern": name, "from": {"hours": before}, "to": {"hours": after}},
        shown=((name, before or "—", after),),
    )


def is_name_taken(name: str, *, by_others_than: UUID | None) -> bool:
    """Tell whether another pattern bears a name."""
    return Pattern.objects.filter(name=name).exclude(Q(pk=by_others_than)).exists()


def delete(*, pattern_id: UUID, replacement_id: UUID | None) -> Done:
    """Delete a pattern; where it holds, another one takes its place.

    Raises PatternNotFound, or PatternInUse where it holds and no other one was named.
    """
    found = _pattern(pattern_id)
    uses = PatternUse.objects.filter(pattern=found)
    place_ids = _places_with(uses)
    details: dict[str, JSON] = {"pattern": found.name, "days": [each.when for each in _use_rows(uses)]}
    shown: tuple[tuple[str | Promise, str, str], ...] = ()
    if uses.exists():
        if replacement_id is None or replacement_id == pattern_id:
            raise PatternInUse(pattern_id=pattern_id)
        other = _pattern(replacement_id)
        details["replacement"] = other.name
        shown = ((_("パターン"), found.name, other.name),)
        uses.update(pattern=other)
    found.delete()
    return Done(action=DELETED, place_ids=place_ids, details=details, shown=shown)


def apply(wish: Application) -> Done:
    """Lay a pattern on days; a pattern that held there for the same days gives way.

    Raises PatternNotFound.
    """
    found = _pattern(wish.pattern_id)
    made = [use for place_id in wish.place_ids for use in _uses(found, place_id, wish)]
    for use in made:
        PatternUse.objects.filter(
            Q(service_id=use.service_id),
            place_id=use.place_id,
            weekday=use.weekday,
            week=use.week,
            day=use.day,
        ).delete()
    PatternUse.objects.bulk_create(made, batch_size=500)
    listed = _said_days(wish.days)
    names = list(Place.objects.filter(pk__in=wish.place_ids).values_list("name", flat=True))
    return Done(
        action=APPLIED,
        place_ids=wish.place_ids,
        details={"pattern": found.name, "places": names, "days": listed},
        shown=((_("パターン「%(name)s」を使う日") % {"name": found.name}, "—", "、".join(listed)),),
    )


def take_off(*, use_id: UUID) -> Done:
    """Take a pattern off the days of one use.

    Raises PatternNotFound.
    """
    use = PatternUse.objects.select_related("pattern", "place", "service").filter(pk=use_id).first()
    if use is None:
        raise PatternNotFound(use_id=use_id)
    said = _use_row(use)
    use.delete()
    return Done(
        action=TAKEN_OFF,
        place_ids=(use.place_id,),
        details={"pattern": use.pattern.name, "places": [use.place.name], "days": [said.when]},
        shown=((said.when, use.pattern.name, "—"),),
    )


def say(bands: Iterable[Band]) -> str:
    """Write the bands of a pattern in one line; a pattern without any is a closed day."""
    return "、".join(_said(band) for band in sorted(bands)) or _("休み")


def when_of(*, weekday: int | None, week: int | None, day: date | None) -> str:
    """Say on which days a use holds."""
    if day is not None:
        return full_date(day)
    assert weekday is not None
    if week is None:
        return _("毎週 %(weekday)s") % {"weekday": WEEKDAYS[weekday]}
    return _("毎月 第%(week)s%(weekday)s") % {"week": week, "weekday": WEEKDAYS[weekday]}


def _said_days(days: Days) -> list[str]:
    """Say on which days something shall hold, days in a row together."""
    runs: list[list[date]] = []
    for day in sorted(days.dates):
        if runs and runs[-1][-1] == day - timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    dates = [_run(run) for run in runs]
    weekdays = [
        when_of(weekday=weekday, week=week, day=None)
        for weekday in days.weekdays
        for week in days.weeks or (None,)
    ]
    return [*dates, *weekdays]


def _run(days: Sequence[date]) -> str:
    if len(days) == 1:
        return full_date(days[0])
    return f"{full_date(days[0])}〜{full_date(days[-1])}"


def _said(band: Band) -> str:
    hours = f"{band.opens.hour}:{band.opens.minute:02}〜{band.closes.hour}:{band.closes.minute:02}"
    own = []
    if band.unit_minutes is not None:
        own.append(_("%(minutes)s分") % {"minutes": band.unit_minutes})
    if band.capacity is not None:
        own.append(_("%(count)s人") % {"count": band.capacity})
    return f"{hours}（{'・'.join(own)}）" if own else hours


def _uses(pattern: Pattern, place_id: UUID, wish: Application) -> Iterable[PatternUse]:
    same = {"pattern": pattern, "place_id": place_id, "service_id": wish.service_id}
    days = wish.days
    for day in days.dates:
        yield PatternUse(**same, day=day)
    for weekday in days.weekdays:
        for week in days.weeks or (None,):
            yield PatternUse(**same, weekday=weekday, week=week)


def _read() -> QuerySet[Pattern]:
    return Pattern.objects.prefetch_related("periods", "uses__place", "uses__service")


def _row(found: Pattern) -> PatternRow:
    bands = [Band(each.opens, each.closes, each.unit_minutes, each.capacity) for each in found.periods.all()]
    return PatternRow(
        id=found.id,
        name=found.name,
        colour=found.colour,
        hours=say(bands),
        uses=tuple(_use_rows(found.uses.all())),
    )


def _use_rows(uses: Iterable[PatternUse]) -> list[UseRow]:
    def place_in_list(use: PatternUse) -> tuple[object, ...]:
        return (use.place_id, use.day or date.min, use.weekday or 0, use.week or 0)

    return [_use_row(use) for use in sorted(uses, key=place_in_list)]


def _use_row(use: PatternUse) -> UseRow:
    service: Service | None = use.service
    return UseRow(
        id=use.id,
        place=use.place.name,
        service=service.name if service else "",
        when=when_of(weekday=use.weekday, week=use.week, day=use.day),
    )


def _places_with(uses: QuerySet[PatternUse]) -> tuple[UUID, ...]:
    return tuple(uses.values_list("place_id", flat=True).distinct())


def _pattern(pattern_id: UUID) -> Pattern:
    found = Pattern.objects.filter(pk=pattern_id).first()
    if found is None:
        raise PatternNotFound(pattern_id=pattern_id)
    return found
