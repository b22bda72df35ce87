"""Set sheets on which everything has its place."""

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from madoguchi.documents import codes
from madoguchi.documents.typesetting import pictured, typeset
from madoguchi.tenancy import current_city
from plugins.card_management.rules.forms_layout import Layout
from plugins.card_management.rules.forms_numbers import bars
from plugins.card_management.rules.forms_placing import Placing, marks_of
from plugins.card_management.services.forms_measuring import letters

TEMPLATE: Final = "card_management/placed"
SIGNATURE: Final = "signature"


def _nw7(text: str) -> str:
    return codes.nw7_code(bars(text))


DRAWERS: Final = {"qr": codes.qr_code, "nw7": _nw7}


@dataclass
class Press:
    """Words on the sheets of one document: sheet by sheet, or label by label."""

    title: str
    layout: Layout
    signature: bytes = b""
    placing: Placing = field(default_factory=lambda: Placing(measure=letters(), drawers=DRAWERS))
    sheets: list[list[dict[str, Any]]] = field(default_factory=list)
    spilled: list[tuple[str, str]] = field(default_factory=list)
    _next: int = 0

    def starting_at(self, number: int) -> "Press":
        """Leave the labels before a number empty; they were used before."""
        self._next = max(0, number - 1)
        return self

    def add(self, texts: Mapping[str, str]) -> None:
        """Put one form, letter or label on the next free place."""
        items, spilled = self.placed(texts)
        self.lay(items)
        self.spilled += spilled

    def placed(self, texts: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        """Place one form, letter or label, and list what does not fit into its box."""
        return self.placing.items(layout=self.layout, texts=texts)

    def lay(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Lay what was placed before on the next free place."""
        grid = self.layout.grid
        if grid is None or not self.sheets or self._next % grid.count == 0:
            self.sheets.append([])
        if grid is None:
            self.sheets[-1] += [dict(item) for item in items]
            return
        x, y = grid.corner(self._next)
        self._next += 1
        self.sheets[-1] += [{**item, "x": item["x"] + x, "y": item["y"] + y} for item in items]

    def pdf(self, *, now: datetime) -> bytes:
        """Set what was added."""
        return typeset(template=TEMPLATE, values=self._values(), now=now)

    def picture(self, *, framed: str, now: datetime) -> bytes:
        """Draw the first sheet as a picture for screens, with a frame around one field."""
        place = self.layout.place(framed)
        if place is not None and self.sheets:
            x, y = self.layout.grid.corner(0) if self.layout.grid else (0.0, 0.0)
            frame = {
                "kind": "frame",
                "x": x + place.x + self.layout.shift_x,
                "y": y + place.y + self.layout.shift_y,
            }
            self.sheets[0].append({**frame, "w": place.w, "h": place.h})
        return pictured(template=TEMPLATE, values=self._values(), now=now)

    def _values(self) -> dict[str, Any]:
        used = {item["picture"] for sheet in self.sheets for item in sheet if "picture" in item}
        pictures = {key: self.placing.pictures[key] for key in used}
        if self.signature:
            pictures[SIGNATURE] = _in_a_drawing(self.signature)
        return {
            "title": self.title,
            "city": current_city().name,
            "layout": {"width": self.layout.width, "height": self.layout.height},
            "marks": marks_of(self.layout),
            "sheets": [{"items": sheet} for sheet in self.sheets],
            "pictures": pictures,
            "spilled": self.spilled,
            "notes": self.layout.grid is None and len(self.sheets) == 1,
            "words": {
                "signature": _("署名"),
                "annex": _("別紙"),
                "rare": _("次の文字は、そのまま印刷できません。〓 のところを手で書き直してください。"),
            },
        }


def _in_a_drawing(picture: bytes) -> str:
    # The press takes pictures as text alone; a drawing may carry another picture in itself.
    inside = html.escape("data:image/png;base64," + b64encode(picture).decode())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" width="600" height="200">'
        f'<image href="{inside}" width="600" height="200" preserveAspectRatio="xMidYMid meet"/></svg>'
    )
