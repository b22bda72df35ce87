"""Scanned papers: the list, the batches, separator sheets and the progress of the whole stack."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.desk import lists
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.ledger.audit import services as audit
from madoguchi.preferences import queries as preferences
from madoguchi.web.access import refuse, requires
from plugins.card_management.declarations.scans import EDIT_SCANS, MASK_SCANS, SCAN_LABELS, VIEW_SCANS
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.forms.scans import SheetsForm, UploadForm
from plugins.card_management.queries import scans as queries
from plugins.card_management.queries import scans_work as work_queries
from plugins.card_management.rules.scans_storage import Measured, outlook
from plugins.card_management.services import scans_mending, scans_receiving, scans_sheets, scans_watching
from plugins.card_management.services.scans_typing import OBJECT
from plugins.card_management.tasks.scans import read_soon
from plugins.card_management.views.scans_tables import BATCHES, DOCUMENTS, batch_state

WINDOW = timedelta(days=14)


@requires(VIEW_SCANS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List scanned documents, and record that they were shown."""

    def record(shown: Sequence[queries.DocumentView]) -> None:
        audit.record_read(
            actor=actor_of(request),
            object_type=OBJECT,
            object_ids=[str(row.id) for row in shown],
            purpose="card_management.scan_list",
            now=clock.now(),
        )

    context = {
        "waiting": work_queries.waiting(),
        "may_edit": may(request, EDIT_SCANS),
        "may_mask": may(request, MASK_SCANS),
    }
    return lists.show(
        request,
        table=DOCUMENTS,
        rows=queries.Documents(eyes=eyes_of(request)),
        template="card_management/scans/index.html",
        context=context,
        recording=record,
    )


@requires(VIEW_SCANS)
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches, and take a new file in."""
    form = None
    if request.method == "POST":
        if not may(request, EDIT_SCANS):
            refuse(request, permission=EDIT_SCANS)
        form = UploadForm(request.POST, request.FILES)
        received = _receive(request, form) if form.is_valid() else None
        if received is not None:
            return redirect("jobs:show", received)
    page = lists.draw(request, table=BATCHES, rows=queries.batches())
    whole = lists.show_whole(request, page)
    if whole is not None:
        return whole
    context = {"form": form or UploadForm(), "list": page, "may_edit": may(request, EDIT_SCANS)}
    status = page.status if form is None else 422
    return render(request, "card_management/scans/batches.html", context, status=status)


@requires(VIEW_SCANS)
@require_safe
def batch(request: HttpRequest, stack_id: UUID) -> HttpResponse:
    """Show how far a batch is and what its sample says."""
    found = queries.batch(batch_id=stack_id)
    progress = work_queries.progress_of(batch=found)
    context = {
        "batch": found,
        "state": batch_state(found),
        "kind": SCAN_LABELS.get(found.kind, found.kind),
        "progress": progress,
        "share": 100 * progress.sample.share,
        "lowest": 100 * progress.lowest,
        "highest": 100 * progress.highest,
        "accepted": found.error_permille / 10,
        "first": queries.first_of_batch(batch_id=stack_id),
        "may_edit": may(request, EDIT_SCANS),
        "may_mask": may(request, MASK_SCANS),
    }
    return render(request, "card_management/scans/batch.html", context)


@requires(EDIT_SCANS)
@require_POST
def blanks(request: HttpRequest, stack_id: UUID) -> HttpResponse:
    """Take all empty pages out of a batch."""
    found = queries.batch(batch_id=stack_id)
    count = scans_mending.remove_blanks(batch_id=found.id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("白紙を%(count)dページ除きました。") % {"count": count})
    return redirect("cards:scans_batch", found.id)


@requires(VIEW_SCANS)
@require_safe
def separators(request: HttpRequest) -> HttpResponse:
    """Print separator sheets."""
    is_asked = "kinds" in request.GET or "copies" in request.GET
    form = SheetsForm(request.GET) if is_asked else SheetsForm(initial={"copies": 1})
    if is_asked and form.is_valid():
        kinds, copies = form.cleaned_data["kinds"], form.cleaned_data["copies"]
        if request.GET.get("as") == "sheet":
            pdf = scans_sheets.sheets(kinds=kinds, copies=copies, now=clock.now())
            return inline_pdf(pdf, name="separators")
        address = f"?{request.GET.urlencode()}&as=sheet"
        return reading_page(request, pdf=address, title=_("仕切り紙"), back=request.path)
    status = 422 if is_asked else 200
    return render(request, "card_management/scans/separators.html", {"form": form}, status=status)


@requires(VIEW_SCANS)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show what is left of the whole stack, how many errors were found, and how much room it takes."""
    now = clock.now()
    settings = preferences.current(CardSettings)
    found = work_queries.tally(since=now - WINDOW)
    measured = Measured(
        planned=settings.scans_planned_pages,
        scanned=found.scanned,
        finished=found.finished,
        stored_bytes=found.stored_bytes,
        finished_lately=found.finished_lately,
        days=found.days,
    )
    context = {
        "found": found,
        "planned": settings.scans_planned_pages,
        "outlook": outlook(measured=measured, today=clock.local(now).date()),
        "share": 100 * found.wrong / found.checked if found.checked else None,
        "accepted": settings.scans_error_permille / 10,
        "waiting": work_queries.waiting(),
        "window": WINDOW.days,
        "watches": settings.scans_watch_folder,
        "folder": scans_watching.folder().name,
    }
    return render(request, "card_management/scans/progress.html", context)


def may(request: HttpRequest, permission: str) -> bool:
    """Tell whether whoever asks holds a permission."""
    return bool(request.user.has_permission(permission))  # type: ignore[union-attr]


def _receive(request: HttpRequest, form: UploadForm) -> UUID | None:
    chosen, now = form.cleaned_data, clock.now()
    stack = scans_receiving.Stack(
        title=chosen["title"],
        kind=chosen["kind"],
        file_name=chosen["file"].name or "",
        pages_each=chosen["pages_each"],
    )
    try:
        received = scans_receiving.receive(
            stack=stack, content=chosen["file"].read(), actor=actor_of(request), now=now
        )
    except scans_receiving.ScanRefused as refusal:
        form.add_error("file", str(refusal))
        scans_receiving.record_refusal(
            refusal=refusal, source=scans_receiving.UPLOAD, actor=actor_of(request), now=now
        )
        return None
    read_soon(batch=received)
    return received.job
