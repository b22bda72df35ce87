"""One line per figure: its name, the ratio, both figures, and the counts that prove them honest."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

WRONG, MISSED = 1, 2
"""Exit codes: a count that must be zero is not; only a goal was missed."""


@dataclass(frozen=True)
class Figure:
    """A measured ratio, the goal it must reach (None: only reported), and what SQL counted afterwards."""

    name: str
    ours: float
    peer: float
    unit: str
    goal: float | None = None
    wrong: Mapping[str, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Divide ours by the peer's."""
        return self.ours / self.peer if self.peer else 0.0

    @property
    def is_reached(self) -> bool:
        """Tell whether the goal is reached; a figure without one always is."""
        return self.goal is None or self.ratio >= self.goal

    @property
    def is_honest(self) -> bool:
        """Tell whether every count that must be zero is zero."""
        return not any(self.wrong.values())


def tell(figure: Figure) -> None:
    """Print a figure as one line."""
    goal = "reported" if figure.goal is None else f"goal >= {figure.goal:g}"
    verdict = "" if figure.is_reached else " MISSED"
    counts = ", ".join(f"{count} {name}" for name, count in figure.wrong.items())
    print(
        f"{figure.name}: {figure.ratio:.2f} ({figure.ours:,.0f} / {figure.peer:,.0f} {figure.unit};"
        f" {goal}{verdict}) verified: {counts or 'nothing to count'}",
        flush=True,
    )


def verdict(*figures: Figure) -> int:
    """Give the exit code: 1 where a count is wrong, 2 where a goal is missed, else 0."""
    if not all(figure.is_honest for figure in figures):
        return WRONG
    return 0 if all(figure.is_reached for figure in figures) else MISSED


def numbers_of_a_run(program: str, **usual: int) -> argparse.Namespace:
    """Read the numbers that a benchmark of the web server runs with, and print how to repeat it."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    for name, number in {**usual, "workers": 4, "threads": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    return wanted
