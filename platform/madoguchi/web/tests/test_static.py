"""What the browser loads comes from us alone and obeys the strict content security policy."""

import re
from pathlib import Path

WEB = Path(__file__).resolve().parents[1]
PACKAGES = [WEB.parent, *WEB.parents[2].glob("plugins/*"), WEB.parents[2] / "cms", WEB.parents[2] / "tenants"]


def templates() -> list[Path]:
    """List the pages; what a mail or a proxy shows by itself carries its style with it."""
    pages = (path for package in PACKAGES for path in package.rglob("templates/**/*.html"))
    return [path for path in pages if path.name != "mail.html" and not path.name.startswith("proxy_")]


def own(suffix: str) -> list[Path]:
    return [path for package in PACKAGES for path in package.rglob(f"static/**/*{suffix}")]


def test_styles_and_scripts_name_no_other_host() -> None:
    for path in [*own(".css"), *own(".js"), *own(".svg")]:
        text = path.read_text(encoding="utf-8").replace('"http://www.w3.org/2000/svg"', "")
        assert "//" not in re.sub(r"(?m)^\s*//.*$|\s// .*$", "", text), path
        assert "@import" not in text


def test_templates_carry_no_style_and_no_script_of_their_own() -> None:
    for path in templates():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"(src|href)=\"(https?:)?//", text), path


def test_the_own_scripts_stay_small() -> None:
    """Each does one thing, and all of them together are read in one sitting."""
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in own(".js")}
    assert lines
    assert {name: count for name, count in lines.items() if count > 140} == {}
    assert sum(lines.values()) <= 900


def test_the_licence_of_the_tokens_travels_with_them() -> None:
    assert "MIT License" in (WEB / "static" / "web" / "dads-LICENSE.txt").read_text(encoding="utf-8")
