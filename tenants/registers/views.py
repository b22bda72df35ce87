"""The registers: kept by our operators on the console, read by a city's staff."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.models import Staff
from madoguchi.accounts.services import actor_of
from madoguchi.errors import DomainError
from madoguchi.tenancy import current_city
from madoguchi.web.access import requires
from tenants.models import RegisterEntry
from tenants.registered import EntryState, RegisterKind
from tenants.registers import compliance, flows, queries, services
from tenants.registers.declarations import KEEP, VIEW
from tenants.registers.forms import CheckForm, EntryForm


@requires(VIEW)
@never_cache
@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """Show one register with the lines of every city."""
    return _list(request, _kind(request.GET.get("kind", RegisterKind.VULNERABILITY)), CheckForm())


def _list(request: HttpRequest, kind: str, form: CheckForm) -> HttpResponse:
    today = clock.today()
    context = {
        "kind": kind,
        "kinds": RegisterKind.choices,
        "lines": queries.all_entries(kind=kind, today=today),
        "checks": queries.checks() if kind == RegisterKind.VULNERABILITY else (),
        "is_checked": queries.is_checked(today=today),
        "form": form,
        "may_keep": isinstance(request.user, Staff) and request.user.has_permission(KEEP),
    }
    return render(request, "tenants/registers/list.html", context, status=422 if form.errors else 200)


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def register_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a new line into a register."""
    kind = _kind(kind)
    initial = {"found_on": clock.today(), "state": _first_state(kind)}
    typed = request.POST if request.method == "POST" else None
    form = EntryForm(typed, kind=kind, is_new=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        city = values.pop("city", None)
        line = services.Line(
            kind=kind,
            city_id=city.uuid if city else None,
            key=_key(values.pop("key", ""), values["title"]),
            values=values,
        )
        try:
            services.add(line=line, actor=actor_of(request), now=clock.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("台帳に登録しました。"))
            return _to_list(kind)
    return _form(request, form, kind)


@requires(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def register_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Change a line of a register."""
    entry = RegisterEntry.objects.filter(pk=entry_id).first()
    if entry is None:
        raise services.EntryNotFound
    initial = {name: getattr(entry, name) for name in services.COLUMNS}
    typed = request.POST if request.method == "POST" else None
    form = EntryForm(typed, kind=entry.kind, is_new=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = services.change(
            entry_id=entry_id, values=form.cleaned_data, actor=actor_of(request), now=clock.now()
        )
        messages.success(request, _("台帳を変更しました。") if changed else _("変更はありませんでした。"))
        return _to_list(entry.kind)
    return _form(request, form, entry.kind, entry=entry)


@requires(KEEP)
@require_POST
def register_check(request: HttpRequest) -> HttpResponse:
    """Write down that the news of weaknesses were read today."""
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _list(request, RegisterKind.VULNERABILITY, form)
    services.note_check(**form.cleaned_data, actor=actor_of(request), now=clock.now())
    messages.success(request, _("今日の確認を記録しました。"))
    return _to_list(RegisterKind.VULNERABILITY)


@requires(VIEW)
@never_cache
@require_safe
def city_registers(request: HttpRequest) -> HttpResponse:
    """Show a city's staff what the registers say about their city, and about all."""
    today = clock.today()
    lines = queries.entries_of(city=current_city(), today=today)
    groups = [(label, [line for line in lines if line.kind == kind]) for kind, label in RegisterKind.choices]
    context = {
        "groups": groups,
        "checks": queries.checks()[:7],
        "is_checked": queries.is_checked(today=today),
    }
    return render(request, "tenants/registers/city.html", context)


@requires(VIEW)
@never_cache
@require_safe
def city_flows(request: HttpRequest) -> HttpResponse:
    """Show where personal data of the city comes from, lies and goes."""
    today = clock.today()
    context = {"sheet": flows.sheet(today=today, now=clock.now()), "today": today}
    return render(request, "tenants/registers/flows.html", context)


@requires(VIEW)
@require_safe
def city_compliance(request: HttpRequest) -> HttpResponse:
    """Show which requirement is proven by which test, and what still has to be asked."""
    state = request.GET.get("state", "")
    rows = compliance.rows(state=state)
    context = {"rows": rows, "counts": compliance.counts(), "state": state}
    return render(request, "tenants/registers/compliance.html", context)


def _form(
    request: HttpRequest, form: EntryForm, kind: str, *, entry: RegisterEntry | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "kind": kind, "label": RegisterKind(kind).label, "entry": entry}
    return render(request, "tenants/registers/entry.html", context, status=422 if form.errors else 200)


def _kind(text: str) -> str:
    if text not in RegisterKind.values:
        raise Http404(text)
    return text


def _first_state(kind: str) -> str:
    is_record = kind in (RegisterKind.SUB_PROCESSOR, RegisterKind.ASSUMPTION, RegisterKind.ASSESSMENT)
    return EntryState.ACCEPTED if is_record else EntryState.OPEN


def _key(chosen: str, title: str) -> str:
    # What no plugin asks for is known by its own name alone.
    return chosen if chosen != "other" else f"other-{sha256(title.encode()).hexdigest()[:12]}"


def _to_list(kind: str) -> HttpResponse:
    response = redirect("register_list")
    response["Location"] += f"?kind={kind}"
    return response
