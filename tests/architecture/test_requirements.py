"""The requirement rows: all of them ship, and nobody claims what cannot be counted."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from madoguchi.testing import requirements
from madoguchi.testing.management.commands.requirements import FOLDERS
from tests.architecture.sources import ROOT

CATALOGUE = ROOT / "docs" / "reference" / "requirements.md"

TEST = """
import pytest

{module}

class TestIt:
    @pytest.mark.req({rows})
    {mark}
    def test_it(self): ...
"""


def _claims(folder: Path, *, rows: str, mark: str = "", module: str = "") -> list[requirements.Claim]:
    (folder / "test_it.py").write_text(TEST.format(rows=rows, mark=mark, module=module))
    return list(requirements.claims(folder.parent, (folder.name,)))


def test_all_310_rows_ship_each_under_its_own_key() -> None:
    keys = Counter(row.key for row in requirements.rows(CATALOGUE))
    assert len(keys) == 310
    assert set(keys.values()) == {1}


def test_every_claim_names_a_row_that_exists() -> None:
    known = {row.key for row in requirements.rows(CATALOGUE)}
    assert {claim.row for claim in requirements.claims(ROOT, FOLDERS)} <= known


def test_a_claim_with_more_than_three_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(requirements.WrongMark):
        _claims(tmp_path, rows='"A-1", "A-2", "A-3", "A-4"')


def test_a_claim_that_is_no_string_literal_is_refused(tmp_path: Path) -> None:
    with pytest.raises(requirements.WrongMark):
        _claims(tmp_path, rows="*ROWS")


@pytest.mark.parametrize(
    ("mark", "module"),
    [
        ("@pytest.mark.skip", ""),
        ("@pytest.mark.xfail(strict=True)", ""),
        ("@pytest.mark.skipif(True, reason='')", ""),
        ("", "pytestmark = [pytest.mark.skip]"),
    ],
)
def test_a_test_that_may_not_run_leaves_its_rows_open(tmp_path: Path, mark: str, module: str) -> None:
    (claim,) = _claims(tmp_path, rows='"KUR-55"', mark=mark, module=module)
    assert requirements.proven((claim,)) == {}


def test_a_test_that_runs_proves_its_rows(tmp_path: Path) -> None:
    claims = tuple(_claims(tmp_path, rows='"KUR-55", "KUR-56"'))
    assert set(requirements.proven(claims)) == {"KUR-55", "KUR-56"}


def test_the_command_prints_proven_and_open_rows_of_every_module(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("requirements")
    printed = capsys.readouterr().out
    for module in {row.module for row in requirements.rows(CATALOGUE)}:
        assert module in printed
    assert printed.splitlines()[-1].split()[:2] == ["all", "310"]
