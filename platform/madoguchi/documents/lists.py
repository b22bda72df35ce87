"""Any list of staff on paper: the page around it, and the PDF."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madoguchi import clock
from madoguchi.accounts.desk.lists import Sheet
from madoguchi.documents.typesetting import typeset
from madoguchi.documents.viewing import inline_pdf, reading_page
from madoguchi.tenancy import current_city
from madoguchi.web.dates import japanese_time, short_era_date

WIDE = 7
NARROWEST, WIDEST = 4, 26
# What stands between a text and the lines around it, in half-width characters.
AROUND = 4
WIDTHS = {True: 757, False: 510}
"""Points across a sheet that lies, and one that stands."""
LARGEST, SMALLEST = 9.0, 6.5


def on_paper(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Show a list as a page around its PDF, or the PDF itself; nothing is downloaded."""
    if request.GET.get("as") == "sheet":
        return inline_pdf(set_list(sheet), name=sheet.name)
    here = f"?{sheet.query}"
    return reading_page(request, pdf=f"{here}&as=sheet", title=sheet.title, back=here)


def set_list(sheet: Sheet) -> bytes:
    """Set a list as PDF: columns as wide as what stands in them, a table for each group."""
    made = f"{short_era_date(clock.local(sheet.now).date())} {japanese_time(sheet.now)}"
    widths, is_flat = _widths(sheet), len(sheet.heads) > WIDE
    values = {
        "title": sheet.title,
        "city": current_city().name,
        "made": made,
        "note": sheet.note,
        "landscape": is_flat,
        # As large as the longest line of the list allows.
        "size": max(SMALLEST, min(LARGEST, round(2 * WIDTHS[is_flat] / sum(widths), 1))),
        "columns": [
            {"label": head, "width": width, "number": is_number}
            for head, width, is_number in zip(sheet.heads, widths, sheet.numbers, strict=True)
        ],
        "sections": [
            {
                "heading": heading,
                "note": _("%(count)s件") % {"count": len(lines)} if heading else "",
                "rows": [list(line) for line in lines],
                "empty": _("該当するものはありません。"),
            }
            for heading, lines in sheet.sections or [("", [])]
        ],
    }
    return typeset(template="documents/list", values=values, now=sheet.now)


def _widths(sheet: Sheet) -> list[int]:
    lines = [sheet.heads, *(line for _heading, some in sheet.sections for line in some)]
    return [AROUND + min(WIDEST, max(NARROWEST, *map(_width, column))) for column in zip(*lines, strict=True)]


def _width(text: str) -> int:
    longest: Sequence[str] = max(text.split("\n"), key=len, default="")
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in longest)
