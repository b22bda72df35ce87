"""The same list as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from madoguchi.web.tables.drawing import written
from madoguchi.web.tables.parts import Column

# A spreadsheet takes these for a formula.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def table_text(*, columns: Sequence[Column], rows: Iterable[Any]) -> list[list[str]]:
    """Write the cells of a list as plain texts, heads first."""
    lines = [[str(column.label) for column in columns]]
    lines += [[_plain(column.written(row)) for column in columns] for row in rows]
    return lines


def csv_text(lines: Iterable[Sequence[str]], *, mark: str = "") -> str:
    """Write lines as CSV that Excel opens: with a byte order mark, and no cell that it would run.

    The mark of whoever took it out stands below the last line, so that a file on a stick still tells.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([guarded(text) for text in line] for line in lines)
    if mark:
        writer.writerow([guarded(mark)])
    return "\ufeff" + out.getvalue()


def guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(value: object) -> str:
    return strip_tags(value).strip() if isinstance(value, SafeString) else written(value)
