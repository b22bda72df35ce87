"""The source of the house, read without importing it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("platform/madoguchi", "tenants", "plugins", "cms", "deploy")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file of Python."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_test(self) -> bool:
        parts = self.path.relative_to(ROOT).parts
        return "tests" in parts or self.path.name == "conftest.py"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    def imported(self) -> Iterator[tuple[str, int]]:
        """List the dotted names this file imports, with their lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def _read(room: str) -> list[Source]:
    paths = sorted((ROOT / room).rglob("*.py"))
    return [Source(path) for path in paths if "migrations" not in path.parts]


BY_ROOM = {room: _read(room) for room in (*ROOMS, "tests")}


def sources(*rooms: str) -> list[Source]:
    """List every file of Python below these folders, migrations left out."""
    return [source for room in rooms or BY_ROOM for source in BY_ROOM[room]]


def product() -> list[Source]:
    """List what runs in production: no tests, no test kit."""
    return [
        source
        for source in sources(*ROOMS)
        if not source.is_test and "platform/madoguchi/testing" not in source.name
    ]
