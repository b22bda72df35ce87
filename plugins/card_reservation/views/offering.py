"""The services of a city: listed, added, changed, and their cautions and documents."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.web.access import requires
from madoguchi.web.navigation import Link
from plugins.card_reservation import queries
from plugins.card_reservation.declarations.cautions import built_in
from plugins.card_reservation.declarations.schedule import CHANGE_SCHEDULE
from plugins.card_reservation.forms.offering import LANGUAGES, ServiceForm, TermsForm, terms_initial
from plugins.card_reservation.queries.services import ServiceView, all_services
from plugins.card_reservation.services import history, offering

SERVICE_ACTIONS = (offering.ADDED, offering.CHANGED, offering.TERMS_WRITTEN)


@requires(CHANGE_SCHEDULE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the services, with how many places offer each."""
    rows = [(service, offering.places_of(service.id)) for service in all_services()]
    context = {
        "rows": rows,
        "tabs": schedule_tabs("reservations:services"),
        "history": history.history(actions=SERVICE_ACTIONS),
    }
    return render(request, "card_reservation/staff/schedule/services.html", context)


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a service; places begin to offer it on another page."""
    form = ServiceForm(
        request.POST if request.method == "POST" else None,
        initial={"duration_minutes": 30, "is_offered": True},
    )
    if request.method == "POST" and form.is_valid():
        service_id = offering.add(entry=form.cleaned_data, actor=actor_of(request), now=clock.now())
        messages.success(request, _("業務を追加しました。次に、受付をする場所を選んでください。"))
        return _to(f"{reverse('reservations:rules')}?service={service_id}#open")
    context = {"form": form, "tabs": schedule_tabs("reservations:services")}
    return _show(request, "service", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Change what is written about a service."""
    entry = offering.entry_of(service_id)
    form = ServiceForm(request.POST if request.method == "POST" else None, initial=entry)
    if request.method == "POST" and form.is_valid():
        offering.change(
            service_id=service_id, entry=form.cleaned_data, actor=actor_of(request), now=clock.now()
        )
        messages.success(request, _("保存しました。"))
        return _to(reverse("reservations:services"))
    context = {
        "form": form,
        "service": queries.service(service_id),
        "pages": _pages(service_id, "reservations:service"),
        "history": history.history(actions=SERVICE_ACTIONS, object_id=str(service_id)),
    }
    return _show(request, "service", context, is_wrong=bool(form.errors))


@requires(CHANGE_SCHEDULE)
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Write cautions and documents; a new version asks everybody again, earlier ones are kept."""
    service = queries.service(service_id)
    form = TermsForm(request.POST if request.method == "POST" else None, initial=_terms(service))
    if request.method == "POST" and form.is_valid():
        version = offering.write_terms(
            service_id=service_id,
            items=form.items(),
            documents=form.documents(),
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, _("版「%(version)s」として保存しました。") % {"version": version})
        return _to(reverse("reservations:service_terms", args=[service_id]))
    context = {
        "form": form,
        "service": service,
        "pages": _pages(service_id, "reservations:service_terms"),
        "versions": offering.versions_of(service_id),
        "history": history.history(actions=(offering.TERMS_WRITTEN,), object_id=str(service_id)),
    }
    return _show(request, "terms", context, is_wrong=bool(form.errors))


def schedule_tabs(current: str) -> list[Link]:
    """List the pages on which the schedule is set up."""
    pages = {
        "reservations:rules": _("場所ごとの決まり"),
        "reservations:services": _("業務"),
        "reservations:patterns": _("開庁パターン"),
        "reservations:year": _("年間カレンダー"),
        "reservations:stops": _("外部システムの停止"),
    }
    return [Link(label=label, url=reverse(name), is_current=name == current) for name, label in pages.items()]


def _terms(service: ServiceView) -> dict[str, str]:
    own = offering.terms_in_force(service.id)
    if own is not None:
        return terms_initial(*own)
    items: list[dict[str, dict[str, str]]] = [
        {"title": {}, "text": {}} for _item in built_in(with_notice=service.asks_for_notice).items
    ]
    documents: dict[str, list[str]] = {}
    for code, _language in LANGUAGES:
        with translation.override(code):
            ours = queries.cautions(service.id)
            documents[code] = [str(line) for line in ours.documents]
            for item, caution in zip(items, ours.items, strict=True):
                item["title"][code], item["text"][code] = str(caution.title), str(caution.text)
    return terms_initial(items, documents)


def _pages(service_id: UUID, current: str) -> list[Link]:
    pages = {"reservations:service": _("基本の情報"), "reservations:service_terms": _("注意事項・持ち物")}
    return [
        Link(label=label, url=reverse(name, args=[service_id]), is_current=name == current)
        for name, label in pages.items()
    ]


def _show(request: HttpRequest, page: str, context: Mapping[str, object], *, is_wrong: bool) -> HttpResponse:
    name = f"card_reservation/staff/schedule/{page}.html"
    return render(request, name, context, status=422 if is_wrong else 200)


def _to(address: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(address, status=303)
