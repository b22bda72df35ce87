"""A city in trial takes in invented people only."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.exchange.models import ImportJob
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "kurume" / "issuance_notices.csv"
LINES = SAMPLE.read_bytes().split(b"\r\n")[:6]
REAL = "TST000009,久留米 花子,クルメ ハナコ,1988-02-29,8308520,福岡県久留米市城南町15番地3,A-1,2026/11/02"


def _send(clerk: Client, *lines: bytes) -> Any:
    file = SimpleUploadedFile("notices.csv", b"\r\n".join((*lines, b"")))
    return clerk.post("/imports/", {"format": "issuance_notices", "file": file})


@pytest.mark.req("DAI-09")
def test_a_list_of_real_people_is_refused_in_a_trial_and_nothing_of_it_is_kept(
    home_as: Callable[[str], City], counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    home_as("test")
    clerk = signed_in(counter_clerk)
    refused = _send(clerk, *LINES, REAL.encode("cp932"))
    assert refused.status_code == 422
    assert "7行目に、試験用とわかる語" in refused.content.decode()
    assert not ImportJob.objects.exists()
    entry = AuditEntry.objects.get(action="exchange.refused")
    assert entry.details["reason"] == "real_people"
    assert "久留米" not in str(entry.details)
    assert _send(clerk, *LINES).status_code == 302
    assert ImportJob.objects.count() == 1


def test_a_city_at_work_takes_real_people_in(
    home_as: Callable[[str], City], counter_clerk: Any, signed_in: Callable[[Any], Client]
) -> None:
    home_as("active")
    assert _send(signed_in(counter_clerk), *LINES, REAL.encode("cp932")).status_code == 302
