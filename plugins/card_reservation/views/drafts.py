"""Try a schedule out: make a draft, see what last weeks' demand would make of it, publish or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import drafts as typed
from madoguchi.accounts.desk import undoing
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.hooks.deeds import Undoable
from madoguchi.ledger.audit.actors import Actor
from madoguchi.places.declarations import CHANGE as CHANGE_PLACES
from madoguchi.places.forms import WeekForm, copied_from_monday, week_initial
from madoguchi.places.views.confirming import make_or_ask
from madoguchi.web.access import requires
from plugins.card_reservation.declarations.schedule import CHANGE_SCHEDULE
from plugins.card_reservation.declarations.trials import TRY
from plugins.card_reservation.forms.drafts import BeginForm, DraftForm, choices_of, initial_of
from plugins.card_reservation.queries import demand, trials
from plugins.card_reservation.queries.trials import DraftView
from plugins.card_reservation.services import drafted, trying
from plugins.card_reservation.views import outlook

DISCARDED = "card_reservation.draft_discarded"


@requires(TRY)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the drafts, those that are still open first."""
    rows = trials.drafts(eyes=eyes_of(request))
    return render(request, "card_reservation/staff/drafts.html", {"rows": rows})


@requires(TRY)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft for one service at one place."""
    known = trials.places_and_services(eyes=eyes_of(request))
    offered = {"places": choices_of(known.places), "services": choices_of(known.services)}
    form = BeginForm(
        request.POST if request.method == "POST" else None, initial=typed.typed_before(request), **offered
    )
    if request.method == "POST" and form.is_valid():
        where = known.where(form.cleaned_data["place"], form.cleaned_data.get("service", ""))
        if where is None:
            form.add_error("place", _("この場所では、この手続きの予約を受け付けていません。"))
        else:
            typed.drop(request)
            made = trying.begin(
                where=where,
                name=form.cleaned_data["name"],
                wanted={},
                actor=actor_of(request),
                now=clock.now(),
            )
            return redirect("reservations:draft_edit", made)
    context = {"form": form, "has_places": bool(known.places)}
    return render(
        request, "card_reservation/staff/draft_begin.html", context, status=422 if form.errors else 200
    )


@requires(TRY)
@require_safe
def show(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show what a draft would change: figures, days side by side, and whose visits would be left over."""
    draft = trials.draft(draft_id=draft_id, eyes=eyes_of(request))
    context = {
        "draft": draft,
        "is_open": draft.is_open,
        "is_fresh": draft.is_fresh,
        "weighed": draft.weighed,
        "asked": f"{draft.weighed.get('asked', 0):,}",
        "figures": outlook.figures(draft.weighed),
        "pair": outlook.months(draft.weighed, wanted=request.GET.get("month", "")),
        "lose": trials.visits(draft.weighed.get("lose", ())),
        "may_publish": _may_publish(request, draft),
    }
    return render(request, "card_reservation/staff/draft.html", context)


@requires(TRY)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Change what a draft wants; saving weighs it at once."""
    draft = trials.draft(draft_id=draft_id, eyes=eyes_of(request))
    where = draft.where
    known = {**drafted.now_in_force(where, kinds=drafted.EVERYTHING), **_whole_rules(where, draft)}
    form, week = _forms(request, draft, known)
    is_copying = "copy" in request.POST
    is_sent = request.method == "POST" and not is_copying
    if is_sent and form.is_valid() and week.is_valid():
        wanted = {
            "rules": form.rules(),
            "week": _written(week),
            "patterns": form.patterns(is_for_service=not drafted.is_alone(where)),
        }
        trying.change(
            draft_id=draft_id,
            name=form.cleaned_data["name"],
            wanted=drafted.without_what_is_so(where, wanted),
            eyes=eyes_of(request),
            actor=actor_of(request),
            now=clock.now(),
        )
        typed.drop(request)
        return redirect("reservations:draft", draft_id)
    has_errors = is_sent and bool(form.errors or week.errors)
    context = {"draft": draft, "form": form, "week": week, "has_errors": has_errors, "is_copied": is_copying}
    context["week_errors"] = [str(error) for errors in week.errors.values() for error in errors]
    return render(
        request, "card_reservation/staff/draft_edit.html", context, status=422 if has_errors else 200
    )


@requires(TRY)
@require_POST
def weigh(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Weigh a draft again, against the bookings of this moment."""
    trying.weigh_again(draft_id=draft_id, eyes=eyes_of(request), actor=actor_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("reservations:draft", args=[draft_id]), status=303)


