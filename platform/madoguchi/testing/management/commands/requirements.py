"""Print which requirement rows are proven by tests and which are open, per module."""

from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi.testing import requirements
from madoguchi.testing.requirements import FOLDERS as FOLDERS


class Command(BaseCommand):
    help = "Print the proven and the open requirement rows of each module."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--module", help="only this module, with the text of every row")

    def handle(self, *args: Any, module: str | None = None, **options: Any) -> None:
        root: Path = settings.ROOT
        rows = requirements.rows(root / "docs" / "reference" / "requirements.md")
        try:
            claims = tuple(requirements.claims(root, FOLDERS))
        except requirements.WrongMark as wrong:
            raise CommandError(str(wrong)) from wrong
        unknown = {claim.row for claim in claims} - {row.key for row in rows}
        if unknown:
            raise CommandError(f"no such rows: {', '.join(sorted(unknown))}")
        proven = requirements.proven(claims)
        if module:
            self._print_rows([row for row in rows if row.module == module], proven)
        else:
            self._print_modules(rows, set(proven))

    def _print_modules(self, rows: tuple[requirements.Row, ...], proven: set[str]) -> None:
        by_module: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            by_module[row.module].append(row.key)
        self.stdout.write(f"{'module':<20} {'rows':>5} {'proven':>7} {'open':>5}   proven rows")
        for name, keys in by_module.items():
            done = [key for key in keys if key in proven]
            count = f"{name:<20} {len(keys):>5} {len(done):>7} {len(keys) - len(done):>5}"
            self.stdout.write(f"{count}   {' '.join(done)}".rstrip())
        total = f"{'all':<20} {len(rows):>5} {len(proven):>7} {len(rows) - len(proven):>5}"
        self.stdout.write(total)

    def _print_rows(self, rows: list[requirements.Row], proven: Any) -> None:
        if not rows:
            raise CommandError("no row belongs to this module")
        for row in rows:
            tests = proven.get(row.key, ())
            self.stdout.write(f"{'proven' if tests else 'open':<7} {row.key}  {row.text}")
            for claim in tests:
                self.stdout.write(f"        {claim.test}")
