"""Take the pictures of every page for the documentation: ``python -m tests.pages.screens [--only WORD]``.

Two pictures of each, as on a phone and as on a desk, small enough to live beside the code;
docs/screens/README.md lists them. People, cards and files on them are samples.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local.browsers import find_chromium
from deploy.local.layout import ROOT
from tests.journeys.conftest import QUIET
from tests.journeys.site import Site, visited_site
from tests.pages.looking import WIDTHS as HEIGHTS

if TYPE_CHECKING:
    from tests.pages.visits import Visit

FOLDER = ROOT / "docs" / "screens"
WIDTHS = (390, 1366)
TALLEST = {390: 2600, 1366: 1800}
MOST_BYTES = 110_000
COLOURS = (128, 64, 32, 24, 16)
ZONES = {"resident": "residents", "staff": "staff", "operators": "operators"}
AUDIENCES = {"residents": "住民のページ", "staff": "職員のページ", "operators": "運用担当者のページ"}
# In other languages these are enough to see how they look.
IN_OTHER_LANGUAGES = ("home", "booking", "booking-time", "booking-check")


def main() -> int:
    """Visit every page and keep its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only pages whose name holds this word")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    wanted = parser.parse_args()
    chromium = os.environ.get("MADOGUCHI_CHROMIUM") or find_chromium()
    # The browser's own parts, such as the field of a date, speak the language of its system.
    spoken: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "ja", "LANG": "ja_JP.UTF-8"}
    with visited_site() as site, sync_playwright() as playwright:
        os.environ.update(site.environment)
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, "--lang=ja"], env=spoken)
        taken = set(_pictures(browser, site, folder=wanted.folder, word=wanted.only))
        browser.close()
    if not wanted.only:
        for gone in set(wanted.folder.rglob("*.png")) - taken:
            gone.unlink()
    write_index(wanted.folder)
    size = sum(path.stat().st_size for path in wanted.folder.rglob("*.png"))
    print(f"{len(taken)} pictures, {size / 1_000_000:.1f} MB in {wanted.folder}")
    return 0


def chosen(site: Site, word: str) -> "list[Visit]":
    """List the pages worth a picture: all in Japanese, a few in the other languages."""
    django.setup()
    from tests.pages.visits import pages_of_the_site, visits

    found = site.furnished()
    every = [*visits(), *pages_of_the_site(found)]
    return [visit for visit in every if word in visit.name and _is_wanted(visit)]


def _is_wanted(visit: "Visit") -> bool:
    language = visit.language or visit.site_language
    if not language:
        return True
    bare = visit.name.removeprefix("resident-").removeprefix(language).removesuffix(language).strip("-")
    return (bare or "home") in IN_OTHER_LANGUAGES


def _pictures(browser: Browser, site: Site, *, folder: Path, word: str) -> Iterator[Path]:
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", reduced_motion="reduce")
    page = context.new_page()
    # What answers a form comes last: it leaves something behind that other pages would show.
    for zone, name in chain(_visited(page, site, word), _acted(page, site, word)):
        for width in WIDTHS:
            path = folder / ZONES[zone] / f"{name}-{width}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_picture(page, width))
            yield path


def _visited(page: Page, site: Site, word: str) -> Iterator[tuple[str, str]]:
    """Open every page that has an address, and name it."""
    found = site.furnished()
    seen: set[str] = set()
    for visit in chosen(site, word):
        if visit.name in seen or not visit.ask(site, found).is_page:
            continue
        seen.add(visit.name)
        visit.introduce(page.context, site, found)
        page.goto(visit.host(site) + visit.address(found))
        yield visit.door.zone, visit.name.removeprefix(f"{visit.door.zone}-")


def _acted(page: Page, site: Site, word: str) -> Iterator[tuple[str, str]]:
    """Open every page that answers a form, and name it."""
    from tests.pages.acts import acts

    found = site.furnished()
    for act in acts():
        if word in act.name:
            act.play(page, page.context, site, found)
            yield act.zone, act.name


def _picture(page: Page, width: int) -> bytes:
    # What a person is told before anything else would hide the page it stands on.
    page.evaluate("document.querySelectorAll('dialog:modal').forEach((one) => one.close())")
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST[width])
    taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    return small(taken)


def small(taken: bytes) -> bytes:
    """Write the picture with as many colours as the limit allows; cut its foot where that is not enough."""
    picture = Image.open(BytesIO(taken)).convert("RGB")
    while True:
        for colours in COLOURS:
            drawn = BytesIO()
            few = picture.quantize(colors=colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            few.save(drawn, "PNG", optimize=True)
            if drawn.tell() <= MOST_BYTES:
                return drawn.getvalue()
        picture = picture.crop((0, 0, picture.width, picture.height * 4 // 5))


def write_index(folder: Path) -> None:
    """List the pictures in a page of their own."""
    lines = [
        "# Screens",
        "",
        "Every page as on a phone (390 px) and on a desk (1366 px). People, cards and files are samples.",
        "Taken anew by `python -m tests.pages.screens`.",
    ]
    for name, title in AUDIENCES.items():
        pictures = sorted((folder / name).glob("*-390.png"))
        lines += ["", f"## {title} ({name})", "", "| page | phone | desk |", "|---|---|---|"]
        lines += _rows(pictures, name)
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(pictures: Iterable[Path], folder: str) -> Iterator[str]:
    for path in pictures:
        name = path.name.removesuffix("-390.png")
        yield f"| {name} | [390]({folder}/{path.name}) | [1366]({folder}/{name}-1366.png) |"


if __name__ == "__main__":
    sys.exit(main())
