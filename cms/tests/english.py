"""English words on a page of the editor, whoever looks for them."""

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup
from bs4.element import NavigableString

# Names that are the same in Japanese, and what the city itself wrote in English.
NOT_TRANSLATED = re.compile(
    r"Wagtail|Madoguchi|JavaScript|URL|ID|Enter|HTML|CSV|XLSX|English|Ctrl|Mac|Alt|Shift|Esc|kB|MB|KB"
    r"|GIF|JPE?G|PNG|WEBP|\bslug\b|https?://\S+|\S+\.(?:txt|png|pdf|csv|html|jpg)\b|\btagged?\b"
)
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ’'][A-Za-z]+)*")
SPOKEN = ("aria-label", "title", "placeholder", "alt")
UNSEEN = 'script, style, template, code, kbd, [hidden], [lang="en"]'


def english_in(page: str, *, written_here: Iterable[str] = ()) -> set[str]:
    """Find the English words that somebody reads or hears, but for what the city itself wrote."""
    soup = BeautifulSoup(page, "html.parser")
    for unseen in soup.select(UNSEEN):
        unseen.decompose()
    texts = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]
    spoken = [str(tag[name]) for tag in soup.find_all(True) for name in SPOKEN if tag.get(name)]
    pressed = [str(tag.get("value", "")) for tag in soup.select('input[type="submit"]')]
    found: set[str] = set()
    for text in (*texts, *spoken, *pressed):
        for own in written_here:
            text = text.replace(own, "")
        found |= set(ENGLISH.findall(NOT_TRANSLATED.sub("", text)))
    return found
