"""IPA 2: nothing that people type reaches a shell, and product code starts no shell at all."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.testing import sources
from tests.security.conftest import text_of

SHELLS = {"system", "popen", "getoutput", "getstatusoutput"}
# They start tools that we ship, with lists of words of our own and nothing that a visitor typed.
START_PROGRAMS = {
    "platform/madoguchi/documents/typesetting.py",
    "plugins/card_management/adapters/scan_letters.py",
    "tenants/provisioning/template.py",
}


def starts_a_shell(source: str) -> bool:
    """Tell whether a module hands a line to a shell, or evaluates text as a program."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(getattr(node.func, "value", None), "id", "")
        is_shell = any(word.arg == "shell" and not _is_false(word.value) for word in node.keywords)
        is_evaluated = isinstance(node.func, ast.Name) and name in {"eval", "exec"}
        if is_shell or is_evaluated or (owner in {"os", "subprocess"} and name in SHELLS):
            return True
    return False


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _modules() -> Iterator[Path]:
    for package in ("platform/madoguchi", "tenants", "plugins", "cms", "deploy"):
        yield from (
            path
            for path in (sources.ROOT / package).rglob("*.py")
            if not {"tests", "testing"} & {*path.parts}
        )


def test_no_module_starts_a_shell() -> None:
    assert [str(path) for path in _modules() if starts_a_shell(path.read_text(encoding="utf-8"))] == []


def test_programs_are_started_in_few_places_that_no_visitor_reaches_with_words() -> None:
    starting = {
        str(path.relative_to(sources.ROOT))
        for path in _modules()
        if "import subprocess" in path.read_text(encoding="utf-8")
    }
    assert {path for path in starting if not path.startswith("deploy/local/")} <= START_PROGRAMS


def test_a_module_that_starts_a_shell_would_be_found() -> None:
    assert starts_a_shell("import subprocess\nsubprocess.run(line, shell=True)")
    assert starts_a_shell("import os\nos.system(line)")
    assert starts_a_shell("eval(text)")
    assert starts_a_shell((Path(__file__).parent / "planted.py").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("with_holes")
def test_a_page_that_hands_words_to_a_shell_would_show_it(admin: Client) -> None:
    answer = admin.get("/planted/running/", {"q": "; expr 6 '*' 7"})
    assert "42" in text_of(answer)
