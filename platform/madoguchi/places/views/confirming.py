"""Ask once more before visits or times fall away; what is harmless is done at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.hooks.contracts.openings import OpeningEffect
from madoguchi.places import queries
from madoguchi.places.changing import Act, Done, make, weigh

CONFIRMED = "confirmed"
NOT_REPEATED = frozenset(("csrfmiddlewaretoken", CONFIRMED))


def make_or_ask(request: HttpRequest, act: Act, *, title: str, back: str) -> HttpResponse:
    """Make a change and go back, or show first what would fall away and ask whether to go on."""
    now = clock.now()
    done, effect = weigh(act, now=now)
    if (effect.closed or effect.visits_in_all or effect.crowded_in_all) and CONFIRMED not in request.POST:
        return _ask(request, done, effect, title=title, back=back)
    make(act, actor=actor_of(request), now=now)
    messages.success(request, _said(effect))
    return HttpResponseRedirect(back, status=303)


def _ask(request: HttpRequest, done: Done, effect: OpeningEffect, *, title: str, back: str) -> HttpResponse:
    names = {place.id: place.name for place in queries.all_places()}
    context = {
        "shown": done.shown,
        "effect": effect,
        "visits": [(visit, names.get(visit.place_id, "")) for visit in effect.visits],
        "crowded": [(visit, names.get(visit.place_id, "")) for visit in effect.crowded],
        "repeated": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_REPEATED
            for value in values
        ],
        "title": title,
        "back": back,
    }
    response = render(request, "places/confirm.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _said(effect: OpeningEffect) -> str:
    if effect.changed:
        counts = {"opened": effect.opened, "closed": effect.closed, "changed": effect.changed}
        return (
            _("保存しました。予約枠を %(opened)s 個開き、%(closed)s 個閉じ、%(changed)s 個を変更しました。")
            % counts
        )
    if not effect.opened and not effect.closed:
        return _("保存しました。")
    counts = {"opened": effect.opened, "closed": effect.closed}
    return _("保存しました。予約枠を %(opened)s 個開き、%(closed)s 個閉じました。") % counts


def known_place(place_id: UUID | None) -> UUID | None:
    """Keep the key of a place of this city, drop any other."""
    return place_id if place_id in {place.id for place in queries.all_places()} else None
