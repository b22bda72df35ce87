"""An announcement as pages show it, free of the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Moment = Literal["before", "after", "mail"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a reader sees, and its language where it is not the page's."""

    heading: str
    text: str
    url: str = ""
    lang: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """One announcement that has not ended."""

    id: UUID
    kind: str
    audience: str
    moments: frozenset[Moment]
    place_id: UUID | None
    service: str
    headings: tuple[str, str, str]
    texts: tuple[str, str, str]
    url: str
    starts_at: datetime
    ends_at: datetime

    def is_running(self, *, now: datetime) -> bool:
        """Tell whether it is shown at this moment."""
        return self.starts_at <= now < self.ends_at

    def words(self, language: str) -> Words:
        """Give the words in a language, in Japanese where the city wrote no others."""
        position = {"ja": 0, "ja-easy": 1, "en": 2}.get(language, 2)
        if not self.headings[position]:
            return self._in(0, lang="" if language.startswith("ja") else "ja")
        return self._in(position, lang="")

    def _in(self, position: int, *, lang: str) -> Words:
        return Words(heading=self.headings[position], text=self.texts[position], url=self.url, lang=lang)
