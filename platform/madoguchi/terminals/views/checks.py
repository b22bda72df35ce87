"""Check this very terminal, part by part; every part works without JavaScript as far as it can."""

import os
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.documents import codes
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.places import queries as places
from madoguchi.terminals import measuring, printing, services
from madoguchi.terminals.declarations import CHECK, PARTS
from madoguchi.terminals.forms import BeginForm, NetworkForm, PrinterForm, ScanForm, ScreenForm
from madoguchi.terminals.rules import Trouble, judge_scan
from madoguchi.web.access import requires

MEGABYTE = 1_000_000
READERS = ("barcode", "qr")
LOOKS = {"ok": "done", "bad": "blocked", "": "todo"}


@requires(CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Name the terminal and begin."""
    names = [place.name for place in places.all_places()]
    form = BeginForm(request.POST if request.method == "POST" else None, places=names)
    if request.method == "POST" and form.is_valid():
        made = services.begin(
            terminal=form.cleaned_data["terminal"],
            place_name=form.cleaned_data["place"],
            actor=actor_of(request),
            now=clock.now(),
        )
        return _to("terminals:check", made)
    context = {"form": form, "known": services.known_terminals()}
    return _show(request, "begin", context, status=422 if form.errors else 200)


@requires(CHECK)
@require_safe
def check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show how far a check is, or the evidence it became."""
    found = services.check(check_id)
    return _show(request, "check", {"check": found, "looks": LOOKS})


@requires(CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Look at letters, cookies, clock and window of the browser."""
    found = services.check(check_id)
    form = ScreenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome, facts = measuring.screen(request, form.cleaned_data, now=clock.now())
        return _answered(check_id, "screen", outcome, facts)
    context = {"check": found, "form": form, "letters": printing.LETTERS}
    return _show(request, "screen", context, status=422 if form.errors else 200)


@requires(CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def network(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Look at encryption, proxies and speed on the way to the server."""
    found = services.check(check_id)
    form = NetworkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome, facts = measuring.network(request, form.cleaned_data)
        return _answered(check_id, "network", outcome, facts)
    _outcome, facts = measuring.network(request, {"round_trip_ms": None, "download_ms": None, "note": ""})
    context = {"check": found, "form": form, "seen": facts}
    return _show(request, "network", context, status=422 if form.errors else 200)


@requires(CHECK)
@require_safe
def ping(request: HttpRequest) -> HttpResponse:
    """Answer at once with nothing, so that a page can measure the way here and back."""
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


@requires(CHECK)
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """Send a megabyte that no proxy can make smaller."""
    headers = {"Cache-Control": "no-store", "Content-Encoding": "identity"}
    return HttpResponse(os.urandom(MEGABYTE), content_type="application/octet-stream", headers=headers)


@requires(CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def printer(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show the test page in the viewer, and ask what came out of the printer."""
    found = services.check(check_id)
    form = PrinterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome, facts = measuring.printer(form.cleaned_data)
        return _answered(check_id, "printer", outcome, facts)
    response = reading_page(
        request,
        pdf=reverse("terminals:sheet", args=[check_id]),
        title=_("印刷の確認"),
        back=reverse("terminals:check", args=[check_id]),
        template="terminals/printer.html",
        check=found,
        form=form,
    )
    response.status_code = 422 if form.errors else 200
    return response


@requires(CHECK)
@require_safe
def sheet(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show the printers' test page."""
    return inline_pdf(printing.printed_sheet(services.check(check_id), now=clock.now()), name="test-page")


@requires(CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, check_id: UUID, kind: str) -> HttpResponse:
    """Compare what a reader types with the code it read."""
    found = services.check(check_id)
    expected = found.bars if kind == "barcode" else found.square
    form = ScanForm(request.POST if request.method == "POST" else None)
    advice, trouble = "", Trouble.NONE
    if request.method == "POST" and "unused" in request.POST:
        return _answered(check_id, kind, "unused", {})
    if request.method == "POST" and form.is_valid():
        is_missing = form.cleaned_data["enter"] == "no"
        scanned = form.cleaned_data["scanned"]
        trouble = judge_scan(typed=scanned, expected=expected, is_enter_missing=is_missing)
        advice = measuring.advice_for(trouble)
        is_read = trouble in (Trouble.NONE, Trouble.NO_ENTER)
        facts = {"scanned": scanned, "advice": advice}
        services.answer(check_id=check_id, part=kind, outcome="ok" if is_read else "bad", facts=facts)
        if trouble is Trouble.NONE:
            messages.success(request, advice)
            return _to("terminals:check", check_id)
    drawing = codes.nw7_code(expected) if kind == "barcode" else codes.qr_code(expected)
    context = {
        "check": found,
        "form": ScanForm() if advice else form,
        "advice": advice,
        "trouble": trouble,
        "label": PARTS[kind],
        "kind": kind,
        "is_read": trouble is Trouble.NO_ENTER,
        "drawing": drawing[drawing.index("<svg") :],
    }
    return _show(request, "reader", context, status=422 if form.errors else 200)


@requires(CHECK)
@require_POST
def close(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Close a check: it becomes evidence."""
    services.close(check_id=check_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("確認の結果を記録しました。"))
    return _to("terminals:check", check_id)


def _answered(check_id: UUID, part: str, outcome: str, facts: dict[str, str]) -> HttpResponse:
    services.answer(check_id=check_id, part=part, outcome=outcome, facts=facts)
    return _to("terminals:check", check_id)


def _to(name: str, check_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[check_id]), status=303)


def _show(request: HttpRequest, page: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, f"terminals/{page}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
