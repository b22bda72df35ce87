"""A new plugin from the template: a folder under plugins/ and a line in the list of plugins."""

import keyword
import re
import subprocess
import sys
from pathlib import Path

from madoguchi.hooks.registry import plugins
from madoguchi.testing.sources import ROOT

TEMPLATE = Path(__file__).parent / "plugin_template"
SUFFIX = ".tpl"
LIST = Path("deploy") / "settings" / "plugins.py"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
LONGEST_NAME = 40
LABEL = re.compile(r"[^\s\"'\\{}<>&%]{1,40}")


class CannotPlant(ValueError):
    """The plugin cannot be made; nothing was written."""


def plant(*, name: str, label: str, root: Path = ROOT) -> list[Path]:
    """Write a new plugin and add it to the list; give the files it consists of.

    Raises CannotPlant.
    """
    _refuse(name, label, root)
    folder = root / "plugins" / name
    words = {
        "plugin_name": name,
        "plugin-name": name.replace("_", "-"),
        "PluginName": "".join(part.title() for part in name.split("_")),
        "PLUGIN_LABEL": label,
    }
    written = [_write(source, folder, words) for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}"))]
    _add_line(root / LIST, name)
    _lay_out(folder)
    return written


def _refuse(name: str, label: str, root: Path) -> None:
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > LONGEST_NAME:
        raise CannotPlant(
            f"{name!r}: lower-case letters, digits and single underscores, at most {LONGEST_NAME}"
        )
    if not LABEL.fullmatch(label):
        raise CannotPlant(f"{label!r}: a label of 1 to 40 letters without quotes, brackets and spaces")
    if (root / "plugins" / name).exists() or name in plugins.names:
        raise CannotPlant(f"there is a plugin {name} already")
    if not (root / LIST).exists():
        raise CannotPlant(f"{root} is not a checkout: {LIST} is missing")


def _write(source: Path, folder: Path, words: dict[str, str]) -> Path:
    relative = str(source.relative_to(TEMPLATE)).removesuffix(SUFFIX)
    target = folder / relative.replace("plugin_name", words["plugin_name"])
    text = source.read_text(encoding="utf-8")
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def _add_line(path: Path, name: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("PLUGINS = ["))
    ours = [
        number for number, line in enumerate(lines) if number > start and line.startswith('    "plugins.')
    ]
    lines.insert(ours[-1] + 1 if ours else start + 1, f'    "plugins.{name}",\n')
    path.write_text("".join(lines), encoding="utf-8")


def _lay_out(folder: Path) -> None:
    """Break lines where the length of the name asks for it."""
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        subprocess.run([str(ruff), "format", "--quiet", str(folder)], check=True)  # noqa: S603
