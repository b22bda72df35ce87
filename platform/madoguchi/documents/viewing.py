"""PDFs are read and printed in the browser's own viewer: nothing is downloaded, no window opens."""

from collections.abc import Mapping
from typing import Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PAGE = "documents/reading.html"


def inline_pdf(pdf: bytes, *, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows in place; nothing keeps a copy of it."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    # The viewers of browsers draw themselves with styles and an embedded object of their own.
    response._csp_update = {  # type: ignore[attr-defined]
        "frame-ancestors": [SELF],
        "object-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],
    }
    return response


def reading_page(
    request: HttpRequest, *, pdf: str, title: str, back: str, template: str = PAGE, **context: Any
) -> HttpResponse:
    """Show a page of ours around the PDF at an address, with a way back and how to print it."""
    told: Mapping[str, Any] = {"pdf": pdf, "title": title, "back": back, **context}
    response = render(request, template, dict(told))
    response["Cache-Control"] = "no-store"
    response._csp_update = {"frame-src": [SELF], "object-src": [SELF]}  # type: ignore[attr-defined]
    return response
