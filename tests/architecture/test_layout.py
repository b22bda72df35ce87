"""The tree itself: what a wrong file in the wrong place would break everywhere."""

import platform

import pytest

from tests.architecture.sources import ROOMS, ROOT, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
BANNED_NAMES = frozenset(
    ("utils", "helpers", "common", "misc", "manager", "managers", "data", "info", "process", "handle")
)


def test_the_folder_platform_never_becomes_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_platform_is_still_the_standard_library() -> None:
    assert platform.python_version()
    assert not str(platform.__file__).startswith(str(ROOT / "platform"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_of_the_house_is_there_and_has_something_in_it(room: str) -> None:
    assert any(source.text.strip() for source in sources(room))


def test_no_file_is_longer_than_400_lines() -> None:
    long = {source.name: lines for source in sources() if (lines := source.text.count("\n")) > LONGEST_FILE}
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{source.name}:{function.lineno} {function.name}": lines
        for source in sources()
        for function in source.functions()
        if (lines := (function.end_lineno or function.lineno) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_module_is_named_after_nothing_in_particular() -> None:
    named = [
        source.name for source in sources() if BANNED_NAMES & {source.path.stem, source.path.parent.name}
    ]
    assert named == []


def test_no_function_is_named_after_nothing_in_particular() -> None:
    # `handle` is the name Django gives the body of a management command.
    named = [
        f"{source.name}:{function.lineno} {function.name}"
        for source in sources()
        for function in source.functions()
        if function.name.strip("_") in BANNED_NAMES and "management/commands" not in source.name
    ]
    assert named == []


def test_nothing_is_left_to_be_done_later() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    left = [source.name for source in sources() if any(mark in source.text for mark in marks)]
    assert left == []
