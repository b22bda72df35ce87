"""Which browser the tests take: the system's, or the one that somebody asked for by name."""

from pathlib import Path

import pytest

from deploy.local.browsers import find_chromium


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path with nothing on it but what a test installs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(programs: Path, name: str) -> str:
    program = programs / name
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_nothing_is_found_where_nothing_is(programs: Path) -> None:
    assert find_chromium() is None
    assert find_chromium(channel="msedge") is None


def test_a_browser_asked_for_by_name_is_taken_and_no_other(programs: Path) -> None:
    chromium, edge = install(programs, "chromium"), install(programs, "microsoft-edge-stable")
    assert find_chromium() == chromium
    assert find_chromium(channel="msedge") == edge
    assert find_chromium(channel="chrome") is None
    assert find_chromium(channel="unheard-of") is None
