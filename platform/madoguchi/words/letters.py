"""Typed letters in the one form in which they are compared, without damage to the kanji of a name."""

import re
import unicodedata
from typing import Final

# Kanji of their own for the people who bear them: NFKC would make one of U+FA19 and U+795E.
NAME_KANJI: Final = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")


def plain(text: str) -> str:
    """Write letters, digits, kana and signs in their usual width; leave kanji and variants as they are."""
    parts = NAME_KANJI.split(text)
    # Every second part is such a kanji.
    return "".join(part if at % 2 else unicodedata.normalize("NFKC", part) for at, part in enumerate(parts))
