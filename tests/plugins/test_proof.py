"""An auditor takes the list of the city home and proves there that nobody changed it."""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from deploy.local.browsers import find_chromium
from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit import exporting
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.sealing import anchor_day, seal_entries
from madoguchi.tenancy import City, in_city

STAFF = "staff.midori.localhost"


def auditor() -> Client:
    return sign_in(Client(headers={"host": STAFF}), StaffFactory.create(auditor=True))


def write_and_seal(*, times: int) -> None:
    for number in range(times):
        for step in range(3):
            audit.record(
                actor=SYSTEM,
                action="rehearsal.changed",
                object_type="rehearsal.card",
                object_ids=[f"{number}-{step}"],
                details={"名": "値𠮷"},
                now=clock.now(),
            )
        seal_entries(now=clock.now())
    anchor_day(day=clock.today(), until=clock.now())


@pytest.mark.django_db
def test_the_page_shows_the_chain_and_what_to_keep_on_paper(home: City) -> None:
    browser = auditor()
    assert "まだ封印がありません" in browser.get("/audit/proof/").content.decode()
    write_and_seal(times=2)
    page = browser.get("/audit/proof/").content.decode()
    chain = exporting.standing(anchors=1)
    assert page.count(chain.digest) == 2, "as the newest seal and as today's anchor"


@pytest.mark.django_db
def test_whoever_may_not_read_the_list_gets_no_proof_either(home: City) -> None:
    clerk = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(counter_clerk=True))
    for path in ("/audit/proof/", "/audit/proof/file/", "/audit/proof/verifier/"):
        assert clerk.get(path).status_code == 403


@pytest.mark.django_db
def test_a_period_that_ends_before_it_begins_is_refused_beside_the_field(home: City) -> None:
    answer = auditor().get("/audit/proof/file/", {"since": "2026-12-02", "until": "2026-12-01"})
    assert answer.status_code == 422
    assert "終了日は開始日以後の日にしてください" in answer.content.decode()


def verify_offline(files: Sequence[tuple[Path, str]]) -> list[str]:
    """Give what the page says of each file and kept value, in a browser without a network."""
    chromium = os.environ.get("MADOGUCHI_CHROMIUM") or find_chromium()
    if not chromium:
        pytest.skip("no Chromium on this machine")
    # In a thread of its own: a browser's event loop and Django's database share no thread.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_verify_all, chromium, files).result()


def _verify_all(chromium: str, files: Sequence[tuple[Path, str]]) -> list[str]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        said = [_verify(page, file, kept) for file, kept in files]
        browser.close()
    return said


def _verify(page: Page, file: Path, kept: str) -> str:
    page.goto(exporting.VERIFIER.as_uri())
    page.locator("#file").set_input_files(file)
    page.locator("#kept").fill(kept)
    page.get_by_role("button", name="検証する").click()
    page.locator("#result[data-state=sound], #result[data-state=unsound]").wait_for()
    return page.locator("#result").inner_text()


@pytest.fixture
def exported(home: City, tmp_path: Path) -> Path:
    """The file of a city whose list has four seals."""
    with in_city(home):
        write_and_seal(times=4)
        answer: Any = auditor().get(
            "/audit/proof/file/", {"since": clock.today().isoformat(), "until": clock.today().isoformat()}
        )
        assert answer.status_code == 200
        file = tmp_path / "audit.jsonl"
        file.write_bytes(b"".join(answer.streaming_content))
    return file


def rewritten(file: Path, name: str, change: Callable[[list[dict[str, Any]]], object]) -> Path:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    change(lines)
    copy = file.with_name(f"{name}.jsonl")
    copy.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    return copy


def _place(lines: list[dict[str, Any]], kind: str, number: int) -> int:
    return [place for place, line in enumerate(lines) if kind in line][number]


def _change_entry(lines: list[dict[str, Any]]) -> None:
    line = lines[_place(lines, "entry", 4)]
    line["entry"] = line["entry"].replace("値", "嘘")


def _drop_seal(lines: list[dict[str, Any]]) -> None:
    first, second = _place(lines, "seal", 1), _place(lines, "seal", 2)
    del lines[first:second]


CHANGES: dict[str, tuple[Callable[[list[dict[str, Any]]], object], str]] = {
    "an entry changed": (_change_entry, "記録が書き換えられています"),
    "an entry left out": (lambda lines: lines.pop(_place(lines, "entry", 4)), "のはずが"),
    "two entries swapped": (
        lambda lines: lines.insert(_place(lines, "entry", 3), lines.pop(_place(lines, "entry", 4))),
        "記録が書き換えられています",
    ),
    "a seal left out": (_drop_seal, "前の封印とつながりません"),
    "another day's anchor": (
        lambda lines: lines[_place(lines, "anchor", 0)]["anchor"].update(digest="0" * 64),
        "の控えと合いません",
    ),
}


# Not among the tests in browsers: those leave an event loop behind, and this one asks the database.
@pytest.mark.django_db(transaction=True)
def test_the_city_verifies_its_file_without_us_and_without_a_network(
    exported: Path, home: City, tmp_path: Path
) -> None:
    with in_city(home):
        kept = exporting.standing(anchors=1).anchors[0].digest
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{not json")
    changed = [rewritten(exported, name, change) for name, (change, _fault) in CHANGES.items()]
    sound, foreign, unreadable, *found = verify_offline(
        [(exported, kept), (exported, "0" * 64), (broken, ""), *((file, "") for file in changed)]
    )
    assert "すべて合いました" in sound
    assert "と合います" in sound
    assert "手元の控えの照合値が、このファイルの封印のどれとも合いません" in foreign
    assert "このファイルは読み取れません" in unreadable
    for (name, (_change, fault)), said in zip(CHANGES.items(), found, strict=True):
        assert "合わないところがあります" in said, name
        assert fault in said, name
