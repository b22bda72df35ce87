"""Documents that people rely on: complete, and without dead ends."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, product, sources

SETTINGS = ROOT / "docs" / "reference" / "settings.md"
VARIABLE = re.compile(r'"(MADOGUCHI_[A-Z_]+)"')
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_variable_of_the_environment_is_documented() -> None:
    known = SETTINGS.read_text(encoding="utf-8")
    everything = [*product(), *sources("platform/madoguchi")]
    used = {name for source in everything if not source.is_test for name in VARIABLE.findall(source.text)}
    assert {name for name in used if f"`{name}`" not in known} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_link_of_a_document_is_dead(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_decision_record_is_in_the_list() -> None:
    folder = ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in folder.glob("0*.md") if f"({path.name})" not in listed] == []


def test_files_of_the_public_sector_are_there() -> None:
    for name in ("LICENSE", "README.md", "README.ja.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"):
        assert (ROOT / name).read_text(encoding="utf-8").strip(), name
    assert "publiccodeYmlVersion" in (ROOT / "publiccode.yml").read_text(encoding="utf-8")
