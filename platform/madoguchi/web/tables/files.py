"""The same list as a file for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from madoguchi.web.tables.drawing import written
from madoguchi.web.tables.parts import Column

# A spreadsheet takes these for a formula.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# What printers set where they lack a character.
GETA: Final = "〓"
# Unicode writes these differently than CP932 expects; they look the same.
ALIKE: Final = str.maketrans({"–": "－", "—": "―"})
WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class Trouble:
    """A character that the old encoding cannot write, and where it stands."""

    line: int
    column: str
    character: str

    @property
    def code(self) -> str:
        """Name the character by its number, for screens that cannot draw it either."""
        return f"U+{ord(self.character):04X}"


def table_text(*, columns: Sequence[Column], rows: Iterable[Any]) -> list[list[str]]:
    """Write the cells of a list as plain texts, heads first."""
    lines = [[str(column.label) for column in columns]]
    lines += [[_plain(column.written(row)) for column in columns] for row in rows]
    return lines


def csv_text(lines: Iterable[Sequence[str]], *, mark: str = "") -> str:
    """Write lines as CSV that Excel opens: with a byte order mark, and no cell that it would run.

    The mark of whoever took it out stands below the last line, so that a file on a stick still tells.
    """
    return "\ufeff" + _commas(lines, mark)


def troubles(lines: Sequence[Sequence[str]]) -> list[Trouble]:
    """Find the characters that CP932 lacks; the heads are line 1."""
    heads = lines[0]
    return [
        Trouble(number, heads[place], sign)
        for number, line in enumerate(lines, 1)
        for place, text in enumerate(line)
        for sign in dict.fromkeys(text.translate(ALIKE))
        if not _is_writable(sign)
    ]


def cp932_bytes(lines: Iterable[Sequence[str]], *, mark: str = "") -> bytes:
    """Write lines as CSV in CP932 for older systems, with a 〓 for what it lacks."""
    return "".join(
        sign if _is_writable(sign) else GETA for sign in _commas(lines, mark).translate(ALIKE)
    ).encode("cp932")


def spreadsheet(lines: Sequence[Sequence[str]], *, title: str, mark: str = "") -> bytes:
    """Write lines as a sheet of Excel: texts alone, the heads stay in sight, nothing that it would run."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(sign for sign in title if sign not in r"[]:*?/\\")[:31])
    sheet.freeze_panes = "A2"
    for letter, width in zip(_letters(), _widths(lines), strict=False):
        sheet.column_dimensions[letter].width = width
    for number, line in enumerate([*lines, *([[mark]] if mark else [])]):
        sheet.append([_cell(sheet, text, is_head=not number) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(value: object) -> str:
    return strip_tags(value).strip() if isinstance(value, SafeString) else written(value)


def _commas(lines: Iterable[Sequence[str]], mark: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([guarded(text) for text in line] for line in lines)
    if mark:
        writer.writerow([guarded(mark)])
    return out.getvalue()


def _is_writable(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _cell(sheet: Any, text: str, *, is_head: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    # A text stays a text: neither a formula nor a number that loses its zeros.
    cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    columns = zip(*lines[:200], strict=False)
    return [min(WIDEST, 4 + max(_width(text) for text in column)) for column in columns]


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _letters() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield get_column_letter(number)
