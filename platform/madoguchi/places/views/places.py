"""The list of places, and what is written about each of them."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import drafts
from madoguchi.accounts.services import actor_of
from madoguchi.places import entries, hours, queries, weeks
from madoguchi.places.changing import make
from madoguchi.places.declarations import CHANGE, VIEW
from madoguchi.places.forms import PlaceForm, WeekForm, copied_from_monday, week_initial
from madoguchi.places.queries import PlaceView
from madoguchi.places.views.confirming import make_or_ask
from madoguchi.web.access import requires
from madoguchi.web.navigation import Link


@requires(VIEW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the places in the order in which residents read them."""
    found, open_week = queries.all_places(), weeks.ordinary_weeks()
    context = {
        "rows": [(place, hours.summary(open_week.get(place.id, {}))) for place in found],
        "may_change": request.user.has_permission(CHANGE),  # type: ignore[union-attr]
    }
    return render(request, "places/index.html", context)


@requires(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a place; it opens on office hours and is hidden from residents at first."""
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=drafts.typed_before(request))
    if request.method == "POST" and form.is_valid():
        drafts.drop(request)
        act = partial(entries.add_place, form.cleaned_data, counters=form.cleaned_data["counters"])
        done = make(act, actor=actor_of(request), now=clock.now())
        messages.success(request, _("場所を追加しました。開庁時間を確かめてから、公開してください。"))
        return redirect("places:hours", done.place_ids[0])
    return _show(request, "form", {"form": form}, form)


@requires(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Change what is written about a place."""
    place = queries.place(place_id)
    initial = {name: getattr(place, name) for name in entries.WRITTEN}
    desks = entries.counters_of(place_id)
    initial["counters"] = "\n".join(f"{desk.number} {desk.name}".strip() for desk in desks)
    initial |= drafts.typed_before(request)
    form = PlaceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        drafts.drop(request)
        entries.change_place(
            place_id=place_id,
            entry=form.cleaned_data,
            counters=form.cleaned_data["counters"],
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, _("保存しました。"))
        return redirect("places:index")
    return _show(request, "form", {"form": form, "place": place, "tabs": tabs(place, "places:edit")}, form)


@requires(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Set the weekly hours of a place in one grid."""
    place = queries.place(place_id)
    is_copying = "copy" in request.POST
    if request.method == "POST" and not is_copying:
        form = WeekForm(request.POST)
        if form.is_valid():
            act = partial(hours.set_week, place_id=place_id, days=form.chosen_week())
            title = _("%(place)sの開庁時間を変更する") % {"place": place.name}
            return make_or_ask(request, act, title=title, back=reverse("places:hours", args=[place_id]))
    elif is_copying:
        form = WeekForm(initial=copied_from_monday(request.POST.dict()))
    else:
        form = WeekForm(initial=week_initial(weeks.ordinary_weeks().get(place_id, {})))
    context = {"form": form, "place": place, "tabs": tabs(place, "places:hours"), "is_copied": is_copying}
    return _show(request, "hours", context, form)


@requires(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def visibility(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Show a place to residents or hide it, after a look at the visits that were booked there."""
    place = queries.place(place_id)
    if request.method == "POST":
        act = partial(entries.show_or_hide, place_id=place_id, is_public=not place.is_public)
        title = _("%(place)sを非公開にする") if place.is_public else _("%(place)sを公開する")
        return make_or_ask(request, act, title=title % {"place": place.name}, back=reverse("places:index"))
    context = {
        "place": place,
        "tabs": tabs(place, "places:visibility"),
        "hours": hours.summary(weeks.ordinary_weeks().get(place_id, {})),
    }
    return _show(request, "visibility", context, None)


@requires(CHANGE)
@require_POST
def move(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Move a place one up or down in the order."""
    queries.place(place_id)
    to = request.POST.get("to", "")
    if to not in ("up", "down"):
        return HttpResponseBadRequest()
    entries.move_place(
        place_id=place_id, to="up" if to == "up" else "down", actor=actor_of(request), now=clock.now()
    )
    return HttpResponse(status=303, headers={"Location": f"{reverse('places:index')}#p-{place_id}"})


def tabs(place: PlaceView, current: str) -> list[Link]:
    """List the pages about one place."""
    pages = {
        "places:edit": _("基本の情報"),
        "places:hours": _("開庁時間"),
        "places:visibility": _("公開・非公開"),
    }
    return [
        Link(label=label, url=reverse(name, args=[place.id]), is_current=name == current)
        for name, label in pages.items()
    ]


def _show(
    request: HttpRequest, page: str, context: dict[str, object], form: PlaceForm | WeekForm | None
) -> HttpResponse:
    status = 422 if form is not None and form.errors else 200
    return render(request, f"places/{page}.html", context, status=status)
