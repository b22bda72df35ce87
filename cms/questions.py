"""The questions of a site: those most asked, and those of every service."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

MOST_ASKED = 6


@dataclass(frozen=True)
class Question:
    """A question and where its answer stands."""

    text: str
    url: str


def anchor(block: Any) -> str:
    """Name the place of a question on its page; the name stays when the words change."""
    return f"q-{str(block.id)[:8]}"


def asked_about(services: Iterable[Any]) -> list[Any]:
    """List the services that have questions."""
    return [page for page in services if page.questions]


def frequent(*, services: Iterable[Any], pages: Iterable[Any]) -> list[Question]:
    """List the questions that an editor wants on the home."""
    found = [question for page in services for question in _wanted(page, page.questions)]
    for page in pages:
        for group in page.groups:
            found += _wanted(page, group.value["questions"].bound_blocks)
    return found[:MOST_ASKED]


def _wanted(page: Page, blocks: Iterable[Any]) -> list[Question]:
    return [
        Question(text=block.value["question"], url=f"{page.url}#{anchor(block)}")
        for block in blocks
        if block.value["is_frequent"]
    ]
