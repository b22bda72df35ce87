"""The questions of a site: those most asked, and those of every service."""

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


def services(home: Page) -> list[Any]:
    """List the services that have questions, in the order of the site."""
    from cms.models import ServicePage

    pages = ServicePage.objects.descendant_of(home).live().public().order_by("path")
    return [page for page in pages if page.questions]


def frequent(home: Page) -> list[Question]:
    """List the questions that an editor wants on the home."""
    from cms.models import FaqPage

    found = [
        Question(text=block.value["question"], url=f"{page.url}#{anchor(block)}")
        for page in services(home)
        for block in page.questions
        if block.value["is_frequent"]
    ]
    for page in FaqPage.objects.child_of(home).live().public():
        found += [
            Question(text=block.value["question"], url=f"{page.url}#{anchor(block)}")
            for group in page.groups
            for block in group.value["questions"].bound_blocks
            if block.value["is_frequent"]
        ]
    return found[:MOST_ASKED]
