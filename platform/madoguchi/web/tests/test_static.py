"""What the browser loads comes from us alone and obeys the strict content security policy."""

import re
from collections import Counter
from pathlib import Path

WEB = Path(__file__).resolve().parents[1]
ROOT = WEB.parents[2]
PACKAGES = [WEB.parent, *ROOT.glob("plugins/*"), ROOT / "cms", ROOT / "tenants"]


def templates() -> list[Path]:
    """List the pages; what a mail or a proxy shows by itself carries its style with it."""
    pages = (path for package in PACKAGES for path in package.rglob("templates/**/*.html"))
    return [path for path in pages if path.name != "mail.html" and not path.name.startswith("proxy_")]


def own(suffix: str) -> list[Path]:
    return [path for package in PACKAGES for path in package.rglob(f"static/**/*{suffix}")]


def test_styles_and_scripts_name_no_other_host() -> None:
    for path in [*own(".css"), *own(".js"), *own(".svg")]:
        text = path.read_text(encoding="utf-8").replace('"http://www.w3.org/2000/svg"', "")
        # The reader of chips runs on the PC at which the page is open.
        text = text.replace("`ws://127.0.0.1:$", "")
        assert "//" not in re.sub(r"(?m)^\s*//.*$|\s// .*$", "", text), path
        assert "@import" not in text


def test_templates_carry_no_style_and_no_script_of_their_own() -> None:
    for path in templates():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"(src|href)=\"(https?:)?//", text), path


def test_the_own_scripts_stay_small() -> None:
    """Each does one thing, and those of a room together are read in one sitting."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in own(".js")}
    assert lines
    assert {path: count for path, count in lines.items() if count > 140} == {}
    rooms = Counter[str]()
    for path, count in lines.items():
        rooms["/".join(path.relative_to(ROOT).parts[:2])] += count
    assert {room: count for room, count in rooms.items() if count > 700} == {}


def test_the_licence_of_the_tokens_travels_with_them() -> None:
    assert "MIT License" in (WEB / "static" / "web" / "dads-LICENSE.txt").read_text(encoding="utf-8")
