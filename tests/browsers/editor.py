"""Look at every page of Wagtail's editor with axe, at three widths: ``python -m tests.browsers.editor``."""

import argparse
import os
import sys
from itertools import islice

import django
from playwright.sync_api import sync_playwright

from deploy.local.browsers import find_chromium
from tests.browsers.tools import SKIPPED
from tests.journeys.conftest import QUIET
from tests.journeys.site import Site, visited_site


def main() -> int:
    """Visit the pages and print every fault that is not known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, help="only the first of the pages")
    wanted = parser.parse_args()
    chromium = os.environ.get("MADOGUCHI_CHROMIUM") or find_chromium()
    if not chromium:
        print("skipped: no Chromium on this machine")
        return SKIPPED
    with visited_site() as site:
        os.environ.update(site.environment)
        django.setup()
        count, faults = _looked_at(site, chromium, wanted.pages)
    print(*faults, sep="\n")
    print(f"editor: {count} pages, {len(faults)} faults")
    return 1 if faults or not count else 0


def _looked_at(site: Site, chromium: str, most: int | None) -> tuple[int, list[str]]:
    from tests.pages.editing import editor_faults, editor_visits

    found, faults, count = site.furnished(), [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        context = browser.new_context(locale="ja-JP")
        page = context.new_page()
        for visit in islice(editor_visits(site, found), most):
            visit.introduce(context, site, found)
            page.goto(visit.host(site) + visit.address(found))
            faults += [f"{visit.name}: {one}" for one in editor_faults(page)]
            count += 1
        browser.close()
    return count, faults


if __name__ == "__main__":
    sys.exit(main())
