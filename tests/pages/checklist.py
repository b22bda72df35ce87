"""Write the check list of a release for the documentation: ``python -m tests.pages.checklist``."""

from pathlib import Path

from cms.accessibility import check_list
from deploy.local.layout import ROOT

FOLDER = ROOT / "docs" / "reference" / "accessibility"
TESTS = {
    "axe": ("tests/pages/test_pages.py", "every page of ours, at three widths, with axe"),
    "keys": ("tests/journeys/test_keyboard.py", "the five main ways without a mouse"),
    "suite": ("tests/pages/looking.py", "a test of its own in the suite"),
    "eye": ("docs/reference/accessibility/by-hand.md", "a person, before a city goes live"),
    "none": ("cms/accessibility.toml", "nothing of the kind is on our pages"),
}


def text() -> str:
    """Write the list of the release in hand."""
    found = check_list()
    lines = [
        f"# Accessibility of release {found['released']}",
        "",
        "JIS X 8341-3:2016 level AA (38 criteria) and what WCAG 2.1 and 2.2 add to it (levels A and AA).",
        "Written from `cms/accessibility.toml` by `python -m tests.pages.checklist`, once a release.",
        "Residents read it at `/accessibility/results/` of every city.",
        "",
        "| number | criterion | 達成基準 | level | how |",
        "|---|---|---|---|---|",
    ]
    for number, one in found["criteria"].items():
        lines.append(f"| {number} | {one['en']} | {one['ja']} | {one['level']} | {one['how']} |")
    lines += ["", "| how | what | where |", "|---|---|---|"]
    lines += [f"| {how} | {what} | `{where}` |" for how, (where, what) in TESTS.items()]
    return "\n".join(lines) + "\n"


def place() -> Path:
    """Name the file of the release in hand."""
    return FOLDER / f"{check_list()['released']}.md"


def main() -> None:
    """Write it."""
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
