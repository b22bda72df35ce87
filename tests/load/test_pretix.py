"""The benchmark beside pretix says plainly when there is none, and asks it in whole requests."""

import sys
from pathlib import Path

import pytest

from tests.load import pretix
from tests.load.pretix_site import VARIABLE, Peer
from tests.load.stage import Service

pytestmark = [pytest.mark.nightly]


@pytest.mark.parametrize("python", ["", "/nowhere/python", sys.executable])
def test_without_pretix_it_is_skipped_with_a_sentence(
    python: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, python)
    monkeypatch.setattr(sys, "argv", ["pretix"])
    assert pretix.main() == 77
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("pretix is not installed")
    assert VARIABLE in said[-1]


def test_an_order_names_the_item_of_its_hour_and_its_own_length() -> None:
    service = Service("python", "application", {}, Path(), 8000, Path("log"), "127.0.0.1:8000", "/")
    request = pretix.order_of(Peer(service, "", "secret", (71, 72, 73)), 2)
    head, _, body = request.partition(b"\r\n\r\n")
    assert b'"item": 72' in body
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Authorization: Token secret" in head
