"""What a PC needs to start the program, and what it says where it cannot."""

import ast
import re
import socket
import sys
import tomllib
from pathlib import Path

import pytest

from card_agent.__main__ import main

PACKAGE = Path(__file__).parents[1]


def test_everything_imported_is_installed_with_the_program() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    installed = {re.split(r"[<>=!~\[ ]", each)[0] for each in project["dependencies"]}
    assert _imported() - set(sys.stdlib_module_names) - {"card_agent"} == installed


def test_a_second_start_says_why_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        written = tmp_path / "agent.toml"
        key = "A" * 43 + "="
        written.write_text(
            f'port = {port}\n[[cities]]\norigin = "https://staff.kurume.example"\nkey = "{key}"\n', "utf-8"
        )
        assert main(["--config", str(written), "--simulated"]) == 2
    assert f"ポート{port}を使えません" in capsys.readouterr().err


def _imported() -> set[str]:
    found: set[str] = set()
    for source in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).partition(".")[0])
    return found
