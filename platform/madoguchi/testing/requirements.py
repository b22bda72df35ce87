"""The requirement rows, and which of them a test proves; read from the files, nothing is run."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("platform", "tenants", "plugins", "cms", "deploy", "tests")
MOST_ROWS_OF_A_TEST = 3
COLUMNS = 8
MODULE_COLUMN = 5
UNFINISHED = {"skip", "skipif", "xfail"}
"""Marks under which a test proves nothing: it may not have run."""


class WrongMark(ValueError):
    """A test claims rows in a way that cannot be counted."""


@dataclass(frozen=True)
class Row:
    """One requirement."""

    key: str
    module: str
    text: str
    # As the specification says it; empty where no specification does.
    words: str


@dataclass(frozen=True)
class Claim:
    """A test that says it proves a row."""

    row: str
    test: str
    is_finished: bool


def rows(catalogue: Path) -> tuple[Row, ...]:
    """Read the rows of the catalogue, in its order."""
    found = []
    for line in catalogue.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= COLUMNS and _is_key(cells[0]):
            found.append(
                Row(key=cells[0], text=cells[3], words=cells[4].strip("—"), module=cells[MODULE_COLUMN])
            )
    return tuple(found)


def claims(root: Path, folders: tuple[str, ...]) -> Iterator[Claim]:
    """Find every claim below these folders.

    Raises WrongMark when a mark is not made of string literals or names more than three rows.
    """
    for folder in folders:
        for path in sorted((root / folder).rglob("test_*.py")):
            yield from _claims_of_file(path, path.relative_to(root).as_posix())


def proven(found: tuple[Claim, ...]) -> Mapping[str, tuple[Claim, ...]]:
    """Tell which rows have at least one test that is sure to run."""
    by_row: dict[str, list[Claim]] = defaultdict(list)
    for claim in found:
        if claim.is_finished:
            by_row[claim.row].append(claim)
    return {row: tuple(tests) for row, tests in by_row.items()}


def _is_key(cell: str) -> bool:
    prefix, _, number = cell.partition("-")
    return len(prefix) == 3 and prefix.isupper() and number.isdigit()


def _claims_of_file(path: Path, name: str) -> Iterator[Claim]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    module_marks = _module_marks(tree)
    for owner, body in _bodies(tree):
        inherited = module_marks | _mark_names(owner.decorator_list if owner else [])
        for node in body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = inherited | _mark_names(node.decorator_list)
                for row in _rows_of(node, name):
                    yield Claim(row=row, test=f"{name}::{node.name}", is_finished=not marks & UNFINISHED)


def _bodies(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | None, list[ast.stmt]]]:
    yield None, tree.body
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node, node.body


def _module_marks(tree: ast.Module) -> set[str]:
    assigned = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
    ]
    marks = [mark for value in assigned for mark in (value.elts if isinstance(value, ast.List) else [value])]
    return _mark_names(marks)


def _mark_names(decorators: list[ast.expr]) -> set[str]:
    return {
        _dotted(decorator).rpartition(".")[2] for decorator in decorators if ".mark." in _dotted(decorator)
    }


def _dotted(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _rows_of(test: ast.FunctionDef, name: str) -> list[str]:
    marks = [
        mark
        for mark in test.decorator_list
        if isinstance(mark, ast.Call) and _dotted(mark).endswith("mark.req")
    ]
    claimed: list[str] = []
    for argument in (argument for mark in marks for argument in mark.args):
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            raise WrongMark(f"{name}::{test.name}: write the rows as string literals")
        claimed.append(argument.value)
    if len(claimed) > MOST_ROWS_OF_A_TEST:
        raise WrongMark(f"{name}::{test.name}: one test proves at most {MOST_ROWS_OF_A_TEST} rows")
    return claimed
