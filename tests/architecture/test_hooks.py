"""Hooks: two pages of specifications, implementations that match, one caller each, all documented."""

import ast
import inspect
import re

import pytest

from madoguchi.hooks import kinds
from madoguchi.testing.reference import hookspec_of, pages
from tests.architecture.sources import ROOT, Function, Source, product

HOOKS = (*kinds.DECLARE, *kinds.CONTRIBUTE, *kinds.DUTY, *kinds.ASK, *kinds.LIFE)
CALLERS = {"declared", "declared_by", "contributed", "duty", "ask", "announce"}
CALLED_BY = re.compile(r"called by (?:the relay of )?([a-z_.]+[a-z])")
REFERENCE = ROOT / "docs" / "reference"


def _marked(source: Source, marker: str) -> dict[str, Function]:
    return {
        function.name: function
        for function in source.functions()
        if any(ast.unparse(decorator).split("(")[0] == marker for decorator in function.decorator_list)
    }


SPECIFIED = {
    name: function
    for page in ("specs.py", "questions.py")
    for name, function in _marked(
        Source(ROOT / "platform" / "madoguchi" / "hooks" / page), "hookspec"
    ).items()
}
IMPLEMENTED = [
    (source, function) for source in product() for function in _marked(source, "hookimpl").values()
]


def _annotation(node: ast.expr | None) -> str:
    return ast.unparse(node).replace("'", "").replace('"', "") if node else ""


def _parameters(function: Function) -> dict[str, str]:
    return {argument.arg: _annotation(argument.annotation) for argument in function.args.args}


def test_every_specified_hook_belongs_to_one_kind() -> None:
    assert sorted(HOOKS) == sorted(SPECIFIED)


@pytest.mark.parametrize("name", sorted(SPECIFIED))
def test_every_hook_says_when_and_by_whom_it_is_called(name: str) -> None:
    words = " ".join((inspect.getdoc(hookspec_of(name)) or "").split())
    assert "called by" in words


@pytest.mark.parametrize(
    ("source", "function"),
    IMPLEMENTED,
    ids=[f"{source.name}::{function.name}" for source, function in IMPLEMENTED],
)
def test_an_implementation_has_the_signature_of_its_specification(source: Source, function: Function) -> None:
    assert function.name in SPECIFIED, f"{source.name}: {function.name} is no hook"
    spec = SPECIFIED[function.name]
    expected = _parameters(spec)
    given = _parameters(function)
    assert given == {name: expected.get(name) for name in given}
    assert _annotation(function.returns) == _annotation(spec.returns)
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    assert decorators == ["hookimpl"], "hookwrapper, tryfirst and trylast are banned"


def _callers(name: str) -> set[str]:
    return {
        source.name
        for source in product()
        for call in source.calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in CALLERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == name
    }


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_has_exactly_one_caller_and_names_it(name: str) -> None:
    callers = _callers(name)
    assert len(callers) == 1, callers
    module = callers.pop().removeprefix("platform/").removeprefix("plugins/").replace("/", ".")
    words = " ".join((inspect.getdoc(hookspec_of(name)) or "").split())
    (named,) = CALLED_BY.findall(words)
    assert f"{module}.".startswith(f"{named}."), f"{name} is called by {module}"


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_a_hook_ships_with_a_plugin_that_uses_it(name: str) -> None:
    assert [source.name for source, function in IMPLEMENTED if function.name == name]


@pytest.mark.parametrize("name", pages())
def test_a_reference_page_written_from_the_code_is_current(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name](), "run: manage.py reference"
