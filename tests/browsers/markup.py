"""Check the HTML of every page with the validator of the W3C: ``python -m tests.browsers.markup``.

Every address of ours is asked as somebody who may see it, every page that editors published in all three
languages; one error anywhere fails.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.browsers.tools import SKIPPED, Missing, npm_tools, program
from tests.journeys.site import Site, visited_site

# What vnu says of our design on purpose.
ACCEPTED: tuple[str, ...] = ()


def main() -> int:
    """Write the pages down, validate them, and print every error with the pages it is on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", help="write the pages into this folder and leave them there")
    wanted = parser.parse_args()
    try:
        command = [program("java"), "-jar", str(npm_tools() / "vnu-jar" / "build" / "dist" / "vnu.jar")]
    except Missing as missing:
        print(f"skipped: {missing}")
        return SKIPPED
    with TemporaryDirectory(prefix="madoguchi-markup-") as temporary, visited_site() as site:
        folder = Path(wanted.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        count = sum(1 for _ in _written(site, folder))
        done = subprocess.run(
            [*command, "--format", "json", "--stdout", "--skip-non-html", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        errors = _errors(done.stdout)
    for (message, extract), pages in sorted(errors.items()):
        print(f"{message}\n    {extract}\n    on {len(pages)}: {', '.join(sorted(pages)[:6])}")
    print(f"vnu: {count} pages, {len(errors)} different errors")
    return 1 if errors or count == 0 else 0


def _written(site: Site, folder: Path) -> Iterator[Path]:
    """Write every page into a file of its own."""
    os.environ.update(site.environment)
    django.setup()
    from tests.pages.visits import pages_of_the_site, visits

    found = site.furnished()
    for visit in [*visits(), *pages_of_the_site(found)]:
        answer = visit.ask(site, found)
        if answer.is_page:
            path = folder / f"{visit.name}.html"
            path.write_text(answer.body, encoding="utf-8")
            yield path


def _errors(printed: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in json.loads(printed)["messages"]:
        if one["type"] == "error" and not any(words in one["message"] for words in ACCEPTED):
            extract = " ".join(one.get("extract", "").split())[:160]
            found[one["message"], extract].add(Path(one["url"]).stem)
    return found


if __name__ == "__main__":
    sys.exit(main())
