"""Nothing comes in past the guard, and nothing goes out that a spreadsheet would run."""

import ast

from django.conf import settings

from tests.architecture.sources import product

WRITERS = {"csv.writer", "csv.DictWriter"}


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
