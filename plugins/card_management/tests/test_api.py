"""The notices of the month, brought in by a program."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.web.api import scopes
from madoguchi.web.api.tests.machines import program, token_for

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/imports/"


def test_a_program_is_offered_what_it_needs_to_bring_notices_in() -> None:
    offered = {one.name for one in scopes.offered()}
    assert "exchange.import_files" in offered
    desk = program(token_for(*offered).text)
    names = [each["name"] for each in desk.get(f"{ADDRESS}formats/").json()["results"]]
    assert "issuance_notices" in names
    file = SimpleUploadedFile("notices.csv", "違う列,だけ\n1,2\n".encode())
    refused = desk.post(ADDRESS, {"format": "issuance_notices", "file": file})
    assert (refused.status_code, refused.json()["code"]) == (422, "file_refused")
    assert AuditEntry.objects.filter(action="exchange.refused", actor_kind="machine").exists()


def test_without_the_permission_of_a_layout_it_is_not_taken_in() -> None:
    desk = program(token_for("exchange.import_files").text)
    assert desk.get(f"{ADDRESS}formats/").json() == {"results": []}
    file = SimpleUploadedFile("notices.csv", b"a,b\n")
    assert desk.post(ADDRESS, {"format": "issuance_notices", "file": file}).status_code == 400
