"""What somebody may see of rows that they may open: columns kept from them, and the places of their work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

HIDDEN = 0
CUT = "…"


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """The limits of one reader; whatever gives personal data to people takes these and keeps to them.

    ``masks`` names the columns that are kept back with how many letters stay: 0 for none, 2 for the first
    two, -4 for the last four. ``places`` is None for somebody who works for all places.
    """

    masks: Mapping[str, int] = field(default_factory=dict)
    places: frozenset[UUID] | None = None

    def text(self, column: str, value: str) -> str:
        """Give what may be read of a text: all of it, some letters, or nothing."""
        kept = self.masks.get(column)
        if kept is None or not value:
            return value
        if kept == HIDDEN:
            return ""
        # A text as short as what may stay of it would be given whole.
        if len(value) <= abs(kept):
            return CUT
        return value[:kept] + CUT if kept > 0 else CUT + value[kept:]

    def is_masked(self, column: str) -> bool:
        """Tell whether a column is kept back, wholly or in part: nobody may sort or search by it."""
        return column in self.masks

    def hides(self, column: str) -> bool:
        """Tell whether nothing of a column may be read."""
        return self.masks.get(column) == HIDDEN

    @property
    def is_limited(self) -> bool:
        """Tell whether anything is kept from this reader: a column, or the rows of a place."""
        return bool(self.masks) or self.places is not None

    def has_place(self, place_id: UUID) -> bool:
        """Tell whether a place belongs to this reader's work."""
        return self.places is None or place_id in self.places


EVERYTHING = Eyes()
