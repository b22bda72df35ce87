"""The table of requirements and their proofs that ships, from the catalogue and the marks."""

import csv
import io
from pathlib import Path
from typing import Final

from madoguchi.testing import requirements

CATALOGUE: Final = "docs/reference/requirements.md"
TABLE: Final = "tenants/registers/compliance.csv"
HEADING: Final = ("key", "part", "words", "text", "state", "tests")
# What the specifications leave to sheets that are not attached to them: the city is asked.
ASKED_OF_THE_CITY: Final = frozenset({"FUJ-31", "DES-12"})


def written(root: Path) -> str:
    """Write the table: each requirement, whether it is proven, and by which tests."""
    proven = requirements.proven(tuple(requirements.claims(root, requirements.FOLDERS)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADING)
    for row in requirements.rows(root / CATALOGUE):
        tests = [claim.test for claim in proven.get(row.key, ())]
        writer.writerow([row.key, row.module, row.words, row.text, _state(row.key, tests), " ".join(tests)])
    return text.getvalue()


def _state(key: str, tests: list[str]) -> str:
    if key in ASKED_OF_THE_CITY:
        return "assumption"
    return "proven" if tests else "open"
