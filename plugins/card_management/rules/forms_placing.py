"""From a layout and its words to what the press draws: each item with its corner, its size and its lines."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from plugins.card_management.rules.forms_fitting import Measure, fit
from plugins.card_management.rules.forms_layout import Layout, Place

ELSEWHERE: Final = "別紙のとおり"
# A code as SVG, from its text.
Drawer = Callable[[str], str]


@dataclass
class Placing:
    """What is drawn on the sheets of one document; a code that repeats is drawn once."""

    measure: Measure
    drawers: Mapping[str, Drawer]
    pictures: dict[str, str] = field(default_factory=dict)

    def items(
        self, *, layout: Layout, texts: Mapping[str, str]
    ) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
        """Place the words of one form, and list those that are too long for their box."""
        items: list[dict[str, Any]] = []
        spilled: list[tuple[str, str]] = []
        at = (layout.shift_x, layout.shift_y)
        for place in layout.places:
            text = texts.get(place.name, "")
            if text:
                items += self._placed(place, text, at, spilled)
        return items, spilled

    def _placed(
        self, place: Place, text: str, at: tuple[float, float], spilled: list[tuple[str, str]]
    ) -> Iterable[dict[str, Any]]:
        box = {"x": at[0] + place.x, "y": at[1] + place.y, "w": place.w, "h": place.h}
        if place.kind == "choice":
            return [
                {"kind": "ring", "x": at[0] + one.x, "y": at[1] + one.y, "w": one.w, "h": one.h}
                for one in place.options
                if one.value == text
            ]
        if place.kind in self.drawers:
            key = f"{place.kind}:{text}"
            if key not in self.pictures:
                self.pictures[key] = self.drawers[place.kind](text)
            return [{"kind": "picture", **box, "picture": key, "words": f"{place.label} {text}"}]
        if place.kind == "signature":
            return [{"kind": "signature", **box}]
        if place.kind == "boxes":
            return self._boxed(place, text, box, spilled)
        return self._set(place, text, box, spilled)

    def _set(
        self, place: Place, text: str, box: dict[str, float], spilled: list[tuple[str, str]]
    ) -> list[dict[str, Any]]:
        whole = f"{place.before}{text}{place.after}"
        fitted = self._fitted(place, whole)
        if fitted is None:
            spilled.append((place.label, text))
            fitted = self._fitted(place, ELSEWHERE)
        if fitted is None:
            return []
        look = {"align": place.align, "bold": place.bold}
        return [{"kind": "text", **box, **look, "size": fitted.size, "lines": list(fitted.lines)}]

    def _fitted(self, place: Place, text: str) -> Any:
        return fit(
            text=text,
            box=(place.w, place.h),
            sizes=(place.size, place.least),
            wraps=place.fit == "wrap",
            measure=self.measure,
        )

    def _boxed(
        self, place: Place, text: str, box: dict[str, float], spilled: list[tuple[str, str]]
    ) -> list[dict[str, Any]]:
        pitch = place.pitch or place.h
        if len(text) * pitch > place.w + 0.01:
            spilled.append((place.label, text))
            return []
        look = {"align": "center", "bold": place.bold, "size": place.size}
        return [
            {"kind": "text", **box, "x": box["x"] + turn * pitch, "w": pitch, **look, "lines": [sign]}
            for turn, sign in enumerate(text)
        ]


def marks_of(layout: Layout) -> list[dict[str, Any]]:
    """List what is printed on every sheet."""
    return [
        {
            "kind": each.shape,
            "x": each.x + layout.shift_x,
            "y": each.y + layout.shift_y,
            "w": each.w,
            "h": each.h,
            "size": each.size,
            "lines": each.text.split("\n"),
            "align": each.align,
            "bold": each.bold,
            "stroke": each.stroke,
            "fill": each.fill,
        }
        for each in layout.marks
    ]
