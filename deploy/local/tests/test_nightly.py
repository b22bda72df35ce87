"""bin/nightly finds every long program, goes on after a failure, and tells how each one ended."""

import subprocess
import sys

import pytest

from deploy.local import nightly
from deploy.local.layout import ROOT


def test_every_program_is_found_and_the_small_sizes_are_for_programs_that_exist() -> None:
    names = nightly.all_names()
    assert {"tests.load.booking", "tests.load.calendar", "tests.load.importing", "tests.faults.kills"} <= {
        *names
    }
    assert names[-1] == nightly.SUITE
    assert not nightly.QUICK.keys() - {*names}
    assert not nightly.SLOW - {*names}
    assert nightly.QUICK.keys().isdisjoint(nightly.SLOW)


@pytest.mark.parametrize("name", sorted(nightly.QUICK))
def test_a_program_knows_the_options_of_its_small_size(name: str) -> None:
    source = (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
    if name == "tests.fuzz.pooled":
        source = (ROOT / "tests/fuzz/mixed.py").read_text(encoding="utf-8")
    for option in nightly.QUICK[name][::2]:
        # Said to argparse, or by name to what reads the numbers of a run.
        assert f'"{option}"' in source or f"{option.strip('-')}=" in source


def test_a_failure_stops_nothing_and_is_told_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    codes = {"tests.load.booking": 2, "tests.load.calendar": 0}
    ran = []

    def run(command: tuple[str, ...]) -> int:
        ran.append(command[2])
        return codes[command[2]]

    wishes = nightly.read_wishes(["load.booking", "load.calendar"])
    assert nightly.run_nightly(wishes=wishes, run=run) == 1
    assert ran == ["tests.load.booking", "tests.load.calendar"]
    last = capsys.readouterr().out.splitlines()[-3:]
    assert [line.split()[:2] for line in last[:2]] == [["exit", "2"], ["ok", "0:00"]]
    assert last[2] == "2 programs, 1 failed"
    assert nightly.run_nightly(wishes=nightly.read_wishes(["load.calendar"]), run=run) == 0


def test_quick_leaves_out_what_is_slow_by_nature_and_makes_the_rest_small() -> None:
    wishes = nightly.read_wishes(["--quick"])
    assert not nightly.SLOW & {*wishes.names}
    assert "--rows" in nightly.command_of("tests.load.importing", is_quick=True)
    assert "--rows" not in nightly.command_of("tests.load.importing", is_quick=False)
    assert nightly.read_wishes(["--quick", "pytest"]).names == ("pytest",)


def test_listing_and_a_wrong_option_start_no_server() -> None:
    command = [sys.executable, "-m", "deploy.local", "nightly"]
    listed = subprocess.run([*command, "--list"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == nightly.all_names()
    wrong = subprocess.run([*command, "--bogus"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert wrong.returncode == 2


def test_a_goal_missed_in_small_is_told_and_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for words, code in ((["--quick", "load.booking"], 0), (["load.booking"], 1)):
        wishes = nightly.read_wishes(words)
        assert nightly.run_nightly(wishes=wishes, run=lambda command: nightly.MISSED) == code
    said = capsys.readouterr().out
    assert "missed" in said
    assert "exit 2" in said
    quick = nightly.read_wishes(["--quick", "fuzz.mixed"])
    assert nightly.run_nightly(wishes=quick, run=lambda command: nightly.MISSED) == 1


def test_what_a_machine_lacks_is_told_by_name_and_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    wishes = nightly.read_wishes(["browsers.markup"])
    assert nightly.run_nightly(wishes=wishes, run=lambda command: nightly.SKIPPED) == 0
    assert capsys.readouterr().out.splitlines()[-2].split()[0] == "skipped"
