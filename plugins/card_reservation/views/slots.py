"""The slots of a week with their counts, and a day's slots to change."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places import queries as places
from madoguchi.web.access import requires
from madoguchi.web.dates import short_era_date
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.permissions import CHANGE_SLOTS, VIEW
from plugins.card_reservation.forms import day_of_slots
from plugins.card_reservation.forms.staff import DayForm
from plugins.card_reservation.services import capacities
from plugins.card_reservation.services.capacities import BelowBooked, CrowdedVisit, SlotRow, Wish

UNDO = "card_reservation.slots_changed"
DAYS = 7


@requires(VIEW)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Show a week of one place: times down, days across, booked and capacity in each."""
    now = clock.now()
    day, place_id, service_id = _asked(request, now=now)
    first = day - timedelta(days=day.weekday())
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    rows = _rows((place_id, service_id), first, days[-1], now)
    context = {
        "days": days,
        "times": _grid(rows, days),
        "places": places.places_seen_by(eyes=eyes_of(request)),
        "place_id": place_id,
        **_service_context(service_id),
        "today": clock.local(now).date(),
        "previous": first - timedelta(days=DAYS),
        "next": first + timedelta(days=DAYS),
        "may_change": request.user.has_permission(CHANGE_SLOTS),  # type: ignore[union-attr]
    }
    return render(request, "card_reservation/staff/slots.html", context)


@requires(CHANGE_SLOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest) -> HttpResponse:
    """Change capacities of one day and close or open its slots."""
    now = clock.now()
    chosen, place_id, service_id = _asked(request, now=now)
    rows = _rows((place_id, service_id), chosen, chosen, now)
    table = day_of_slots.stored(rows)
    wrong = ""
    crowded: list[CrowdedVisit] = []
    if request.method == "POST" and place_id is not None:
        table = day_of_slots.read(rows, request.POST)
        if table.is_wrong:
            wrong = _("定員は0から%(largest)sまでの数で入力してください。") % {"largest": capacities.LARGEST}
        else:
            wishes = table.wishes()
            try:
                return _change(request, at=(place_id, service_id), day=chosen, wishes=wishes, now=now)
            except BelowBooked as refusal:
                wrong = str(refusal)
                crowded = capacities.crowded(wishes=wishes)
    context = {
        "table": table,
        "day": chosen,
        "place_id": place_id,
        "place": next((place for place in places.all_places() if place.id == place_id), None),
        "wrong": [wrong] if wrong else [],
        "crowded": crowded,
        **_service_context(service_id),
        "today": clock.local(now).date(),
    }
    return render(request, "card_reservation/staff/slots_day.html", context, status=422 if wrong else 200)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give slots what they had before.

    Raises MovedOn.
    """
    capacities.put_back(place_id=UUID(values["place"]), before=values["before"], actor=actor, now=now)


UNDOABLES = (
    Undoable(name=UNDO, label=gettext_lazy("予約枠の変更"), permission=CHANGE_SLOTS, function=take_back),
)


def _change(
    request: HttpRequest, *, at: tuple[UUID, UUID], day: date, wishes: Mapping[UUID, Wish], now: datetime
) -> HttpResponse:
    place_id, service_id = at
    before = capacities.change(
        place_id=place_id,
        wishes=wishes,
        actor=actor_of(request),
        now=now,
        keeps_visits=request.POST.get("keep") == "yes",
    )
    address = f"{reverse('reservations:slots')}?day={day.isoformat()}&place={place_id}&service={service_id}"
    if before:
        text = _("%(day)sの予約枠を%(count)s個変更しました。") % {
            "day": short_era_date(day),
            "count": len(before),
        }
        undoing.offer(
            request,
            kind=UNDO,
            text=text,
            values={"place": str(place_id), "before": before},
            back_url=address,
        )
    else:
        messages.info(request, _("変更はありませんでした。"))
    return HttpResponseRedirect(address, status=303)


def _rows(at: tuple[UUID | None, UUID], first: date, last: date, now: datetime) -> list[SlotRow]:
    place_id, service_id = at
    if place_id is None:
        return []
    return capacities.slots_of_day(place_id=place_id, service_id=service_id, first=first, last=last, now=now)


def _service_context(service_id: UUID) -> dict[str, Any]:
    """Name the service of a page, and the others where there are any."""
    offered = queries.services_for(audience="staff")
    return {"service_id": service_id, "services": offered if len(offered) > 1 else ()}


def _grid(rows: list[SlotRow], days: list[date]) -> list[tuple[datetime, list[SlotRow | None]]]:
    found = {(clock.local(row.starts_at).time(), clock.local(row.starts_at).date()): row for row in rows}
    firsts = {clock.local(row.starts_at).time(): row.starts_at for row in rows}
    return [
        (starts_at, [found.get((time, day)) for day in days]) for time, starts_at in sorted(firsts.items())
    ]


def _asked(request: HttpRequest, *, now: datetime) -> tuple[date, UUID | None, UUID]:
    form = DayForm(request.GET)
    day = form.chosen_day(otherwise=clock.local(now).date())
    known = [place.id for place in places.places_seen_by(eyes=eyes_of(request))]
    wanted = form.cleaned_data.get("place")
    place_id = wanted if wanted in known else next(iter(known), None)
    offered = [str(service.id) for service in queries.services_for(audience="staff")]
    asked = request.GET.get("service", "")
    service_id = UUID(asked) if asked in offered else queries.usual_service(audience="staff")
    if place_id is not None and not form.cleaned_data.get("day"):
        day = capacities.next_day(place_id=place_id, service_id=service_id, now=now) or day
    return day, place_id, service_id
