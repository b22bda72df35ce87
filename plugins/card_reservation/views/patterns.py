"""Opening patterns: made, changed, laid on days, and deleted when another one takes their place."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.places.views.confirming import make_or_ask
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.schedule import CHANGE_SCHEDULE
from plugins.card_reservation.forms.patterns import (
    ApplyForm,
    PatternForm,
    ReplacementForm,
    pattern_initial,
)
from plugins.card_reservation.queries.year import KINDS
from plugins.card_reservation.services import history, patterns
from plugins.card_reservation.views.offering import schedule_tabs
from plugins.card_reservation.views.scheduling import place_choices, service_choices

ACTIONS = (patterns.SAVED, patterns.DELETED, patterns.APPLIED, patterns.TAKEN_OFF)


@requires(CHANGE_SCHEDULE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the patterns with their hours and the days on which they hold."""
    context = {
        "rows": patterns.rows(),
        "priority": list(KINDS.values()),
        "tabs": schedule_tabs("reservations:patterns"),
        "history": history.history(actions=ACTIONS),
    }
    return _show(request, "patterns", context)


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a pattern; it holds on no day yet."""
    return _form(request, None)


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pattern_id: UUID) -> HttpResponse:
    """Change a pattern wherever it holds, after a look at what falls away."""
    return _form(request, pattern_id)


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pattern_id: UUID) -> HttpResponse:
    """Lay a pattern on weekdays, n-th weekdays or dates of places."""
    row = patterns.row(pattern_id)
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        services=service_choices(),
        places=place_choices(),
        today=clock.today(),
    )
    if request.method == "POST" and form.is_valid():
        act = partial(patterns.apply, form.wish(pattern_id))
        title = _("パターン「%(name)s」を使う日を決める") % {"name": row.name}
        return make_or_ask(request, act, title=title, back=reverse("reservations:patterns"))
    context = {"form": form, "row": row, "priority": list(KINDS.values())}
    return _show(request, "apply", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pattern_id: UUID) -> HttpResponse:
    """Delete a pattern; one in use shows its days and asks for another in its place."""
    row = patterns.row(pattern_id)
    others = [(str(each.id), each.name) for each in patterns.rows() if each.id != pattern_id]
    form = ReplacementForm(request.POST if request.method == "POST" else None, patterns=others)
    if not row.uses:
        form.fields["replacement"].required = False
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["replacement"]
        act = partial(patterns.delete, pattern_id=pattern_id, replacement_id=UUID(chosen) if chosen else None)
        title = _("パターン「%(name)s」を削除する") % {"name": row.name}
        return make_or_ask(request, act, title=title, back=reverse("reservations:patterns"))
    return _show(request, "pattern_delete", {"form": form, "row": row}, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_POST
def take_off(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """Take a pattern off the days of one use."""
    act = partial(patterns.take_off, use_id=use_id)
    return make_or_ask(
        request, act, title=_("パターンを使う日を取り消す"), back=reverse("reservations:patterns")
    )


def _form(request: HttpRequest, pattern_id: UUID | None) -> HttpResponse:
    row = patterns.row(pattern_id) if pattern_id else None
    initial = (
        {"name": row.name, "colour": row.colour, **pattern_initial(patterns.bands_of(row.id))} if row else {}
    )
    form = PatternForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if not patterns.is_name_taken(name, by_others_than=pattern_id):
            act = partial(
                patterns.save,
                pattern_id=pattern_id,
                name=name,
                colour=form.cleaned_data["colour"],
                bands=form.bands(),
            )
            title = _("パターン「%(name)s」を保存する") % {"name": name}
            return make_or_ask(request, act, title=title, back=reverse("reservations:patterns"))
        form.add_error("name", _("同じ名前のパターンがあります。"))
    context = {
        "form": form,
        "row": row,
        "history": history.history(actions=ACTIONS),
    }
    return _show(request, "pattern", context, is_wrong=bool(form.errors))


def _show(
    request: HttpRequest, page: str, context: Mapping[str, object], *, is_wrong: bool = False
) -> HttpResponse:
    name = f"card_reservation/staff/schedule/{page}.html"
    return render(request, name, context, status=422 if is_wrong else 200)
