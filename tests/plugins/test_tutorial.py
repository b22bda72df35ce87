"""Whoever follows the tutorial arrives: its own commands run, in its own order, on a copy of the code."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.third_party.scratch import ROOT, Scratch, copy_of_the_code, scratch

TUTORIAL = ROOT / "docs" / "tutorial" / "a-plugin-in-ten-minutes.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# The suite's two cities stand for two of the demo's.
STAND_INS = {
    "402036": "999997",
    "kurume.localhost:8000": "midori.localhost",
    "nanbu.localhost:8000": "kasumi.localhost",
}

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("tutorial")]


def commands() -> list[str]:
    """List the commands of the tutorial."""
    text = TUTORIAL.read_text(encoding="utf-8")
    for name, stand_in in STAND_INS.items():
        text = text.replace(name, stand_in)
    return [line for block in BLOCK.findall(text) for line in block.splitlines() if line.strip()]


class Reader:
    """Somebody who types what the page says; the demo's servers are the suite's."""

    def __init__(self, place: Scratch, stack: ExitStack) -> None:
        self._place = place
        self._stack = stack
        self.opened: list[int] = []

    def type_in(self, line: str) -> None:
        """Run one line of the tutorial."""
        words = shlex.split(line, comments=True)
        known: dict[str, Callable[[list[str]], None]] = {
            "bin/up": lambda _: self._stack.enter_context(self._place.serving()),
            "bin/down": lambda _: self._stack.close(),
            "bin/test": self._test,
            "curl": lambda words: self._open(words[-1], expected=int(line.rpartition("#")[2])),
        }
        known.get(words[0], lambda words: print(self._place.run(*words)))(words)

    def _open(self, address: str, *, expected: int) -> None:
        parts = urlsplit(address)
        self._place.sees(parts.netloc, parts.path, expected)
        self.opened.append(expected)

    def _test(self, words: list[str]) -> None:
        # bin/test has servers of its own; here both have one database, and a copy needs it idle.
        self._stack.close()
        said = self._place.run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words[1:])
        assert " passed" in said
        assert "failed" not in said
        self._stack.enter_context(self._place.serving())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Scratch]:
    """A copy of the code with a database of its own."""
    code = copy_of_the_code(tmp_path / "code")
    with scratch(folder=tmp_path, label="tutorial", code=code) as found:
        yield found


def test_the_tutorial_s_own_commands_make_a_plugin_that_works(place: Scratch) -> None:
    with ExitStack() as stack:
        reader = Reader(place, stack)
        for line in commands():
            reader.type_in(line)
        assert reader.opened == [200, 404, 404, 200]
        sent = place.visit("midori.localhost", "/suggestion-box/", send={"text": "もっと早く開けてください"})
        assert sent[0] == 200
    assert place.rows("c_999997", "suggestion_box_note") == 1
    made = place.code / "plugins" / "suggestion_box"
    for check in (("check",), ("format", "--check")):
        ruff = [str(Path(sys.executable).with_name("ruff")), *check, str(made)]
        subprocess.run(ruff, cwd=place.code, check=True)


@pytest.mark.parametrize(
    ("name", "label", "reason"),
    [
        ("Suggestion", "箱", "lower-case"),
        ("class", "箱", "lower-case"),
        ("two__scores", "箱", "lower-case"),
        ("card_reservation", "箱", "already"),
        ("box", 'x") + evil("', "label"),
        ("box", "a" * 41, "label"),
    ],
)
def test_a_name_that_cannot_be_a_plugin_is_refused_and_nothing_is_written(
    name: str, label: str, reason: str, tmp_path: Path
) -> None:
    from madoguchi.testing.planting import CannotPlant, plant

    listing = tmp_path / "deploy" / "settings" / "plugins.py"
    listing.parent.mkdir(parents=True)
    listing.write_text("PLUGINS = [\n]\n")
    with pytest.raises(CannotPlant, match=reason):
        plant(name=name, label=label, root=tmp_path)
    assert not (tmp_path / "plugins").exists()
    assert listing.read_text() == "PLUGINS = [\n]\n"
