"""How places take bookings: rules of each service, hours of counters, stops, and a year in colours."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.places import queries as places
from madoguchi.places.changing import Done
from madoguchi.places.views.confirming import make_or_ask
from madoguchi.web.access import requires
from madoguchi.web.dates import READABLE_YEARS, era_year
from plugins.card_reservation.declarations.schedule import CHANGE_SCHEDULE
from plugins.card_reservation.forms.patterns import CountersForm, counters_initial
from plugins.card_reservation.forms.schedule import OpenForm, RulesForm, StopForm, rules_initial
from plugins.card_reservation.queries.services import all_services
from plugins.card_reservation.queries.year import KINDS, year_of
from plugins.card_reservation.services import counters, history, patterns, placing, stops
from plugins.card_reservation.services.counters import CountersOverlap
from plugins.card_reservation.views.offering import schedule_tabs

YEAR_DIGITS = 4
RULES_ACTIONS = (placing.ADDED, placing.CHANGED, counters.CHANGED)


@requires(CHANGE_SCHEDULE)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules of every place and service."""
    form = OpenForm(
        services=service_choices(),
        places=place_choices(),
        initial={"service": request.GET.get("service", "")},
    )
    return _show_rules(request, form)


@requires(CHANGE_SCHEDULE)
@require_POST
def open_rules(request: HttpRequest) -> HttpResponse:
    """Let places begin to offer a service."""
    form = OpenForm(request.POST, services=service_choices(), places=place_choices())
    if not form.is_valid():
        return _show_rules(request, form)
    service_id = UUID(form.cleaned_data["service"])
    chosen = [UUID(place) for place in form.cleaned_data["places"]]

    def act() -> Done:
        return joined([placing.open_at(place_id=place_id, service_id=service_id) for place_id in chosen])

    return make_or_ask(request, act, title=_("業務の受付を始める"), back=reverse("reservations:rules"))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, rules_id: UUID) -> HttpResponse:
    """Change the rules of a place and service, after a look at what falls away."""
    row = placing.row(rules_id)
    form = RulesForm(
        request.POST if request.method == "POST" else None, initial=rules_initial(placing.entry_of(rules_id))
    )
    if request.method == "POST" and form.is_valid():
        act = partial(placing.change, rules_id=rules_id, entry=form.entry())
        title = _("%(place)sの受付の決まりを変更する") % {"place": row.place}
        return make_or_ask(request, act, title=title, back=reverse("reservations:rules"))
    context = {
        "form": form,
        "row": row,
        "is_over": row.is_over(clock.today()),
        "history": history.history(actions=RULES_ACTIONS, object_id=str(row.place_id)),
    }
    return _show(request, "rule", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def counter_hours(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Say which counter of a place serves what at which hours."""
    place = places.place(place_id)
    known = [(str(counter.id), counter.label) for counter in counters.counters_at(place_id)]
    form = CountersForm(
        request.POST if request.method == "POST" else None,
        counters=known,
        services=service_choices(),
        initial=counters_initial(counters.lines_at(place_id)),
    )
    if request.method == "POST" and form.is_valid():
        act = partial(counters.set_lines, place_id=place_id, lines=form.lines())
        title = _("%(place)sの窓口の担当を変更する") % {"place": place.name}
        try:
            return make_or_ask(request, act, title=title, back=reverse("reservations:rules"))
        except CountersOverlap as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "place": place,
        "known": known,
        "history": history.history(actions=(counters.CHANGED,), object_id=str(place_id)),
    }
    return _show(request, "counters", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def stop_list(request: HttpRequest) -> HttpResponse:
    """List the stops of outside systems, and add one after a look at what falls away."""
    now = clock.now()
    form = StopForm(request.POST if request.method == "POST" else None, services=service_choices())
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        data = form.cleaned_data
        act = partial(
            stops.add,
            service_id=UUID(data["service"]) if data["service"] else None,
            starts_at=starts_at,
            ends_at=ends_at,
            name=data["name"],
        )
        return make_or_ask(
            request, act, title=_("外部のシステムの停止を登録する"), back=reverse("reservations:stops")
        )
    context = {
        "form": form,
        "rows": stops.rows(now=now),
        "tabs": schedule_tabs("reservations:stops"),
        "history": history.history(actions=(stops.ADDED, stops.REMOVED)),
    }
    return _show(request, "stops", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_POST
def remove_stop(request: HttpRequest, stop_id: UUID) -> HttpResponse:
    """Take a stop off the list."""
    act = partial(stops.remove, stop_id=stop_id)
    return make_or_ask(
        request, act, title=_("外部のシステムの停止を取り消す"), back=reverse("reservations:stops")
    )


@requires(CHANGE_SCHEDULE)
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Show a year of one place and service in the colours of its patterns."""
    today = clock.today()
    asked = request.GET.get("year", "")
    is_year = asked.isdecimal() and len(asked) <= YEAR_DIGITS and int(asked) in READABLE_YEARS
    number = int(asked) if is_year else today.year
    found = [row for row in placing.rows() if row.is_offered] or placing.rows()
    wanted = (request.GET.get("place", ""), request.GET.get("service", ""))
    row = next(
        (each for each in found if (str(each.place_id), str(each.service_id)) == wanted),
        next((each for each in found if wanted[0] in ("", str(each.place_id))), next(iter(found), None)),
    )
    shown = year_of(place_id=row.place_id, service_id=row.service_id, year=number) if row else None
    context = {
        "row": row,
        "rows": found,
        "year": number,
        "era": era_year(today.replace(year=number, month=12, day=31)),
        "years": [number - 1, number + 1],
        "shown": shown,
        "today": today,
        "patterns": patterns.rows(),
        "priority": list(KINDS.values()),
        "tabs": schedule_tabs("reservations:year"),
    }
    return _show(request, "year", context)


def service_choices() -> list[tuple[str, str]]:
    """List the services of the city for a choice."""
    return [(str(service.id), service.name) for service in all_services()]


def place_choices() -> list[tuple[str, str]]:
    """List the places of the city for a choice."""
    return [(str(place.id), place.name) for place in places.all_places()]


def joined(done: list[Done]) -> Done:
    """Put the same act at several places into one."""
    first = done[0]
    names = [str(each.details.get("place", "")) for each in done]
    return Done(
        action=first.action,
        place_ids=tuple(place_id for each in done for place_id in each.place_ids),
        details={**first.details, "place": "、".join(names)},
        shown=first.shown,
    )


def _show_rules(request: HttpRequest, form: OpenForm) -> HttpResponse:
    today = clock.today()
    rows = placing.rows()
    kept = {row.place_id: len(counters.lines_at(row.place_id)) for row in rows}
    context = {
        "form": form,
        "rows": [(row, row.is_over(today), kept[row.place_id]) for row in rows],
        "over": [row for row in rows if row.is_offered and row.is_over(today)],
        "tabs": schedule_tabs("reservations:rules"),
        "history": history.history(actions=RULES_ACTIONS),
    }
    return _show(request, "rules", context, is_wrong=bool(form.errors))


def _show(
    request: HttpRequest, page: str, context: Mapping[str, object], *, is_wrong: bool = False
) -> HttpResponse:
    name = f"card_reservation/staff/schedule/{page}.html"
    return render(request, name, context, status=422 if is_wrong else 200)
