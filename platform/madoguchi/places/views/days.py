"""The yearly list of closed days and extra openings."""

from datetime import date
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi import clock
from madoguchi.places import queries, special_days
from madoguchi.places.declarations import CHANGE, VIEW
from madoguchi.places.forms import SpecialDayForm
from madoguchi.places.views.confirming import known_place, make_or_ask
from madoguchi.web.access import requires
from madoguchi.web.dates import READABLE_YEARS, era_year

YEAR_DIGITS = 4


@requires(VIEW)
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """List the days of a year that differ from the week."""
    return _show(request, form=SpecialDayForm(places=_choices(), initial={"place": _place(request)}))


@requires(CHANGE)
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Close days or open them, after a look at what falls away."""
    form = SpecialDayForm(request.POST, places=_choices())
    if not form.is_valid():
        return _show(request, form=form, status=422)
    wish = form.wish()
    return make_or_ask(
        request,
        partial(special_days.mark_days, wish),
        title=_("閉庁日・臨時開庁を登録する"),
        back=_address(wish.first.year),
    )


@requires(CHANGE)
@require_POST
def remove(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """Give a marked day back to the week."""
    return make_or_ask(
        request,
        partial(special_days.remove_day, day_id=day_id),
        title=_("閉庁日・臨時開庁を取り消す"),
        back=_address(_year(request.POST.get("year", ""), clock.today())),
    )


@requires(CHANGE)
@require_POST
def holidays(request: HttpRequest) -> HttpResponse:
    """Close the national holidays and the turn of a year."""
    wanted = request.POST.get("year", "")
    if not _is_year(wanted):
        return HttpResponseBadRequest()
    return make_or_ask(
        request,
        partial(special_days.fill_holidays, year=int(wanted)),
        title=_("祝日と年末年始を閉庁日にする"),
        back=_address(int(wanted)),
    )


def _show(request: HttpRequest, *, form: SpecialDayForm, status: int = 200) -> HttpResponse:
    today = clock.today()
    asked = request.GET.get("year") or request.POST.get("first", "")[:4]
    number = _year(asked, today)
    place_id = _place(request)
    context = {
        "form": form,
        "year": number,
        "era": era_year(date(number, 12, 31)),
        "years": [number - 1, number + 1],
        "days": special_days.days_of_year(year=number, place_id=place_id),
        "places": queries.all_places(),
        "place_id": place_id,
        "today": today,
        "may_change": request.user.has_permission(CHANGE),  # type: ignore[union-attr]
    }
    return render(request, "places/days.html", context, status=status)


def _year(text: str, today: date) -> int:
    return int(text) if _is_year(text) else today.year


def _is_year(text: str) -> bool:
    # Python refuses to read a number of thousands of digits.
    return text.isdecimal() and len(text) <= YEAR_DIGITS and int(text) in READABLE_YEARS


def _place(request: HttpRequest) -> UUID | None:
    try:
        return known_place(UUID(request.GET.get("place", "")))
    except ValueError:
        return None


def _choices() -> list[tuple[UUID, str]]:
    return [(place.id, place.name) for place in queries.all_places()]


def _address(year: int) -> str:
    return f"{reverse('places:days')}?year={year}"