@requires(TRY)
@require_POST
def publish(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Put a draft in force, after a look at what would fall away."""
    eyes = eyes_of(request)
    draft = trials.draft(draft_id=draft_id, eyes=eyes)
    if not _may_publish(request, draft):
        raise PermissionDenied
    act = trying.publishing(draft_id=draft_id, eyes=eyes, actor=actor_of(request), now=clock.now())
    back = reverse("reservations:draft", args=[draft_id])
    answer = make_or_ask(request, act, title=_("「%(name)s」を公開する") % {"name": draft.name}, back=back)
    if answer.status_code == 303:
        undoing.offer(
            request,
            kind=trying.PUBLISHED,
            text=_("「%(name)s」を公開しました。") % {"name": draft.name},
            values={"draft": str(draft_id)},
            back_url=back,
        )
    return answer


@requires(TRY)
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away; it can be taken out of the bin for ten minutes."""
    eyes = eyes_of(request)
    draft = trials.draft(draft_id=draft_id, eyes=eyes)
    trying.discard(draft_id=draft_id, eyes=eyes, actor=actor_of(request), now=clock.now())
    undoing.offer(
        request,
        kind=DISCARDED,
        text=_("「%(name)s」を破棄しました。") % {"name": draft.name},
        values={"draft": str(draft_id)},
        back_url=reverse("reservations:draft", args=[draft_id]),
    )
    return HttpResponseRedirect(reverse("reservations:drafts"), status=303)


@requires(TRY)
@require_POST
def repeat(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Begin a draft that goes back to what a published one replaced."""
    draft = trials.draft(draft_id=draft_id, eyes=eyes_of(request))
    made = trying.begin(
        where=draft.where,
        name=_("%(name)sの前に戻す") % {"name": draft.name[:40]},
        wanted=draft.replaced,
        actor=actor_of(request),
        now=clock.now(),
    )
    return redirect("reservations:draft_edit", made)


def take_back(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Put in force again what a draft replaced.

    Raises MovedOn.
    """
    trying.take_back(draft_id=UUID(values["draft"]), actor=actor, now=now)


def pick_up(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Take a draft out of the bin.

    Raises MovedOn.
    """
    trying.pick_up(draft_id=UUID(values["draft"]), actor=actor, now=now)


UNDOABLES = (
    Undoable(
        name=trying.PUBLISHED,
        label=gettext_lazy("試算の公開"),
        permission=CHANGE_SCHEDULE,
        function=take_back,
    ),
    Undoable(name=DISCARDED, label=gettext_lazy("試算の破棄"), permission=TRY, function=pick_up),
)


def _may_publish(request: HttpRequest, draft: DraftView) -> bool:
    """Whoever publishes what a draft changes must be allowed to change it on its own page too."""
    asked = {CHANGE_SCHEDULE, *({CHANGE_PLACES} if "week" in draft.wanted else ())}
    return all(request.user.has_permission(each) for each in asked)  # type: ignore[union-attr]


def _forms(request: HttpRequest, draft: DraftView, known: Mapping[str, Any]) -> tuple[DraftForm, WeekForm]:
    patterns = choices_of(trials.patterns())
    shown = {"name": draft.name, **initial_of(rules=known["rules"], patterns=known["patterns"])}
    hours = week_initial(drafted.periods_of(known["week"]))
    before = typed.typed_before(request)
    if request.method != "POST":
        return DraftForm(initial=shown | before, patterns=patterns), WeekForm(initial=hours | before)
    if "copy" in request.POST:
        sent = request.POST.dict()
        return DraftForm(initial=sent, patterns=patterns), WeekForm(initial=copied_from_monday(sent))
    return DraftForm(request.POST, patterns=patterns), WeekForm(request.POST)


def _whole_rules(where: demand.Place, draft: DraftView) -> dict[str, Any]:
    """Lay what the draft wants over what is in force."""
    in_force = drafted.now_in_force(where, kinds=drafted.EVERYTHING)
    wanted = drafted.normal(draft.wanted)
    return wanted | {"rules": in_force["rules"] | wanted.get("rules", {})}


def _written(week: WeekForm) -> dict[str, Any]:
    return {
        str(day): [[f"{period.opens:%H:%M}", f"{period.closes:%H:%M}"] for period in periods]
        for day, periods in week.chosen_week().items()
    }
