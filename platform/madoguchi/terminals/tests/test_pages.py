"""A terminal is checked part by part, and what was seen is kept as evidence."""

import re

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.terminals import services
from madoguchi.terminals.models import TerminalCheck
from madoguchi.terminals.services import CheckView

pytestmark = pytest.mark.django_db
STAFF = "staff.midori.localhost"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Edg/140.0"
PAPER = {"ruler": "yes", "frame": "yes", "text": "yes", "note": "複合機A"}


class OverTls(Client):
    """A browser that comes through a proxy with TLS."""

    def generic(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        kwargs["secure"] = True
        return super().generic(*args, **kwargs)  # type: ignore[arg-type]


@pytest.fixture
def clerk(db: None) -> Client:
    """A counter clerk's browser at the terminal."""
    browser = OverTls(headers={"host": STAFF, "user-agent": EDGE, "via": "1.1 proxy.lgwan.example"})
    return sign_in(browser, StaffFactory.create(name="窓口 一郎", roles=["counter_clerk"]))


def begin(clerk: Client, terminal: str = "LGWAN-012") -> CheckView:
    """Begin a check."""
    assert clerk.post("/terminals/begin/", {"terminal": terminal}).status_code == 303
    return services.check(TerminalCheck.objects.get(terminal=terminal, closed_at=None).id)


def answer_all(clerk: Client, check: CheckView, **paper: str) -> None:
    """Answer every part as a sound terminal would."""
    now_ms = int(clock.now().timestamp() * 1000)
    sent: dict[str, dict[str, object]] = {
        "screen": {"letters": "yes", "javascript": "yes", "window": "1366×700", "clock_ms": now_ms},
        "network": {"round_trip_ms": 18, "download_ms": 240},
        "printer": {**PAPER, **paper},
        "barcode": {"scanned": check.bars, "enter": "yes"},
        "qr": {"scanned": check.square, "enter": "yes"},
    }
    for part, typed in sent.items():
        assert clerk.post(f"/terminals/{check.id}/{part}/", typed).status_code == 303, part


@pytest.mark.req("KUR-12")
def test_browser_network_printer_and_readers_are_checked_and_kept(clerk: Client) -> None:
    check = begin(clerk)
    for part in ("screen", "network", "printer", "barcode", "qr"):
        assert clerk.get(f"/terminals/{check.id}/{part}/").status_code == 200
    sheet = clerk.get(f"/terminals/{check.id}/printer/sheet/")
    assert sheet["Content-Disposition"].startswith("inline")
    assert sheet.content.startswith(b"%PDF")
    answer_all(clerk, check)
    clerk.post(f"/terminals/{check.id}/close/")
    kept = TerminalCheck.objects.get()
    assert (kept.outcome, kept.staff_name) == ("sound", "窓口 一郎")
    shown = clerk.get(f"/terminals/{check.id}/").content.decode()
    for words in (EDGE, "1366×700", "18ミリ秒", "240ミリ秒", "proxy.lgwan.example", "複合機A", check.square):
        assert words in shown.replace("&amp;", "&"), words
    assert "必要ありません" in shown
    assert clerk.get(f"/terminals/{check.id}/paper/pdf/").content.startswith(b"%PDF")
    assert AuditEntry.objects.get(action="terminals.checked").details == {"terminal": "LGWAN-012"}
    # The bad case: a printer that shrinks the page and a reader with the input method on are found and kept.
    faulty = begin(clerk, "LGWAN-013")
    answer_all(clerk, faulty, ruler="no")
    wide = {"scanned": "Ａ" + faulty.digits + "Ａ", "enter": "yes"}
    said = clerk.post(f"/terminals/{faulty.id}/barcode/", wide)
    assert said.status_code == 200
    assert "日本語入力をオフ" in said.content.decode()
    clerk.post(f"/terminals/{faulty.id}/close/")
    assert TerminalCheck.objects.get(pk=faulty.id).outcome == "faulty"
    found = clerk.get("/terminals/?outcome=faulty").content.decode()
    assert "LGWAN-013" in found
    assert "LGWAN-012" not in found


def test_evidence_is_not_rewritten(clerk: Client) -> None:
    check = begin(clerk)
    answer_all(clerk, check)
    clerk.post(f"/terminals/{check.id}/close/")
    assert clerk.post(f"/terminals/{check.id}/printer/", PAPER | {"ruler": "no"}).status_code == 409
    assert clerk.post(f"/terminals/{check.id}/close/").status_code == 409
    assert TerminalCheck.objects.get().parts["printer"]["facts"]["ruler"] == "はい"


def test_without_javascript_what_can_be_checked_is(clerk: Client) -> None:
    check = begin(clerk)
    assert clerk.post(f"/terminals/{check.id}/screen/", {"letters": "yes"}).status_code == 303
    assert clerk.post(f"/terminals/{check.id}/network/", {}).status_code == 303
    assert clerk.post(f"/terminals/{check.id}/printer/", PAPER).status_code == 303
    for kind in ("barcode", "qr"):
        assert clerk.post(f"/terminals/{check.id}/{kind}/", {"unused": "yes"}).status_code == 303
    clerk.post(f"/terminals/{check.id}/close/")
    assert TerminalCheck.objects.get().outcome == "sound"
    shown = clerk.get(f"/terminals/{check.id}/").content.decode()
    assert "測れない" in shown


@pytest.mark.parametrize(
    ("part", "sent"),
    [
        ("screen", {"letters": "no"}),
        ("screen", {"letters": "yes", "clock_ms": 0}),
        ("network", {"round_trip_ms": 5000}),
        ("network", {"download_ms": 60_000}),
        ("printer", PAPER | {"frame": "no"}),
    ],
)
def test_what_is_wrong_is_kept_as_wrong(clerk: Client, part: str, sent: dict[str, object]) -> None:
    check = begin(clerk)
    clerk.post(f"/terminals/{check.id}/{part}/", sent)
    assert TerminalCheck.objects.get().parts[part]["outcome"] == "bad"


def test_a_line_without_encryption_is_wrong(db: None) -> None:
    plain = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(roles=["counter_clerk"]))
    check = begin(plain)
    plain.post(f"/terminals/{check.id}/network/", {"round_trip_ms": 5, "download_ms": 5})
    assert TerminalCheck.objects.get().parts["network"]["outcome"] == "bad"


