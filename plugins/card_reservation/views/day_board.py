"""The day board: who comes when, with counts, refreshed by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.contracts.eyes import EVERYTHING, Eyes
from madoguchi.hooks.contracts.pickups import normalise_reference
from madoguchi.ledger.audit import services as audit
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from madoguchi.web.seen import mark_of
from plugins.card_reservation import queries
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.queries.personal_data import eyes_here
from plugins.card_reservation.queries.services import all_services
from plugins.card_reservation.queries.values import BoardRow, StaffSlotView
from plugins.card_reservation.services import callers
from plugins.card_reservation.views.board_table import board_here
from plugins.card_reservation.views.calendar import read_month

VIEW = "card_reservation.view_bookings"
BOOK = "card_reservation.book_for_resident"
NO_CONTENT = 204


@dataclass(frozen=True)
class BoardSlot:
    """One time of the day: its counts and the bookings in it."""

    slot: StaffSlotView
    place: str
    service: str = ""

    @property
    def is_full(self) -> bool:
        """Tell whether nobody fits any more."""
        return self.slot.booked >= self.slot.capacity

    @property
    def is_over(self) -> bool:
        """Tell whether somebody was let in beyond the capacity."""
        return self.slot.booked > self.slot.capacity


@dataclass(frozen=True)
class PlaceRow:
    """One place and its counts of one service, a gap where it has no slot."""

    place_id: UUID
    place: str
    service: str
    slots: Sequence[BoardSlot]
    cells: Sequence[BoardSlot | None]


@dataclass(frozen=True)
class Board:
    """One day at one place, or at all of them."""

    day: date
    place_id: UUID | None
    slots: Sequence[BoardSlot]
    rows: Sequence[BoardRow]

    @property
    def times(self) -> Sequence[datetime]:
        """List the starts of the day, those of all places together."""
        return sorted({one.slot.starts_at for one in self.slots})

    @property
    def by_place(self) -> Sequence[PlaceRow]:
        """Set out the counts of each place and service under the starts of the day."""
        found: dict[tuple[UUID, UUID], list[BoardSlot]] = {}
        for one in self.slots:
            found.setdefault((one.slot.place_id, one.slot.service_id), []).append(one)
        return [self._row(slots) for slots in found.values()]

    def _row(self, slots: Sequence[BoardSlot]) -> PlaceRow:
        by_start = {one.slot.starts_at: one for one in slots}
        return PlaceRow(
            place_id=slots[0].slot.place_id,
            place=slots[0].place,
            service=slots[0].service,
            slots=slots,
            cells=[by_start.get(start) for start in self.times],
        )

    @property
    def standing(self) -> Sequence[BoardRow]:
        """List the bookings that were not cancelled."""
        return [row for row in self.rows if row.status != "cancelled"]

    @property
    def people(self) -> int:
        """Count who comes."""
        return sum(row.party_size for row in self.standing)

    @property
    def arrived(self) -> int:
        """Count who has come."""
        return sum(row.party_size for row in self.standing if row.visit == "arrived")

    @property
    def capacity(self) -> int:
        """Count who could come."""
        return sum(one.slot.capacity for one in self.slots)

    @property
    def free(self) -> int:
        """Count how many more could come."""
        return sum(max(one.slot.capacity - one.slot.booked, 0) for one in self.slots)

    @property
    def by_phone(self) -> int:
        """Count the bookings that staff typed."""
        return sum(1 for row in self.standing if row.channel == "phone")

    @property
    def previous_day(self) -> date:
        """Name the day before."""
        return self.day - timedelta(days=1)

    @property
    def next_day(self) -> date:
        """Name the day after."""
        return self.day + timedelta(days=1)

    @property
    def print_of(self) -> str:
        """Recognise whether anything on the board has changed."""
        rows = [f"{row.booking_id}{row.status}{row.visit}{row.starts_at}{row.place_id}" for row in self.rows]
        slots = [f"{one.slot.id}{one.slot.booked}/{one.slot.capacity}" for one in self.slots]
        return mark_of("|".join(rows + slots))


@requires(VIEW)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show a day's bookings with names; what is shown is recorded once per list."""
    now = clock.now()
    month = read_month(request.GET.get("month", ""))
    if month and "day" not in request.GET:
        return _show_month(request, month, today=clock.local(now).date())
    drawn = _draw(request, now=now)
    is_background = "X-Background" in request.headers
    if is_background and request.GET.get("shown") == drawn.print_of:
        return HttpResponse(status=NO_CONTENT)
    given = {"day": drawn.day.isoformat(), "place": str(drawn.place_id or "")}
    page = lists.draw(
        request,
        table=board_here().seen_by(eyes_here(EVERYTHING)),
        rows=drawn.rows,
        given=given,
        extra="card_reservation/staff/day_fields.html",
    )
    found = None if is_background else _scanned(request, page)
    if found is not None:
        return redirect("reservations:detail", found)
    whole = lists.show_whole(request, page, recording=lambda rows: record_rows(request, rows, now=now))
    if whole is not None:
        return whole
    record_rows(request, page.drawn.shown, now=now)
    context = {
        "board": drawn,
        "list": page,
        "places": places.places_seen_by(eyes=eyes_of(request)),
        "today": clock.local(now).date(),
        "seen_at": now,
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
    }
    template = "board_part" if is_background else "board"
    response = render(request, f"card_reservation/staff/{template}.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _show_month(request: HttpRequest, month: tuple[int, int], *, today: date) -> HttpResponse:
    """Show a month with booked and capacity of each day; a day leads to its board."""
    form = DayForm(request.GET)
    form.is_valid()
    eyes = eyes_of(request)
    place_id = _known_place(form.cleaned_data.get("place"), eyes)
    year, number = month
    context = {
        "month": queries.staff_month(place_id=place_id, year=year, month=number, eyes=eyes),
        "place_id": place_id,
        "month_query": f"{year}-{number:02}",
        "places": places.places_seen_by(eyes=eyes_of(request)),
        "today": today,
        "may_book": request.user.has_permission(BOOK),  # type: ignore[union-attr]
    }
    return render(request, "card_reservation/staff/month.html", context)


def _known_place(place_id: UUID | None, eyes: Eyes) -> UUID | None:
    return place_id if place_id in {place.id for place in places.places_seen_by(eyes=eyes)} else None


def _draw(request: HttpRequest, *, now: datetime) -> Board:
    form = DayForm(request.GET)
    day = form.chosen_day(otherwise=clock.local(now).date())
    eyes = eyes_of(request)
    names = {place.id: place.name for place in places.places_seen_by(eyes=eyes)}
    place_id = _known_place(form.cleaned_data.get("place"), eyes)
    order = {key: number for number, key in enumerate(names)}
    found = queries.day_slots(place_id=place_id, day=day, eyes=eyes)
    services = _named_services(found)
    ranks = {key: number for number, key in enumerate(services)}
    slots = sorted(
        found,
        key=lambda slot: (order[slot.place_id], ranks.get(slot.service_id, len(ranks)), slot.starts_at),
    )
    return Board(
        day=day,
        place_id=place_id,
        slots=[
            BoardSlot(slot=slot, place=names[slot.place_id], service=services.get(slot.service_id, ""))
            for slot in slots
        ],
        rows=callers.named(rows=queries.day_board(place_id=place_id, day=day, now=now, eyes=eyes), eyes=eyes),
    )


def _named_services(slots: Sequence[StaffSlotView]) -> Mapping[UUID, str]:
    """Name the services of a day in the city's order; of one alone the name would say nothing."""
    booked = {slot.service_id for slot in slots}
    if len(booked) < 2:
        return {}
    language = get_language() or "ja"
    return {each.id: each.label(language) for each in all_services() if each.id in booked}


def _scanned(request: HttpRequest, page: lists.Page) -> UUID | None:
    """Find the one booking behind a number that a reader typed: here, or by its number on any day."""
    words = page.drawn.asked.words
    if not words or "as" in request.GET or not any(sign.isdigit() for sign in words):
        return None
    wanted = normalise_reference(words)
    shown: Sequence[BoardRow] = page.drawn.shown
    hits = [row for row in shown if wanted in _numbers(row)]
    if len(hits) == 1:
        return hits[0].booking_id
    return None if shown else queries.with_number(number=wanted, eyes=eyes_of(request))


def _numbers(row: BoardRow) -> list[str]:
    numbers = (row.number, *(each.reference for each in row.people))
    return [normalise_reference(number) for number in numbers]


def record_rows(
    request: HttpRequest,
    rows: Sequence[BoardRow],
    *,
    now: datetime,
    purpose: str = "card_reservation.day_board",
) -> None:
    """Write down that somebody reads names beside bookings, one entry for a whole list."""
    shown = [str(person.pickup) for row in rows for person in row.people if person.name or person.kana]
    if shown:
        audit.record_read(
            actor=actor_of(request),
            object_type="card_reservation.booking",
            object_ids=[str(row.booking_id) for row in rows],
            purpose=purpose,
            now=now,
        )
