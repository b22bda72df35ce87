"""Staff work in browsers that open no window, save no file and have no camera (FUJ-39, T18)."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

ROOMS = ("platform", "plugins", "tenants", "cms")
FORBIDDEN = {
    "a new window": re.compile(r"""target\s*=\s*["']?_blank|window\.open\s*\(|showModalDialog"""),
    "a file on the terminal": re.compile(
        r"""<a[^>]*\sdownload[\s=>]|\.download\s*=|createObjectURL|showSaveFilePicker"""
    ),
    "a camera or microphone": re.compile(r"getUserMedia|capture\s*=\s*[\"']|ImageCapture|BarcodeDetector"),
    "a box of the browser": re.compile(r"(?<![\w.])(?:alert|confirm|prompt)\s*\("),
    "software on the terminal": re.compile(r"<(?:applet|object|embed)\b|ActiveXObject"),
}


def _files() -> list[Path]:
    found = [
        path
        for room in ROOMS
        for kind in ("*.html", "*.js")
        for path in (ROOT / room).rglob(kind)
        if "tests" not in path.parts
    ]
    assert len(found) > 100
    return found


FILES = {path: path.read_text(encoding="utf-8") for path in _files()}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_asks_for(what: str) -> None:
    asking = [str(path.relative_to(ROOT)) for path, text in FILES.items() if FORBIDDEN[what].search(text)]
    assert asking == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a new window", '<a href="/x/" target="_blank">'),
        ("a new window", "window.open(url)"),
        ("a file on the terminal", '<a class="btn" href="/x.pdf" download>'),
        ("a camera or microphone", "navigator.mediaDevices.getUserMedia({})"),
        ("a box of the browser", 'if (confirm("?")) go();'),
        ("software on the terminal", '<object data="x">'),
    ],
)
def test_the_rule_finds_what_it_forbids(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)