def test_questions_must_be_answered(clerk: Client) -> None:
    check = begin(clerk)
    for part in ("screen", "printer"):
        answer = clerk.post(f"/terminals/{check.id}/{part}/", {})
        assert answer.status_code == 422
        assert "<title>エラー：" in answer.content.decode()
    assert clerk.post("/terminals/begin/", {"terminal": ""}).status_code == 422


def test_a_check_that_is_not_here_is_nowhere(clerk: Client) -> None:
    nowhere = "11111111-1111-4111-8111-111111111111"
    for page in ("", "screen/", "network/", "printer/", "printer/sheet/", "qr/", "paper/", "paper/pdf/"):
        assert clerk.get(f"/terminals/{nowhere}/{page}").status_code == 404, page


def test_the_way_is_measured_with_a_megabyte_that_nobody_keeps(clerk: Client) -> None:
    assert clerk.get("/terminals/ping/").status_code == 204
    sample = clerk.get("/terminals/sample/")
    assert len(sample.content) == 1_000_000
    assert sample["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in sample


def test_the_list_is_filtered_and_printed(clerk: Client) -> None:
    begin(clerk, "A-1")
    begin(clerk, "B-2")
    page = clerk.get("/terminals/?terminal=a-").content.decode()
    assert "A-1" in page
    assert "B-2" not in page
    assert re.search(
        r'src="/terminals/list/pdf/\?terminal=a-"', clerk.get("/terminals/list/?terminal=a-").content.decode()
    )
    assert clerk.get("/terminals/list/pdf/?terminal=a-").content.startswith(b"%PDF")


def test_only_who_may_check_terminals_may(db: None) -> None:
    auditor = sign_in(Client(headers={"host": STAFF}), StaffFactory.create(roles=["auditor"]))
    assert auditor.get("/terminals/").status_code == 403
    assert Client(headers={"host": STAFF}).get("/terminals/sample/").status_code == 302
