"""figures.md, Documents: 2,000 letters with codes in one job, against a bare press that sets the same words.

python -m tests.load.notices [--rows 2000] [--read 40]

The peer draws the same codes and sets words that are ready-made by a few lines of Typst, in chunks
of the same size: what is left between the two is opening, checking, placing, sealing and noting.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from time import perf_counter
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import uuid4

from tests.load.report import Figure, tell, verdict
from tests.load.stage import stage

CITY_CODE = "999997"
# CPU of the bare press over ours; figures.md sets a goal for memory alone, this one tells of getting slower.
GOAL = 0.25
MOST_MB = 300
# So many pages at once the bare press sets fastest: its work grows faster than their number.
BARE_AT_ONCE = 400
# A process that has hardly anything of its own: a child is counted from the size its parent had.
WEIGH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""
BARE = """
#let values = json(bytes(sys.inputs.values))
#set document(title: "bare")
#set text(font: ("BIZ UDPGothic", "Noto Sans JP Supplement"), lang: "ja", size: 11pt, cjk-latin-spacing: none)
#set page(paper: "a4")
#for (number, letter) in values.enumerate() {
  if number > 0 { pagebreak() }
  for words in letter.words [#words #linebreak()]
  for drawing in letter.codes { image(bytes(drawing), format: "svg", alt: "code", width: 30mm) }
}
"""


def main() -> int:
    """Print the letters of a city, then the same words on a bare press, and compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.notices")
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--read", type=int, default=40)
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], flush=True)
    with stage():
        import django

        django.setup()
        from madoguchi.tenancy import find_city, in_city

        with in_city(find_city(code=CITY_CODE)):
            found = _measure(wanted.rows, wanted.read)
    print(json.dumps(found), flush=True)
    figures = _figures(wanted.rows, found)
    for figure in figures:
        tell(figure)
    return verdict(*figures)


def _figures(rows: int, found: Mapping[str, Any]) -> Sequence[Figure]:
    per_letter = 1000 * rows
    ours, peer = per_letter / found["cpu_seconds"], per_letter / found["bare_cpu_seconds"]
    wrong = {"lost": found["lost"], "unread": found["unread"]}
    return (
        Figure("letters per CPU second / bare press", ours, peer, "letters/ks", GOAL, wrong),
        Figure(
            "memory of the press, allowed / used", MOST_MB, found["megabytes_of_the_press"], "MB", 1.0, wrong
        ),
    )


def _measure(rows: int, read: int) -> Mapping[str, Any]:
    from plugins.card_management.models.forms import LetterLine

    cards = _cards(rows)
    _print(cards[:1])
    before, began = _cpu(), perf_counter()
    run, pdf = _print(cards)
    ours, seconds = _cpu() - before, perf_counter() - began
    lines = list(LetterLine.objects.filter(run=run).order_by("position").values_list("id", flat=True))
    letters = _ready_made(run)
    before = _cpu()
    _bare(letters)
    peer = _cpu() - before
    return {
        "letters": run.printed,
        "lost": rows - run.printed,
        "unread": _unread(pdf, lines, read),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(ours, 2),
        "cpu_milliseconds_per_letter": round(1000 * ours / rows, 2),
        "bare_cpu_seconds": round(peer, 2),
        "megabytes_of_pdf": round(len(pdf) / 1e6, 1),
        "megabytes_of_the_press": round(_weigh(cards)),
        "codes_read_back_on_pages": read,
    }


def _cards(rows: int) -> list[Any]:
    from madoguchi import clock
    from plugins.card_management.models import Card
    from plugins.card_management.services.issuance_notices import NoticeWriter
    from plugins.card_management.tests.factories import HANAKO

    drawn = random.Random(7)
    writer = NoticeWriter(import_id=uuid4(), now=clock.now())
    people = [
        HANAKO._replace(
            reference=f"LOD{number:06}",
            name=f"見本 {drawn.choice('花月雪星海山川')}{drawn.choice('子美太郎香')}",
            born_on=date(1950 + number % 50, 1 + number % 12, 1 + number % 28).isoformat(),
            postcode=f"{8300000 + number % 9000}",
            address=f"福岡県久留米市テスト町{number}番地　見本マンション{number % 900}号室",
        )
        for number in range(rows)
    ]
    writer.write(list(enumerate(people, 2)))
    return list(Card.objects.order_by("id").values_list("id", flat=True)[:rows])


