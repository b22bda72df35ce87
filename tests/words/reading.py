"""What a page says to its reader: every piece of text with its language, as people see or hear it."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々〇　、。「」（）]")
SPOKEN = ("alt", "aria-label", "placeholder", "title")
SILENT = {"script", "style", "template"}
SENTENCE_ENDS = re.compile(r"(?<=[。！？])|\n")


def texts_of(page: str) -> Iterator[tuple[str, str]]:
    """Go through the texts of a page, each with the language it stands in; readings are left out."""
    soup = BeautifulSoup(page, "html.parser")
    for reading in soup.find_all(["rt", "rp"]):
        reading.decompose()
    for found in soup.find_all(string=True):
        if isinstance(found, Comment | Doctype) or getattr(found.parent, "name", "") in SILENT:
            continue
        if found.strip():
            yield _language(found), found.strip()
    for tag in soup.find_all(True):
        for name in SPOKEN:
            if tag.get(name):
                yield _language(tag), str(tag[name])


def foreign_texts(page: str) -> list[str]:
    """List the Japanese that stands on an English page without saying that it is Japanese."""
    return [text for language, text in texts_of(page) if language == "en" and JAPANESE.search(text)]


def sentences_of(page: str) -> list[str]:
    """List the sentences of the main part of a page, without its readings."""
    soup = BeautifulSoup(page, "html.parser")
    main = soup.find("main")
    assert isinstance(main, Tag)
    for line_break in main.find_all("br"):
        line_break.replace_with("\n")
    for silent in main.find_all(["rt", "rp", "script", "style", "svg", "option", "table"]):
        silent.decompose()
    blocks = main.find_all(["p", "li", "h1", "h2", "label", "legend", "dt", "dd", "a", "button", "summary"])
    found: list[str] = []
    for block in blocks:
        if block.find(["p", "li", "dt", "dd"]):
            continue
        found += [part.strip() for part in SENTENCE_ENDS.split(block.get_text()) if part.strip()]
    return list(dict.fromkeys(found))


def _language(found: NavigableString | Tag) -> str:
    for parent in [found, *found.parents]:
        if isinstance(parent, Tag) and parent.get("lang"):
            return str(parent["lang"])
    return ""
