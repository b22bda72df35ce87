"""The line that ends a file: its pattern, made of one such line."""

import re
from typing import Final

_RUN: Final = re.compile(r"[0-9]+")
_SPECIAL: Final = re.compile(r"([\\.^$*+?{}\[\]|()])")
_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def pattern_of_closing(line: str, /) -> str:
    """Write the pattern of a closing line: its last number that is no date counts the rows."""
    text = line.strip()
    runs = list(_RUN.finditer(text))
    counting = [run for run in runs if not _DAY.fullmatch(run.group())]
    count = counting[-1] if counting else None
    written, start = [], 0
    for run in runs:
        written.append(_quoted(text[start : run.start()]))
        written.append("(?P<count>[0-9]+)" if run is count else "[0-9]+")
        start = run.end()
    return "".join([*written, _quoted(text[start:])])


def _quoted(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
