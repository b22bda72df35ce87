"""What waits for a second look: doubted pages and documents, and pages that may show a My Number."""

import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi import clock
from madoguchi.accounts.services import actor_of
from madoguchi.accounts.sight import eyes_of
from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.web.access import requires
from plugins.card_management.declarations.scans import (
    EDIT_SCANS,
    FAULT_LABELS,
    MASK_SCANS,
    SCAN_LABELS,
    TROUBLE_LABELS,
)
from plugins.card_management.formats.scan_pictures import SHOWN_WIDTHS
from plugins.card_management.queries import scans as queries
from plugins.card_management.queries import scans_work as work_queries
from plugins.card_management.services import scans_masking
from plugins.card_management.services.scans_mending import PAGE
from plugins.card_management.services.scans_store import Box
from plugins.card_management.services.scans_typing import OBJECT
from plugins.card_management.views.scans import may

CORNERS = ("left", "top", "right", "bottom")


@requires(EDIT_SCANS)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """List the pages and documents with which something is wrong."""
    documents = work_queries.doubted_documents(eyes=eyes_of(request))
    pages = work_queries.doubted_pages(eyes=eyes_of(request))
    audit.record_read(
        actor=actor_of(request),
        object_type=OBJECT,
        object_ids=[str(each.id) for each in documents],
        purpose="card_management.scan_quality",
        now=clock.now(),
    )
    context = {
        "documents": [
            (each, TROUBLE_LABELS[each.trouble], SCAN_LABELS.get(each.kind, "")) for each in documents
        ],
        "pages": [
            {
                "page": page,
                "batch": title,
                "kind": SCAN_LABELS.get(kind, kind),
                "faults": [FAULT_LABELS[fault] for fault in page.faults],
                "is_removable": bool({"blank", "unreadable"} & set(page.faults)),
            }
            for page, title, kind in pages
        ],
        "more": max(0, work_queries.waiting()["quality"] - len(pages) - len(documents)),
    }
    return render(request, "card_management/scans/quality.html", context)


@requires(MASK_SCANS)
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Lead to the next page on which somebody has to look for a My Number."""
    found = work_queries.next_hidden(eyes=eyes_of(request))
    if found is None:
        return render(request, "card_management/scans/no_numbers.html")
    return redirect("cards:scans_mask", found)


@requires(MASK_SCANS)
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Show one page, blacken parts of it, and say when no My Number is left."""
    page = queries.page(page_id=sheet_id, eyes=eyes_of(request))
    corner: tuple[float, float] | None = None
    box: Box | None = None
    if request.method == "POST":
        if request.POST.get("do") == "clear":
            scans_masking.clear(page_id=sheet_id, actor=actor_of(request), now=clock.now())
            messages.success(request, _("確認を記録しました。"))
            return redirect("cards:scans_numbers")
        corner = _first_corner(request, page)
        if corner is None:
            box = _chosen(request, page)
        if box is not None and request.POST.get("do") == "mask":
            return _blacken(request, page, box)
    return _show_mask(request, page, corner=corner, box=box)


def _show_mask(
    request: HttpRequest, page: queries.PageView, *, corner: tuple[float, float] | None, box: Box | None
) -> HttpResponse:
    key = queries.key_of(page_id=page.id)
    audit.record_read(
        actor=actor_of(request),
        object_type=PAGE,
        object_ids=[str(page.id)],
        purpose="card_management.scan_numbers",
        now=clock.now(),
    )
    typed = {name: request.POST.get(name, "")[:10] for name in CORNERS}
    context = {
        "page": page,
        "corner": [str(part) for part in corner] if corner else None,
        "corner_percent": _percents(corner) if corner else None,
        "box": dict(zip(CORNERS, _percents(box), strict=True)) if box else None,
        "size": _percents((box[2] - box[0], box[3] - box[1])) if box else None,
        "typed": {} if box else typed,
        "boxes": [{"place": place, "corners": _percents(each)} for place, each in enumerate(key.boxes, 1)],
        "shown_width": min(SHOWN_WIDTHS["mask"], page.height if page.turned % 180 else page.width),
        "left": work_queries.waiting()["numbers"],
        "may_edit": may(request, EDIT_SCANS),
        "version": key.version,
    }
    return render(request, "card_management/scans/mask.html", context)


def _percents(shares: Iterable[float]) -> list[str]:
    return [str(round(100 * share, 1)) for share in shares]


def _chosen(request: HttpRequest, page: queries.PageView) -> Box | None:
    """Give the part of the page that was chosen; what is none is told, and nothing is blackened."""
    try:
        return scans_masking.checked(_box(request, page))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return None


def _blacken(request: HttpRequest, page: queries.PageView, box: Box) -> HttpResponse:
    scans_masking.mask(page_id=page.id, box=box, actor=actor_of(request), now=clock.now())
    messages.success(request, _("黒塗りしました。元の画像は消しました。ほかにもあれば続けてください。"))
    return redirect("cards:scans_mask", page.id)


def _first_corner(request: HttpRequest, page: queries.PageView) -> tuple[float, float] | None:
    """Read a first click on the picture; None when both corners, or numbers, were sent."""
    if "at.x" not in request.POST or "first_x" in request.POST:
        return None
    return _clicked(request, page)


def _box(request: HttpRequest, page: queries.PageView) -> Box:
    """Read the part to blacken: two clicks on the picture, or four numbers in percent.

    Raises NoBox.
    """
    try:
        if "at.x" in request.POST:
            x, y = _clicked(request, page)
            return float(request.POST["first_x"]), float(request.POST["first_y"]), x, y
        left, top, right, bottom = (_share(request.POST.get(name, "")) for name in CORNERS)
    except (ValueError, KeyError) as trouble:
        raise scans_masking.NoBox() from trouble
    return left, top, right, bottom


def _share(typed: str) -> float:
    """Read a percentage as people type it, with the input method on or off.

    Raises ValueError.
    """
    return float(unicodedata.normalize("NFKC", typed).strip().removesuffix("%")) / 100


def _clicked(request: HttpRequest, page: queries.PageView) -> tuple[float, float]:
    """Turn a click into shares of the picture as it is shown.

    Raises NoBox.
    """
    wide, high = (page.height, page.width) if page.turned % 180 else (page.width, page.height)
    shown = min(SHOWN_WIDTHS["mask"], wide)
    try:
        x, y = float(request.POST["at.x"]), float(request.POST["at.y"])
    except (ValueError, KeyError) as trouble:
        raise scans_masking.NoBox() from trouble
    return min(1.0, max(0.0, x / shown)), min(1.0, max(0.0, y / (high * shown / wide)))
