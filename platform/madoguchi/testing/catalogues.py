"""The translations of every room: find the texts, keep the .po files in step, compile them.

Run ``bin/messages`` after changing a text. Needs Babel, which developers have.
"""

import ast
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
LOCALES = {"en": "en", "ja_Easy": "ja"}
"""Folder of the translation, and the language whose plural rules it follows."""

FIRST_DAY = datetime(2026, 11, 21, tzinfo=UTC)
"""One date for all headers: a file changes only when a text changes."""

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
IN_TEMPLATE = re.compile(rf"(?:gettext|\b_)\(\s*({LITERAL})")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠々]")
FOR_STAFF = re.compile(
    r"/(staff|accounts|exchange|jobs|ledger|preferences|card_management)[/_.]|operators"
    r"|/notifications/(?!carriers\.|templates/notifications/(phone_settings|trouble)\.|(phone_settings|trouble)\.)"
    r"|/tenants/(?!outages/widgets\.)"
    r"|/(brand|gallery|places|terminals|documents)/|/web/brands\.|/card_reservation/widgets(\.|/(?!door))"
    r"|/cms/(blocks|models|plugin|documents|versions|declarations|readings|wording)\.|/cms/editor/"
    r"|/web/(templates/web/)?(tables/|shortcuts\.)|/views/(board_table|marking|desk|papers|slots)\."
    r"|/services/(visits|papers|capacities|following)\."
    r"|/(service_level|privacy|approvals)/|/web/api/|/privacy\.|session_dialog|/intake/(bombs|uploads)\."
    r"|/card_reservation/(plugin\.|formats/|services/(importing|audience)|queries/personal_data)"
    r"|/announcements/(forms|views|models|preferences|services)\."
    r"|/announcements/(list|page|where)\.html|/declarations[./](?!(cautions|doors|bringing)\.)"
    r"|/card_reservation/(views|forms|services|queries)/(capacity_advice|counters|drafted|drafts|line|linking"
    r"|list_table|listed|loading|notices|offered|offering|outlook|overlay|patterns|placing|queue|schedule"
    r"|schedule_fields|scheduling|search|stops|trials|trying|waiting_records|year)\."
)

Texts = dict[str, set[str]]
"""Each text and the files that use it."""


def rooms() -> list[Path]:
    """List the folders that keep translations of their own."""
    plugins = sorted(path.parent for path in (ROOT / "plugins").glob("*/apps.py"))
    return [ROOT / "platform" / "madoguchi", *plugins, ROOT / "cms", ROOT / "tenants"]


def texts_of(room: Path) -> Texts:
    """Collect the Japanese texts that a room shows to people."""
    found: Texts = defaultdict(set)
    for path in sources(room):
        for text in _in_python(path) if path.suffix == ".py" else _in_template(path):
            if JAPANESE.search(text):
                found[text].add(str(path.relative_to(ROOT)))
    return found


def for_residents(texts: Texts) -> set[str]:
    """Choose the texts that residents may read."""
    return {text for text, files in texts.items() if not all(FOR_STAFF.search(f"/{file}") for file in files)}


def translations(room: Path, locale: str) -> dict[str, str]:
    """Read the translations that a room has."""
    path = po_file(room, locale)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale=LOCALES[locale])
    return {str(message.id): str(message.string) for message in catalog if message.id}


def po_file(room: Path, locale: str) -> Path:
    """Name the file in which a room keeps its translations."""
    return room / "locale" / locale / "LC_MESSAGES" / "django.po"


def compiled(po: Path, locale: str) -> bytes:
    """Compile a file of translations."""
    with po.open("rb") as file:
        catalog = read_po(file, locale=LOCALES[locale])
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def refresh(room: Path, locale: str, *, known: dict[str, str] | None = None) -> list[str]:
    """Bring a room's file in step with its texts, compile it and list what lacks a translation."""
    texts = texts_of(room)
    wanted = texts if locale == "en" else {text: texts[text] for text in for_residents(texts)}
    if not wanted:
        return []
    known = translations(room, locale) if known is None else known
    catalog = _catalog(locale)
    for text in sorted(wanted, key=lambda text: (sorted(wanted[text]), text)):
        catalog.add(text, known.get(text, ""), locations=[(file, 0) for file in sorted(wanted[text])])
    path = po_file(room, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(path, locale))
    return sorted(text for text in wanted if not known.get(text))


def _catalog(locale: str) -> Catalog:
    return Catalog(
        locale=LOCALES[locale],
        project="Madoguchi",
        version="1",
        header_comment="# Translations from the Japanese of the source. Written by bin/messages.",
        creation_date=FIRST_DAY,
        revision_date=FIRST_DAY,
        last_translator="The Madoguchi team",
        language_team="The Madoguchi team",
        msgid_bugs_address="the issue tracker",
        fuzzy=False,
    )


def sources(room: Path) -> Iterator[Path]:
    """List the files of a room that may hold texts."""
    for path in sorted(room.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and not {"tests", "migrations", "testing"} & set(
            path.parts
        ):
            yield path


def _in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _in_template(path: Path) -> Iterator[str]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for literal in IN_TEMPLATE.findall(source):
        yield ast.literal_eval(literal)


def _all_missing() -> Iterable[str]:
    for room in rooms():
        for locale in LOCALES:
            for text in refresh(room, locale):
                yield f"{room.relative_to(ROOT)} {locale}: {text!r}"


def main() -> int:
    """Bring all rooms in step and tell what lacks a translation."""
    missing = list(_all_missing())
    sys.stdout.writelines(f"{line}\n" for line in missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