def _print(cards: Sequence[Any]) -> tuple[Any, bytes]:
    from madoguchi import clock
    from madoguchi.hooks.contracts.eyes import EVERYTHING
    from madoguchi.ledger.audit.actors import SYSTEM
    from plugins.card_management.services import forms_letters

    order = forms_letters.LetterOrder(key="notice", cards=cards, notes_sending=True)
    now = clock.now()
    run = forms_letters.start(order=order, eyes=EVERYTHING, actor=SYSTEM, now=now)
    done = forms_letters.carry_out(run_id=run.id, actor=SYSTEM, now=now, tell=lambda done, total: None)
    return done, forms_letters.read(run_id=run.id, eyes=EVERYTHING, actor=SYSTEM, now=now)


def _weigh(cards: Sequence[Any]) -> float:
    """Print once more, with every press below a process of no size, and tell the megabytes of the largest."""
    from madoguchi.documents import typesetting

    largest = 0.0

    def run(command: Sequence[str], **given: Any) -> "subprocess.CompletedProcess[bytes]":
        nonlocal largest
        sizes = subprocess.run(
            [sys.executable, "-c", WEIGH, *command],
            input=given["input"],
            cwd=given["cwd"],
            stdout=-1,
            check=True,
        )
        largest = max(largest, float(sizes.stdout))
        return subprocess.run(command, **given)

    with mock.patch.object(typesetting, "subprocess", SimpleNamespace(run=run, PIPE=subprocess.PIPE)):
        _print(cards)
    return largest


def _ready_made(run: Any) -> list[Mapping[str, Any]]:
    """Write the words of the letters once more, before the clock of the peer runs."""
    from plugins.card_management.models.forms import LetterLine
    from plugins.card_management.rules.forms_numbers import letter_number

    found: list[Mapping[str, Any]] = []
    for line in LetterLine.objects.filter(run=run).order_by("position").values_list("id", flat=True):
        number = letter_number(line)
        words = ["〒830-0000", f"福岡県久留米市テスト町{line}番地　見本マンション", "見本 花子　様", number]
        words += ["マイナンバーカードができました", "予約をしてから、受け取りにお越しください。"] * 4
        found.append({"words": words, "number": number})
    return found


def _bare(letters: Sequence[Mapping[str, Any]]) -> None:
    import typst

    from madoguchi.documents.rare import FONTS
    from plugins.card_management.services.forms_setting import DRAWERS

    link = DRAWERS["qr"]("https://mihon.example.jp/")
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])
    for first in range(0, len(letters), BARE_AT_ONCE):
        drawn = [
            {**each, "codes": [DRAWERS["qr"](each["number"]), DRAWERS["nw7"](each["number"]), link]}
            for each in letters[first : first + BARE_AT_ONCE]
        ]
        values = json.dumps(drawn, ensure_ascii=False)
        typst.compile(BARE.encode(), font_paths=fonts, sys_inputs={"values": values}, pdf_standards=["ua-1"])


def _unread(pdf: bytes, lines: Sequence[int], read: int) -> int:
    """Read the codes of some pages back and count those that do not say what they should."""
    import pypdfium2
    import zxingcpp

    from plugins.card_management.rules.forms_numbers import bars, letter_number

    pages = pypdfium2.PdfDocument(pdf)
    step = max(1, len(lines) // max(1, read))
    wrong = abs(len(pages) - len(lines))
    for place in range(0, min(len(pages), len(lines)), step):
        seen = {code.text for code in zxingcpp.read_barcodes(pages[place].render(scale=300 / 72).to_pil())}
        wrong += bars(letter_number(lines[place])) not in seen
    return wrong


def _cpu() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in found)


if __name__ == "__main__":
    sys.exit(main())
