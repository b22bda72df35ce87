"""The front end knows no vendor: what it is written with is in every engine, or is missed by nobody."""

import os
import re

import pytest

from deploy.local.layout import ROOT
from tests.pages.standards import known, scripts, styles, templates, used
from tests.pages.words import words_of

# What one engine lacks or calls by a name of its own, and what is then lost.
COMFORTS = {
    "css.properties.-webkit-text-size-adjust": "a turned iPhone keeps the size of letters, as others do",
    "css.properties.accent-color": "ticks have the colour of the system instead of the city's",
    "css.properties.forced-color-adjust": "only asked for where a reader has chosen the colours",
    "css.properties.user-select": "a label may be marked by a double click",
    "css.selectors.-moz-progress-bar": "a bar has the colour of the system",
    "css.selectors.-webkit-progress-bar": "a bar has the colour of the system",
    "css.selectors.-webkit-progress-value": "a bar has the colour of the system",
    "css.selectors.-webkit-details-marker": "a small triangle stands beside our own sign",
    "html.elements.datalist": "nothing is suggested, and everything may be written",
}
# Names of our own data that happen to be called like something that is not everywhere.
OWN_NAMES = {"api.*.day", "api.*.queue", "api.*.seconds"}
VENDORS = re.compile(
    r"\b(?:webkit|moz|ms|o)[A-Z]\w+|ActiveXObject|attachEvent|document\.all\b|window\.chrome\b"
)
SNIFFING = re.compile(r"navigator\.(?:userAgent|vendor|platform|appVersion)\b")


@pytest.mark.req("FUJ-28")
def test_everything_is_in_every_engine_or_missed_by_nobody() -> None:
    since, found = known(), used()
    assert len(found) > 200
    assert not found - since.keys(), "new to the front end: run python -m tests.browsers.baseline"
    missing = {name for name in found if since[name] in ("no", "own")}
    kept = {name for name in missing if not name.startswith("api.") or since[name] == "no"}
    assert kept - OWN_NAMES == COMFORTS.keys() & found
    assert all(re.fullmatch(r"no|own|\d{4}-\d{2}-\d{2}", day) for day in since.values())
    for path in [*styles(), *scripts(), *templates()]:
        text = path.read_text(encoding="utf-8")
        assert not VENDORS.search(text), path
        assert not SNIFFING.search(text), path


def test_what_only_one_engine_knows_is_found() -> None:
    assert VENDORS.search("element.webkitRequestFullscreen()")
    assert SNIFFING.search("if (navigator.userAgent.includes('Edg'))")
    assert {"css.properties.gap", "css.at-rules.layer", "html.elements.dialog"} <= used()


def test_each_comfort_is_still_used() -> None:
    assert COMFORTS.keys() <= used()


@pytest.mark.req("NAN-09")
def test_the_newest_browsers_are_met_every_week_and_a_missing_one_fails() -> None:
    matrix = (ROOT / "docs/reference/support-matrix.md").read_text(encoding="utf-8")
    weekly = ROOT / ".ci/weekly"
    said = weekly.read_text(encoding="utf-8")
    for engine, package in (("Chromium", "chromium"), ("Firefox", "firefox"), ("WebKit", "webkit")):
        assert engine in matrix
        # The newest that there is, brought in before anything is looked at.
        assert package in said.partition("apt-get install")[2].partition("bin/test")[0]
    assert os.access(weekly, os.X_OK)
    assert "MADOGUCHI_BROWSERS=all" in said
    assert {"bin/test -q tests/pages tests/journeys", "bin/nightly browsers pytest"} <= set(said.splitlines())
    lines = [line.split() for line in (ROOT / ".ci/schedule").read_text(encoding="utf-8").splitlines()]
    (times,) = [line[:5] for line in lines if line[5:] == [".ci/weekly"]]
    assert times[2:] == ["*", "*", "0"], "once a week, on a Sunday"
    # What they are to show needs nothing that is new: no name of a vendor, no asking which browser it is.
    test_everything_is_in_every_engine_or_missed_by_nobody()


def test_a_key_without_a_digit_is_no_english_word() -> None:
    assert words_of("対象 accdafdf") == []
    assert words_of("対象 cancelled") == ["cancelled"]
