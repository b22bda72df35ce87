"""Reading the letters of a picture, where the installation has a program for it; nothing leaves the host.

Configured by ``MADOGUCHI_SCAN_LETTERS``: empty for none, ``tesseract`` for the program of that name, which
is started for each page and gets the picture on its standard input.
"""

import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings
from PIL import Image

NONE: Final = ""
TESSERACT: Final = "tesseract"
SECONDS: Final = 60
_COMMAND: Final = ("tesseract", "stdin", "stdout", "--psm", "11", "-l", "eng", "tsv")
_WORD: Final = "5"


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand side by side, and the part of the picture they take, in shares of it."""

    text: str
    box: tuple[float, float, float, float]


class LetterReader(Protocol):
    """Whoever finds words in a picture; one that cannot look finds nothing and says so."""

    def lines(self, picture: Image.Image) -> list[Line] | None:
        """List the lines of a picture; None where it could not look."""


class NoReader:
    """Looks at nothing: a person has to."""

    def lines(self, picture: Image.Image) -> list[Line] | None:
        """Find nothing, and say that nobody looked."""
        return None


class Tesseract:
    """The program ``tesseract`` (Apache-2.0), with the digits and letters of its English data."""

    def lines(self, picture: Image.Image) -> list[Line] | None:
        """Start the program on one picture."""
        sent = io.BytesIO()
        picture.convert("L").save(sent, "PNG", compress_level=1)
        try:
            # A fixed command; the picture goes over its standard input.
            done = subprocess.run(  # noqa: S603
                _COMMAND,
                input=sent.getvalue(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
                # One page at a time: threads of its own make the program slower, not faster.
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return list(_lines(done.stdout.decode("utf-8", errors="replace"), picture.width, picture.height))


def letter_reader() -> LetterReader:
    """Give the reader of this installation."""
    return Tesseract() if settings.MADOGUCHI["SCAN_LETTERS"] == TESSERACT else NoReader()


def _lines(table: str, width: int, height: int) -> Iterator[Line]:
    """Put the words of the program's table together, line by line."""
    words: dict[tuple[str, ...], list[list[str]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD and cells[11].strip():
            words.setdefault(tuple(cells[1:5]), []).append(cells)
    for line in words.values():
        left = min(int(each[6]) for each in line)
        top = min(int(each[7]) for each in line)
        right = max(int(each[6]) + int(each[8]) for each in line)
        bottom = max(int(each[7]) + int(each[9]) for each in line)
        box = (left / width, top / height, right / width, bottom / height)
        yield Line(" ".join(each[11] for each in line), box)
