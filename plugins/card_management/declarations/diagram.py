"""The life of a card as a page of the documentation, drawn from the one table."""

from typing import Final

from django.utils import translation

from plugins.card_management.declarations.ledger import ACTION_LABELS, STATE_LABELS
from plugins.card_management.rules.life_cycle import FINAL, GONE, MOVES, NEEDS_REASON, WAITING, Action, State

_WORDS: Final = {True: "yes", False: ""}


def page() -> str:
    """Write the page."""
    with translation.override("ja"):
        return "\n".join((*_head(), *_drawing(), *_states(), *_actions())) + "\n"


def _head() -> list[str]:
    return [
        "# The life of a card",
        "",
        "Drawn by `manage.py draw_life_cycle` from `plugins/card_management/rules/life_cycle.py`, the one"
        " table that every page, import and program asks. A mistake is taken back by a new move that corrects"
        " the last (`undo`); nothing in the history is ever changed.",
        "",
    ]


def _drawing() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [
        f'    state "{label} ({state.value})" as {state.value}' for state, label in STATE_LABELS.items()
    ]
    lines += [f"    [*] --> {State.EXPECTED.value}", f"    [*] --> {State.STORED.value}"]
    lines += [
        f"    {start.value} --> {end.value}: {ACTION_LABELS[action]}"
        for (start, action), end in MOVES.items()
    ]
    return [*lines, "```", ""]


def _states() -> list[str]:
    lines = ["| state | label | holder may come | lies nowhere |", "|---|---|---|---|"]
    lines += [
        f"| `{state.value}` | {label} | {_WORDS[state in WAITING]} | {_WORDS[state in GONE]} |"
        for state, label in STATE_LABELS.items()
    ]
    return [*lines, ""]


def _actions() -> list[str]:
    lines = ["| action | label | from | to | needs |", "|---|---|---|---|---|"]
    for action in Action:
        starts = [start.value for start, other in MOVES if other is action]
        if starts:
            (end,) = {MOVES[State(start), action].value for start in starts}
            needs = "a reason" if action in NEEDS_REASON else "two people" if action in FINAL else ""
            lines.append(
                f"| `{action.value}` | {ACTION_LABELS[action]} | {', '.join(starts)} | {end} | {needs} |"
            )
    return lines
