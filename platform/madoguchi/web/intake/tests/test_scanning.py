"""Every scanner keeps the same promises: clean, infected, or unknown and then the file stays outside."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.accounts.models import Role
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city
from madoguchi.web.intake import scanning
from madoguchi.web.intake.adapters.simulator import EICAR
from madoguchi.web.intake.checks import check_scanners
from madoguchi.web.intake.tests.clamav import clamd_program, running_clamd

KILOBYTE = 1024
INFECTED = {"plain": EICAR, "in a paper": b"%PDF-1.7\n" + b" " * 300 * KILOBYTE + EICAR + b"\n%%EOF"}
CLEAN = {"nothing": b"", "words": b"hello", "large": bytes(range(256)) * 40 * KILOBYTE}
needs_clamd = pytest.mark.skipif(clamd_program() is None, reason="clamd is not installed")


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One daemon for all tests of this file."""
    with running_clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


@pytest.fixture(
    params=["simulator", pytest.param("clamd", marks=needs_clamd), pytest.param("socket", marks=needs_clamd)]
)
def address(request: pytest.FixtureRequest, settings: Any) -> str:
    """The address of each scanner in turn, configured."""
    found = "simulator://here" if request.param == "simulator" else request.getfixturevalue("clamd")
    if request.param == "socket":
        folder = next(Path(p) for p in [request.getfixturevalue("clamd_folder")])
        found = f"clamd://{folder / 'clamd.sock'}"
    _configure(settings, found)
    return str(found)


@pytest.fixture
def clamd_folder(clamd: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the daemon has its socket."""
    return max(tmp_path_factory.getbasetemp().glob("clamd*"))


def _configure(settings: Any, *addresses: str) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "VIRUS_SCANNERS": addresses}


@pytest.mark.parametrize("name", INFECTED)
def test_the_test_file_is_found(address: str, name: str) -> None:
    verdict = scanning.scan(content=INFECTED[name])
    assert (verdict.state, "eicar" in verdict.threat.lower()) == ("infected", True)


@pytest.mark.parametrize("name", CLEAN)
def test_honest_files_are_clean(address: str, name: str) -> None:
    assert scanning.scan(content=CLEAN[name]).state == "clean"


def _answering(answer: bytes) -> str:
    """Run a server that answers anything to anybody, once."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, server.accept()[0] as line:
            line.recv(KILOBYTE)
            line.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return f"clamd://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: Broken ERROR\0", b"OK FOUND OK"]
)
def test_a_scanner_that_says_anything_else_leaves_the_file_outside(settings: Any, answer: bytes) -> None:
    _configure(settings, _answering(answer))
    assert scanning.scan(content=b"hello").state == "unknown"


def test_a_scanner_that_is_not_there_leaves_the_file_outside(settings: Any) -> None:
    _configure(settings, "clamd://127.0.0.1:1")
    assert scanning.scan(content=b"hello").state == "unknown"


@pytest.mark.parametrize("address", ["127.0.0.1:3310", "nobody.Knows://host:3310", "clamav"])
def test_an_address_that_names_no_scanner_is_told_before_the_first_file(settings: Any, address: str) -> None:
    _configure(settings, "clamd://127.0.0.1:3310")
    assert check_scanners() == []
    _configure(settings, address)
    assert [each.id for each in check_scanners()] == ["madoguchi.E008"]


def test_of_several_scanners_the_worst_answer_counts(settings: Any) -> None:
    _configure(settings, "simulator://one", "simulator://broken")
    assert scanning.scan(content=b"hello").state == "unknown"
    assert scanning.scan(content=EICAR).state == "infected"
    _configure(settings, "simulator://one", "madoguchi.web.intake.adapters.simulator.Simulator://two")
    assert scanning.scan(content=b"hello").state == "clean"


@pytest.fixture
def browser(settings: Any) -> Client:
    urlconfs = dict.fromkeys(settings.MADOGUCHI["URLCONFS"], "madoguchi.web.intake.tests.views")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}
    return Client(headers={"host": "midori.localhost"}, raise_request_exception=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("scanner", "content", "code"),
    [
        ("simulator://here", EICAR, "infected"),
        ("simulator://broken", b"hello", "unchecked"),
        ("clamd://127.0.0.1:1", b"hello", "unchecked"),
        ("simulator://here", b"hello", ""),
    ],
)
def test_no_upload_goes_past_the_scanner(
    browser: Client, home: City, settings: Any, scanner: str, content: bytes, code: str
) -> None:
    _configure(settings, scanner)
    for field in ("paper", "picture"):
        errors = browser.post("/form/", {field: SimpleUploadedFile("a.png", content)}).json().get(field, [])
        codes = [error["code"] for error in errors]
        assert codes == [code] if code else codes in ([], ["invalid_image"])
    read = browser.post("/files/", {"paper": SimpleUploadedFile("a.bin", content)})
    with in_city(home):
        refused = AuditEntry.objects.filter(details__attempted="web.upload_refused")
        assert [entry.details["reason"] for entry in refused] == [code] * 3 * bool(code)
        assert Role.objects.filter(key="read").exists() is not bool(code)
    assert read.status_code == (422 if code else 200)
