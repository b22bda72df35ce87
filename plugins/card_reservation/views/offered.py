"""The times that staff are offered: one day at one place, and the next free ones at every place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.places import queries as places
from madoguchi.places.queries import PlaceView
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import OVER_CAPACITY
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.queries.values import SlotView

NEXT_AT_A_PLACE = 2
PICKED = ("service", "place", "day")
OTHER_TIMES = _("場所・日・用件を変えたので、時間を表示しなおしました。時間を選んでください。")
WHY_BEYOND = _("この時間は満員です。定員を超えて入れるときは、理由を書いてください。")


@dataclass(frozen=True)
class DayAtPlace:
    """The times of one day at one place, as staff see them."""

    place: PlaceView
    day: date
    slots: Sequence[SlotView]

    @property
    def place_id(self) -> UUID:
        """Name the place."""
        return self.place.id

    @property
    def has_full(self) -> bool:
        """Tell whether somebody would have to go beyond the capacity."""
        return any(slot.state == "full" for slot in self.slots)


@dataclass(frozen=True)
class FreeTime:
    """A time that can be chosen at once."""

    slot: SlotView

    @property
    def query(self) -> str:
        """Write the part of an address that chooses it."""
        day = clock.local(self.slot.starts_at).date().isoformat()
        return f"place={self.slot.place_id}&day={day}&slot={self.slot.id}"


@dataclass(frozen=True)
class NextFree:
    """The next times at one place in which a party fits."""

    place: PlaceView
    times: Sequence[FreeTime]


def places_for(request: HttpRequest, service_id: UUID, *, now: datetime) -> list[PlaceView]:
    """List the places of somebody's work where a service can be booked."""
    offering = {
        place.id for place in queries.places_offering(audience="staff", now=now, service_id=service_id)
    }
    return [place for place in places.places_seen_by(eyes=eyes_of(request)) if place.id in offering]


def day_at_place(
    request: HttpRequest, query: QueryDict, *, party_size: int, now: datetime, service_id: UUID
) -> DayAtPlace | None:
    """Show the asked day at the asked place; otherwise the next one with room at the first place."""
    form = DayForm(query)
    form.is_valid()
    known = {place.id: place for place in places_for(request, service_id, now=now)}
    if not known:
        return None
    wanted = form.cleaned_data.get("place")
    place_id = wanted if wanted in known else next(iter(known))
    day = form.cleaned_data.get("day") or _first_free_day(place_id, service_id, party_size, now)
    slots = queries.slots(
        place_id=place_id,
        day=day,
        party_size=party_size,
        audience="staff",
        now=now,
        service_id=service_id,
    )
    return DayAtPlace(place=known[place_id], day=day, slots=slots)


def next_free(request: HttpRequest, *, party_size: int, now: datetime, service_id: UUID) -> list[NextFree]:
    """Find the next times with room at every place of somebody's work, the soonest place first."""
    found = []
    for place in places_for(request, service_id, now=now):
        nearest = _nearest(place.id, service_id, party_size, now, NEXT_AT_A_PLACE)
        if nearest:
            found.append(NextFree(place, [FreeTime(slot) for slot in nearest]))
    return sorted(found, key=lambda each: each.times[0].slot.starts_at)


def may_go_beyond_of(request: HttpRequest) -> bool:
    """Tell whether somebody may book although a time is full."""
    return bool(request.user.has_permission(OVER_CAPACITY))  # type: ignore[union-attr]


def picked(request: HttpRequest) -> QueryDict:
    """Read where place, day and service stand: in the picker of a sent form, or in the address."""
    has_picked = any(name in request.POST for name in PICKED)
    return request.POST if has_picked and "take" not in request.POST else request.GET


def refuse_other_times(request: HttpRequest, form: forms.Form) -> None:
    """Refuse a time of another place or day than the one that the picker names: nobody means it."""
    shown, wanted = request.GET, request.POST
    has_turned = any(name in shown and wanted.get(name, shown[name]) != shown[name] for name in PICKED)
    if has_turned and not form.has_error("slot"):
        form.add_error("slot", str(OTHER_TIMES))


def uuid_or_none(text: str) -> UUID | None:
    """Read an identifier, or nothing where somebody wrote another thing."""
    try:
        return UUID(text)
    except ValueError:
        return None


def say_refusal(form: forms.Form, refusal: DomainError, *, otherwise: str) -> None:
    """Put a refusal beside the field with which it can be mended."""
    if refusal.code == "slot_full" and "beyond" in form.fields:
        form.add_error("beyond", str(WHY_BEYOND))
        return
    if refusal.code == "card_not_there" and "in_spite" in form.fields:
        otherwise = "in_spite"
        form.fields[otherwise].required = True
    form.add_error(otherwise, str(refusal))


def show(
    request: HttpRequest, page: str, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """Render one page of the desk, never kept by a browser or proxy."""
    response = render(request, f"card_reservation/staff/{page}.html", dict(context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _first_free_day(place_id: UUID, service_id: UUID, party_size: int, now: datetime) -> date:
    found = _nearest(place_id, service_id, party_size, now, 1)
    return clock.local(found[0].starts_at if found else now).date()


def _nearest(place_id: UUID, service_id: UUID, party_size: int, now: datetime, limit: int) -> list[SlotView]:
    return queries.nearest_free(
        place_id=place_id,
        after=now,
        party_size=party_size,
        limit=limit,
        audience=queries.Asking("staff", service_id),
        now=now,
    )
