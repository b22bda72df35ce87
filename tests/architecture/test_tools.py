"""The tools that guard the house run as tests, so that nobody has to remember them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

BIN = Path(sys.executable).parent
TOOLS: dict[str, list[str | Path]] = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "import-linter": [BIN / "lint-imports"],
    "djlint": [BIN / "djlint", "platform", "tenants", "plugins", "cms", "deploy", "--lint", "--quiet"],
    "mypy": [BIN / "mypy"],
}


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.mark.parametrize("name", TOOLS)
def test_the_tool_has_nothing_to_say(name: str) -> None:
    done = _run(*TOOLS[name])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_every_change_of_a_model_has_its_migration(django_db_blocker: pytest.FixtureRequest) -> None:
    from io import StringIO

    from django.core.management import call_command

    said = StringIO()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("makemigrations", "--check", "--dry-run", stdout=said, skip_checks=True)
    assert "No changes detected" in said.getvalue()
