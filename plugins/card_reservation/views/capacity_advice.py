"""Advice on capacities from counts of who came, and the page on which an administrator takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.places import queries as places
from madoguchi.places.declarations import WEEKDAYS
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.permissions import CHANGE_SLOTS
from plugins.card_reservation.declarations.trials import TRY
from plugins.card_reservation.queries import empty_seats, services
from plugins.card_reservation.queries.empty_seats import Seats, Stretch
from plugins.card_reservation.rules.no_shows import LEAST_VISITS
from plugins.card_reservation.services import capacities
from plugins.card_reservation.services.capacities import BelowBooked, Wish
from plugins.card_reservation.views.slots import UNDO

BANDS: Final = (
    gettext_lazy("午前"),
    gettext_lazy("午後（17時まで）"),
    gettext_lazy("夕方（17時から）"),
)


@dataclass(frozen=True)
class Row:
    """One stretch as the page shows it."""

    stretch: Stretch
    seats: Seats
    place: str
    service: str
    weekday: str | Promise
    band: str | Promise

    @property
    def lacking(self) -> int:
        """Tell how many more people must have been marked before anything can be said."""
        return max(LEAST_VISITS - self.seats.visits, 0)

    @property
    def suggested(self) -> int:
        """Tell the capacity that is suggested: never more than counts allow beyond what the schedule says."""
        advice = self.seats.advice
        extra = advice.extra if advice is not None and self.seats.is_often_full else 0
        return max(self.seats.served + extra, self.seats.capacity)

    @property
    def is_taken(self) -> bool:
        """Tell whether somebody has taken the advice already."""
        return self.suggested == self.seats.capacity > self.seats.served

    @property
    def url(self) -> str:
        """Lead to the capacities of this stretch, filled in."""
        stretch = self.stretch
        there = reverse("reservations:capacity_change", args=[stretch.place_id, stretch.service_id])
        return f"{there}?weekday={stretch.weekday}&band={stretch.band}&capacity={self.suggested}"


class StretchForm(forms.Form):
    """A weekday, a part of the day and the capacity that its times shall have."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("曜日"),
        coerce=int,
        choices=[(str(day), name) for day, name in enumerate(WEEKDAYS)],
    )
    band = forms.TypedChoiceField(
        label=gettext_lazy("時間帯"),
        coerce=int,
        choices=[(str(band), name) for band, name in enumerate(BANDS)],
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("1枠の定員（人）"),
        min_value=0,
        max_value=capacities.LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 3}),
        error_messages={"required": gettext_lazy("定員を入力してください。")},
    )


@requires(TRY)
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show how many did not come, and what that suggests."""
    rows = _rows(request)
    context = {
        "rows": rows,
        "has_places": len({row.stretch.place_id for row in rows}) > 1,
        "has_services": len({row.stretch.service_id for row in rows}) > 1,
        "weeks": empty_seats.LOOKED_BACK.days // 7,
        "may_change": request.user.has_permission(CHANGE_SLOTS),  # type: ignore[union-attr]
    }
    return render(request, "card_reservation/staff/capacity_advice.html", context)


@requires(CHANGE_SLOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, place_id: UUID, service_id: UUID) -> HttpResponse:
    """Give the coming times of a weekday and part of the day another capacity."""
    place, service = _place_seen(request, place_id), services.service(service_id)
    is_sent = request.method == "POST"
    form = StretchForm(request.POST) if is_sent else StretchForm(initial=request.GET.dict())
    if is_sent and form.is_valid():
        try:
            return _apply(request, form, place_id=place_id, service_id=service_id)
        except BelowBooked as refusal:
            form.add_error("capacity", str(refusal))
    context = {
        "form": form,
        "place": place,
        "service": service,
    }
    status = 422 if form.errors else 200
    return render(request, "card_reservation/staff/capacity_change.html", context, status=status)


def _apply(request: HttpRequest, form: StretchForm, *, place_id: UUID, service_id: UUID) -> HttpResponse:
    now, data = clock.now(), form.cleaned_data
    stretch = Stretch(place_id, service_id, data["weekday"], data["band"])
    keys = empty_seats.slots_ahead(stretch, now=now).values_list("pk", flat=True)
    wishes = {key: Wish(capacity=data["capacity"], is_open=True) for key in keys}
    before = capacities.change(place_id=place_id, wishes=wishes, actor=actor_of(request), now=now)
    back = reverse("reservations:capacity_advice" if _may_read(request) else "reservations:slots")
    if not before:
        messages.info(request, _("変更はありませんでした。"))
        return HttpResponseRedirect(back, status=303)
    said = {"weekday": WEEKDAYS[stretch.weekday], "band": BANDS[stretch.band], "count": len(before)}
    undoing.offer(
        request,
        kind=UNDO,
        text=_("%(weekday)s %(band)sの予約枠を%(count)s個変更しました。") % said,
        values={"place": str(place_id), "before": before},
        back_url=back,
    )
    return HttpResponseRedirect(back, status=303)


def _may_read(request: HttpRequest) -> bool:
    return request.user.has_permission(TRY)  # type: ignore[union-attr]


def _rows(request: HttpRequest) -> Sequence[Row]:
    names = {place.id: place.name for place in places.all_places()}
    offered = {each.id: each.name for each in services.all_services()}
    counted = empty_seats.count(now=clock.now(), eyes=eyes_of(request))
    return [
        Row(
            stretch=stretch,
            seats=seats,
            place=names.get(stretch.place_id, ""),
            service=offered.get(stretch.service_id, ""),
            weekday=WEEKDAYS[stretch.weekday],
            band=BANDS[stretch.band],
        )
        for stretch, seats in counted.items()
    ]


def _place_seen(request: HttpRequest, place_id: UUID) -> places.PlaceView:
    if not eyes_of(request).has_place(place_id):
        raise places.PlaceNotFound(place_id=place_id)
    return places.place(place_id)
