"""Readings for the texts of plain Japanese: suggested once for all catalogues, then corrected by a person.

Run ``bin/readings`` after ``bin/messages``; readings that are there already stay. What the dictionary reads
wrongly is settled in ``madoguchi/words/readings.toml``, so that another run reads it rightly.
"""

import sys
from pathlib import Path

from madoguchi.testing import catalogues
from madoguchi.words import reading, ruby

LOCALE = "ja_Easy"


def with_readings(room: Path) -> dict[str, str]:
    """Suggest readings for every plain Japanese text of a room."""
    known = catalogues.translations(room, LOCALE)
    return {text: reading.suggest(text=easy) if easy else "" for text, easy in known.items()}


def unread(room: Path) -> dict[str, list[str]]:
    """List the plain Japanese texts of a room with kanji that nobody has read, or with stray signs."""
    known = catalogues.translations(room, LOCALE)
    found = {easy: ruby.unread(easy) + ruby.strays(easy) for easy in known.values()}
    return {easy: problems for easy, problems in found.items() if problems}


def main() -> int:
    """Write the suggestions into the catalogues and tell what still lacks a reading."""
    for room in catalogues.rooms():
        if catalogues.po_file(room, LOCALE).exists():
            catalogues.refresh(room, LOCALE, known=with_readings(room))
    left = {text: problems for room in catalogues.rooms() for text, problems in unread(room).items()}
    sys.stdout.writelines(f"{text} {problems}\n" for text, problems in left.items())
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
