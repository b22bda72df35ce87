"""The OWASP Application Security Verification Standard 5.0, level 2: our answers and their tests."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = "docs/reference/security/asvs.csv"
PAGE: Final = "docs/reference/security/asvs.md"
ANSWERS: Final = ("met", "partly", "open", "not applicable")
CHAPTERS: Final = {
    "V1": "Encoding and sanitization",
    "V2": "Validation and business logic",
    "V3": "Web frontend security",
    "V4": "API and web service",
    "V5": "File handling",
    "V6": "Authentication",
    "V7": "Session management",
    "V8": "Authorization",
    "V9": "Self-contained tokens",
    "V10": "OAuth and OIDC",
    "V11": "Cryptography",
    "V12": "Secure communication",
    "V13": "Configuration",
    "V14": "Data protection",
    "V15": "Secure coding and architecture",
    "V16": "Security logging and error handling",
    "V17": "WebRTC",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the standard and our answer."""

    number: str
    level: str
    section: str
    answer: str
    how: str
    tests: tuple[str, ...]

    @property
    def chapter(self) -> str:
        """Name the chapter by its number."""
        return self.number.partition(".")[0]


def items(root: Path) -> tuple[Item, ...]:
    """Read the answers."""
    with (root / TABLE).open(encoding="utf-8", newline="") as file:
        return tuple(
            Item(
                number=row["item"],
                level=row["level"],
                section=row["section"],
                answer=row["answer"],
                how=row["how"],
                tests=tuple(row["tests"].split()),
            )
            for row in csv.DictReader(file)
        )


def page(root: Path) -> str:
    """Write the answers as a page, chapter by chapter."""
    found = items(root)
    counts = Counter(item.answer for item in found)
    linked = sum(bool(item.tests) for item in found)
    lines = [
        "<!-- Written by `manage.py reference` from asvs.csv. -->",
        "# OWASP ASVS 5.0, level 2",
        "",
        f"{len(found)} items of level 1 and 2: "
        + ", ".join(f"{counts[answer]} {answer}" for answer in ANSWERS)
        + f". {linked} are linked to automated tests, which a test checks to exist.",
        "",
        "These are our own answers, not an assessment by somebody else. Items are named by their numbers; "
        "their words stand in the [standard](https://github.com/OWASP/ASVS/tree/v5.0.0).",
        "",
    ]
    for chapter, name in CHAPTERS.items():
        lines += [f"## {chapter} {name}", "", "| item | level | section | answer | how | tests |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_line(item) for item in found if item.chapter == chapter]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def _line(item: Item) -> str:
    tests = "<br>".join(f"`{test}`" for test in item.tests)
    return f"| {item.number} | {item.level} | {item.section} | {item.answer} | {item.how} | {tests} |"
