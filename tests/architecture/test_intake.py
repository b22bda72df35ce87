"""Nothing comes in past the guard, and nothing goes out that a spreadsheet would run."""

import ast
import re

from django.conf import settings

from madoguchi.ledger.vault.rotation import sealed_columns
from tests.architecture.sources import product

WRITERS = {"csv.writer", "csv.DictWriter"}
PLACE = re.compile(r"[a-z_]+\.(sealed\w*|email)")
# Sealed with the operators' key in the public schema, and renewed beside theirs; the purpose of an index.
BESIDE = {"provisioningrequest.sealed_code", "residents.email"}


def test_every_upload_and_every_request_passes_the_guard() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["madoguchi.web.intake.uploads.GuardingUploadHandler"]
    assert settings.MIDDLEWARE[-1] == "madoguchi.web.intake.gate.IntakeMiddleware"
    naming = [
        source.name
        for source in product()
        if "upload_handlers" in source.text and not source.name.startswith("platform/madoguchi/web/intake/")
    ]
    assert naming == []


def test_whoever_writes_csv_keeps_a_spreadsheet_from_running_it() -> None:
    unguarded = [
        source.name
        for source in product()
        if any(ast.unparse(call.func) in WRITERS for call in source.calls())
        and not any(ast.unparse(call.func) in {"guarded", "files.guarded"} for call in source.calls())
    ]
    assert unguarded == []


def test_every_place_that_code_seals_for_is_a_column_that_a_newer_key_reaches() -> None:
    named = {
        node.value
        for source in product()
        if not source.is_test
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACE.fullmatch(node.value)
    }
    assert named - {column.place for column in sealed_columns()} <= BESIDE
    assert len(named) >= 10
