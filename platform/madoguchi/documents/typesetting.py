"""Documents on paper: a template of ours, values as JSON, a tagged PDF; no text of a user is ever markup."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache  # noqa: TID251
from pathlib import Path
from typing import Any

import typst
from django.apps import apps

from madoguchi.documents.rare import without_rare

FONTS = Path(__file__).parent / "fonts"
SHEETS = "typst"
BASE = "documents/base.typ"
LIST = "documents/list"
SMALL = 150_000
"""Characters of JSON from which on a process of its own sets the document: the press keeps what it set."""


def typeset(*, template: str, values: Mapping[str, Any], now: datetime) -> bytes:
    """Set a document as tagged PDF (PDF/UA-1) from a template and its values.

    `template` names a file below the folder `typst` of an app, such as `documents/list`; `values` has at
    least a `title`. A document with more than about 1,000 rows costs half a second per thousand.
    """
    if template == LIST:
        # Here, for the press in its own process runs without apps.
        from madoguchi.accounts import asking

        values = {"by": asking.mark(now=now), **values}
    drawn, rare = without_rare(json.loads(json.dumps(values, ensure_ascii=False, default=str)))
    source, sent = _source(template), json.dumps({"rare": rare, **drawn}, ensure_ascii=False)
    if len(sent) <= SMALL:
        return press(source=source, values=sent, stamp=int(now.timestamp()))
    job = json.dumps({"source": source, "values": sent, "stamp": int(now.timestamp())})
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi.documents.press"],
        input=job.encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return done.stdout


def pictured(*, template: str, values: Mapping[str, Any], now: datetime, ppi: float = 96) -> bytes:
    """Draw the first page of a document as PNG, for a screen on which somebody works at its layout."""
    drawn, rare = without_rare(json.loads(json.dumps(values, ensure_ascii=False, default=str)))
    # One page comes as its bytes, several as a list of them, whatever the stubs say.
    pages: Any = typst.compile(
        _source(template).encode(),
        font_paths=_fonts(),
        sys_inputs={"values": json.dumps({"rare": rare, **drawn}, ensure_ascii=False)},
        format="png",
        ppi=ppi,
        timestamp=int(now.timestamp()),
    )
    first: bytes = pages[0] if isinstance(pages, list) else pages
    return first


def press(*, source: str, values: str, stamp: int) -> bytes:
    """Set a source with its values, here and now."""
    return typst.compile(
        source.encode(),
        font_paths=_fonts(),
        sys_inputs={"values": values},
        pdf_standards=["ua-1"],
        timestamp=stamp,
    )


def _source(template: str) -> str:
    return _sheet(BASE) + _sheet(f"{template}.typ")


@lru_cache(maxsize=64)
def _sheet(name: str) -> str:
    for app in apps.get_app_configs():
        found = Path(app.path) / SHEETS / name
        if found.is_file():
            return found.read_text()
    raise LookupError(f"no app has the sheet {name}")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Fonts of the system come last: they draw the rare characters that ours lack.
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])
