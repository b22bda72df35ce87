"""One scanned document: its pages, what was typed from it, and how it is set right."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import refuse, requires
from plugins.card_management.declarations.ledger import MASKABLE_COLUMNS
from plugins.card_management.declarations.scans import (
    EDIT_SCANS,
    FAULT_LABELS,
    FIELD_LABELS,
    MASK_SCANS,
    SCAN_LABELS,
    VIEW_SCANS,
)
from plugins.card_management.formats.scan_pictures import SHOWN_WIDTHS, draw
from plugins.card_management.forms.scans import IndexForm, TroubleForm
from plugins.card_management.queries import scans as queries
from plugins.card_management.queries import scans_work as work_queries
from plugins.card_management.rules import scans_fields as fields
from plugins.card_management.services import scans_masking, scans_mending, scans_store, scans_typing
from plugins.card_management.services.scans_mending import PAGE
from plugins.card_management.services.scans_typing import OBJECT
from plugins.card_management.views.scans import may
from plugins.card_management.views.scans_tables import STATES, state_of

JPEG = "image/jpeg"
TURNS = ("blank", "entered", "conflict")


@requires(VIEW_SCANS)
@require_safe
def document(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """Show one document with its pages, and record that it was shown."""
    found = queries.document(document_id=scan_id, eyes=eyes_of(request))
    _record(request, OBJECT, [found.id], "card_management.scan_document")
    context = {
        "document": found,
        "state": state_of(found),
        "kind": SCAN_LABELS.get(found.kind, found.kind),
        "kinds": SCAN_LABELS.items(),
        "pages": _pages(request, found.id),
        "history": queries.history(document_id=found.id),
        "trouble": TroubleForm(),
        "size": request.GET.get("size", "page") if request.GET.get("size") in SHOWN_WIDTHS else "page",
        "may_edit": may(request, EDIT_SCANS),
        "may_mask": may(request, MASK_SCANS),
    }
    return render(request, "card_management/scans/document.html", context)


@requires(VIEW_SCANS)
@require_safe
def image(request: HttpRequest, sheet_id: UUID) -> HttpResponseBase:
    """Send one page as a picture, and record that it was shown."""
    page = queries.page(page_id=sheet_id, eyes=eyes_of(request))
    if page.is_hidden and not may(request, MASK_SCANS):
        refuse(request, permission=MASK_SCANS)
    if _keeps_names_back(eyes_of(request)):
        refuse(request, permission=VIEW_SCANS)
    size = request.GET.get("size", "page")
    if size not in SHOWN_WIDTHS:
        raise Http404(size)
    _record(request, PAGE, [page.id], "card_management.scan_document")
    key = queries.key_of(page_id=page.id)
    response = StreamingHttpResponse(_drawn(key, page.turned, size), content_type=JPEG)
    response["Cache-Control"] = "private, no-store"
    return response


@requires(EDIT_SCANS)
@require_POST
def change_page(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Turn, cut, take out or settle a page."""
    page = queries.page(page_id=sheet_id, eyes=eyes_of(request))
    target: UUID | None = page.document
    step, actor, now = request.POST.get("do", ""), actor_of(request), clock.now()
    try:
        if step == "turn":
            scans_mending.turn(page_id=sheet_id, actor=actor, now=now)
        elif step == "split":
            target = scans_mending.split(page_id=sheet_id, actor=actor, now=now).id
            messages.success(request, _("このページから新しい書類にしました。"))
        elif step == "remove":
            target = scans_mending.remove_page(page_id=sheet_id, actor=actor, now=now)
            messages.success(request, _("ページを除きました。"))
        elif step == "settle":
            scans_mending.settle_page(page_id=sheet_id, actor=actor, now=now)
            messages.success(request, _("このページはこのままにします。"))
        elif step == "suspect":
            scans_masking.suspect(page_id=sheet_id, actor=actor, now=now)
            messages.success(request, _("このページを、個人番号の確認に回しました。"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _back_from_page(request.POST.get("back", ""), page.document, target)


def _back_from_page(back: str, document: UUID, target: UUID | None) -> HttpResponse:
    if back == "quality":
        return redirect("cards:scans_quality")
    if back == "type":
        return redirect("cards:scans_type", document)
    return redirect("cards:scans_document", target) if target else redirect("cards:scans_index")


@requires(EDIT_SCANS)
@require_POST
def change_document(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """Report, join or rename a document."""
    queries.document(document_id=scan_id, eyes=eyes_of(request))
    step, actor, now = request.POST.get("do", ""), actor_of(request), clock.now()
    target = scan_id
    try:
        if step == "report":
            trouble = request.POST.get("trouble", "")
            scans_mending.report(document_id=scan_id, trouble=trouble, actor=actor, now=now)
            messages.success(request, _("品質の確認に回しました。"))
        elif step == "settle":
            scans_mending.report(document_id=scan_id, trouble="", actor=actor, now=now)
            messages.success(request, _("品質の確認を終えました。"))
        elif step == "join":
            is_sure = "drops_typed" in request.POST
            target = scans_mending.join(document_id=scan_id, actor=actor, now=now, drops_typed=is_sure).id
            messages.success(request, _("前の書類につなぎました。"))
        elif step == "rename":
            kind = request.POST.get("kind", "")
            scans_mending.rename(document_id=scan_id, kind=kind, actor=actor, now=now)
            messages.success(request, _("種類を変えました。"))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    if request.POST.get("back") == "work":
        return redirect("cards:scans_work", "blank")
    return redirect("cards:scans_document", target)


@requires(EDIT_SCANS)
@require_safe
def work(request: HttpRequest, turn: str) -> HttpResponse:
    """Lead to the next document that waits for somebody to type it."""
    if turn not in TURNS:
        raise Http404(turn)
    found = work_queries.next_to_type(
        turn=turn,
        actor_id=actor_of(request).id,
        sees_numbers=may(request, MASK_SCANS),
        eyes=eyes_of(request),
    )
    if found is None:
        context = {"waiting": work_queries.waiting(), "turn": STATES[turn][1]}
        return render(request, "card_management/scans/nothing.html", context)
    return redirect(reverse("cards:scans_type", args=[found]))


@requires(EDIT_SCANS)
@require_http_methods(["GET", "HEAD", "POST"])
def type_in(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """Type what stands on a document, first, second or to settle or correct it."""
    eyes = eyes_of(request)
    if _keeps_names_back(eyes):
        refuse(request, permission=EDIT_SCANS)
    found = queries.document(document_id=scan_id, eyes=eyes)
    if request.method == "POST":
        form = IndexForm(request.POST, today=clock.today())
        if form.is_valid():
            return _typed(request, found, form.cleaned_data)
    else:
        form = IndexForm(initial=_initial(found), today=clock.today())
        _record(request, OBJECT, [found.id], "card_management.scan_work")
    versions = _versions(found) if found.state == "conflict" else []
    context = {
        "document": found,
        "kind": SCAN_LABELS.get(found.kind, found.kind),
        "pages": _pages(request, found.id),
        "form": form,
        "trouble": TroubleForm(),
        "versions": versions,
        "seen": found.state,
        "turn": STATES[found.state][1],
    }
    status = 422 if form.is_bound else 200
    return render(request, "card_management/scans/type.html", context, status=status)


def _typed(request: HttpRequest, found: queries.DocumentView, values: Mapping[str, str]) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        scans_typing.type_document(
            document_id=found.id, seen=seen, values=values, actor=actor_of(request), now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("保存しました。"))
        if seen == "done":
            return redirect("cards:scans_document", found.id)
    return redirect("cards:scans_work", seen if seen in TURNS else "blank")


def _initial(found: queries.DocumentView) -> Mapping[str, str]:
    """Give what is known; the second person must not see what the first one typed."""
    if found.state == "entered":
        return {}
    if found.state == "conflict":
        first, second = (scans_typing.typed(document_id=found.id, turn=turn) for turn in (1, 2))
        return {**first, fields.NOTE: fields.with_both_notes(first, second)[fields.NOTE]}
    return {
        fields.NUMBER: found.number,
        fields.NAME: found.name,
        fields.KANA: found.kana,
        fields.BORN_ON: found.born_on,
        fields.WRITTEN_ON: found.written_on.isoformat() if found.written_on else "",
        fields.NOTE: found.note,
    }


def _versions(found: queries.DocumentView) -> list[tuple[object, str, str, bool]]:
    """Lay both typings side by side, field by field."""
    first = scans_typing.typed(document_id=found.id, turn=1)
    second = scans_typing.typed(document_id=found.id, turn=2)
    wrong = fields.differing(first, second)
    return [
        (FIELD_LABELS[name], first.get(name, ""), second.get(name, ""), name in wrong)
        for name in fields.COMPARED
    ]


def _pages(request: HttpRequest, scan_id: UUID) -> list[Mapping[str, object]]:
    sees_numbers, is_blind = may(request, MASK_SCANS), _keeps_names_back(eyes_of(request))
    return [
        {
            "page": page,
            "is_shown": not is_blind and (sees_numbers or not page.is_hidden),
            "faults": [FAULT_LABELS[fault] for fault in page.faults],
            "is_removable": bool({"blank", "unreadable"} & set(page.faults)),
        }
        for page in queries.pages_of(document_id=scan_id)
    ]


def _keeps_names_back(eyes: Eyes) -> bool:
    """Tell whether anything of a person is kept from a reader: a picture of the form would show it."""
    return any(eyes.is_masked(column.name) for column in MASKABLE_COLUMNS[:4])


def _drawn(key: scans_store.PageKey, turned: int, size: str) -> Iterator[bytes]:
    # Once the page's transaction is over: a store may be another server.
    yield draw(content=scans_store.fetch(key), turned=turned, size=size)


def _record(request: HttpRequest, object_type: str, ids: list[UUID], purpose: str) -> None:
    audit.record_read(
        actor=actor_of(request),
        object_type=object_type,
        object_ids=[str(each) for each in ids],
        purpose=purpose,
        now=clock.now(),
    )
