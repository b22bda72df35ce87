"""bin/nightly: every long program beside the suite in turn, and one line for each at the end."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import python
from deploy.local.layout import ROOT

FOLDERS = ("tests/browsers", "tests/load", "tests/faults", "tests/fuzz")
SUITE = "pytest"
NO_TESTS = 5
# What a program that measures answers when all counts are right and only a goal was missed.
MISSED = 2
MEASURING = ("tests.load.", "tests.browsers.lighthouse")
# What a program answers that finds nothing to run with on this machine; it says what is missing.
SKIPPED = 77
# What --quick gives each program: every step once, no figure worth recording.
QUICK: Mapping[str, tuple[str, ...]] = {
    "tests.browsers.editor": ("--pages", "6"),
    "tests.browsers.lighthouse": ("--pages", "1"),
    "tests.load.booking": ("--rounds", "1", "--bookings", "1500", "--seconds", "2"),
    "tests.load.calendar": ("--rounds", "1", "--requests", "2500"),
    "tests.load.cities": ("--cities", "8", "--peers", "1"),
    "tests.load.guessing": ("--hours", "2"),
    "tests.load.bare": ("--rounds", "1", "--bookings", "600"),
    "tests.load.hot": ("--rounds", "1", "--bookings", "600"),
    "tests.load.importing": ("--rows", "20000", "--rounds", "1"),
    "tests.load.ledger": ("--cards", "12000", "--staff", "8", "--requests", "80"),
    "tests.load.mails": ("--rounds", "1", "--mails", "60", "--recipients", "2000"),
    "tests.load.notices": ("--rows", "120", "--read", "10"),
    "tests.load.pretix": ("--orders", "64", "--bookings", "600"),
    "tests.load.register": ("--rows", "20000"),
    "tests.load.rush": ("--visitors", "400", "--most", "100", "--pages", "400"),
    "tests.load.scans": ("--pages", "3000", "--cards", "2000"),
    "tests.load.sealing": ("--rounds", "1", "--seconds", "2", "--entries", "5000"),
    "tests.load.tenancy": ("--rounds", "5"),
    "tests.load.waiting_room": ("--visitors", "400", "--most", "100"),
    "tests.load.vault": ("--rows", "5000", "--searches", "10"),
    "tests.faults.fleet": ("--cities", "6", "--kills", "1"),
    "tests.faults.kills": ("--kills", "3", "--visitors", "300"),
    "tests.faults.tampering": ("--entries", "500"),
    "tests.fuzz.api": ("--cases", "1", "--processes", "1", "--examples", "40"),
    "tests.fuzz.hostile": ("--cases", "1500"),
    "tests.fuzz.mixed": ("--requests", "1000"),
    "tests.fuzz.pooled": ("--requests", "1000"),
}
# Minutes by nature, so that --quick leaves them out.
SLOW = frozenset({"tests.faults.watching", "tests.load.watching", SUITE})

Run = Callable[[tuple[str, ...]], int]


@dataclass(frozen=True)
class Result:
    """How one program ended."""

    name: str
    code: int
    seconds: float
    is_quick: bool = False

    @property
    def is_missed(self) -> bool:
        """Tell whether only a goal was missed, which a run in small may."""
        return self.is_quick and self.code == MISSED and self.name.startswith(MEASURING)

    @property
    def has_failed(self) -> bool:
        """Tell whether this must be looked at."""
        return self.code not in (0, SKIPPED) and not self.is_missed

    @property
    def line(self) -> str:
        """Write the result as one line."""
        minutes, seconds = divmod(round(self.seconds), 60)
        return f"{self.word:9} {minutes:3}:{seconds:02}  {self.name}"

    @property
    def word(self) -> str:
        """Say how it ended in a word."""
        if self.has_failed:
            return f"exit {self.code}"
        if self.is_missed:
            return "missed"
        return "skipped" if self.code == SKIPPED else "ok"


@dataclass(frozen=True)
class Wishes:
    """What somebody asked for."""

    names: tuple[str, ...]
    is_quick: bool

    @property
    def runs(self) -> bool:
        """Tell whether there is anything to run."""
        return bool(self.names)


def read_wishes(arguments: Sequence[str]) -> Wishes:
    """read the arguments; without a name of a program all of them are meant."""
    parser = argparse.ArgumentParser(prog="bin/nightly", allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help="every program in small, the slowest not at all")
    parser.add_argument("--list", action="store_true", help="only name the programs")
    parser.add_argument("names", nargs="*", help="only programs whose name holds one of these words")
    found = parser.parse_args(arguments)
    names = [name for name in all_names() if _is_meant(name, found.names, is_quick=found.quick)]
    return Wishes(names=() if found.list else tuple(names), is_quick=found.quick)


def list_programs() -> int:
    """name every program there is."""
    print("\n".join(all_names()))
    return 0


def run_nightly(*, wishes: Wishes, run: Run) -> int:
    """run what was asked for one after the other, whatever fails, and return 1 where something failed."""
    results = []
    for name in wishes.names:
        command = command_of(name, is_quick=wishes.is_quick)
        print(f"\n== {' '.join(command[1:])}", flush=True)
        begun = time.monotonic()
        code = run(command)
        code = 0 if name == SUITE and code == NO_TESTS else code
        results.append(Result(name, code, time.monotonic() - begun, wishes.is_quick))
        print(results[-1].line, flush=True)
    failed = sum(result.has_failed for result in results)
    print("\n== bin/nightly", *(result.line for result in results), sep="\n")
    print(f"{len(results)} programs, {failed} failed", flush=True)
    return 1 if failed else 0


def all_names() -> list[str]:
    """list the long programs, each a module with a main of its own, and the tests beside them."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.py"))]
    return [*(_module(path) for path in found if _is_program(path)), SUITE]


def command_of(name: str, *, is_quick: bool) -> tuple[str, ...]:
    """write the command of one program, or of the tests in these folders."""
    if name == SUITE:
        folders = [folder for folder in FOLDERS if any((ROOT / folder).glob("**/test_*.py"))]
        return python("-m", "pytest", "-q", *folders)
    return python("-m", name, *(QUICK.get(name, ()) if is_quick else ()))


def _is_meant(name: str, words: Sequence[str], *, is_quick: bool) -> bool:
    if words:
        return any(word in name for word in words)
    return not (is_quick and name in SLOW)


def _is_program(path: Path) -> bool:
    return not path.name.startswith("test_") and "__main__" in path.read_text(encoding="utf-8")


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)
