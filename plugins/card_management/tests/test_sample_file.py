"""The sample file from upload to cards, and the ways in which a file can be wrong."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.models import ImportJob, ImportPiece
from madoguchi.exchange.services import applying
from madoguchi.hooks.contracts.eyes import EVERYTHING
from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management import queries
from plugins.card_management.models import Card
from plugins.card_management.services.issuance_notices import NoticeWriter
from plugins.card_management.tests.handover import matched

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "kurume" / "issuance_notices.csv"
CONTENT = SAMPLE.read_bytes()
BROKEN_LINES = [124, 457, 802]


@pytest.fixture
def clerk(home: City) -> Client:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=["counter_clerk"]))


def upload(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("notices.csv", content, content_type="text/csv")
    return client.post("/imports/", {"format": "issuance_notices", "file": file}, follow=True)


def apply(job: ImportJob) -> ImportJob:
    ImportJob.objects.filter(id=job.id).update(state=ImportJob.State.APPLYING)
    return applying.apply(import_id=job.id, actor=SYSTEM, tell=lambda done, total: None, now=clock.now())


def lines(content: bytes) -> list[bytes]:
    return content.split(b"\r\n")


def test_the_check_counts_the_good_rows_and_names_the_broken_ones(clerk: Client) -> None:
    page = upload(clerk, CONTENT)
    job = ImportJob.objects.get()
    assert (job.rows, job.new, job.broken, job.encoding) == (1000, 997, 3, "cp932")
    assert [problem["line"] for problem in job.problems if problem["kind"] == "broken"] == BROKEN_LINES
    assert job.namesakes == 24
    assert "新規997件・変更0件を取り込む" in page.content.decode()
    assert not Card.objects.exists()


def test_applying_saves_the_good_rows_sealed_and_audited(clerk: Client) -> None:
    upload(clerk, CONTENT)
    applied = apply(ImportJob.objects.get())
    assert (applied.new, applied.changed, applied.broken, Card.objects.count()) == (997, 0, 3, 997)
    assert AuditEntry.objects.get(action="exchange.applied").details["new"] == 997
    assert not ImportPiece.objects.exists()
    assert all(
        "見本".encode() not in bytes(sealed) for sealed in Card.objects.values_list("sealed", flat=True)
    )


def test_hard_characters_and_leap_days_survive(clerk: Client) -> None:
    upload(clerk, CONTENT)
    apply(ImportJob.objects.get())
    found = queries.cards(
        wanted=queries.CardSearch(kana="カンザキ"), order=(), first=0, count=50, eyes=EVERYTHING
    )
    names = "".join(card.name for card in found)
    assert "神﨑" in names
    assert isinstance(queries.find_pickup(reference="smp-200021", birthday=MonthDay(2, 29)), Found)


def test_the_same_file_again_is_recognised_and_brings_nothing(clerk: Client) -> None:
    upload(clerk, CONTENT)
    apply(ImportJob.objects.get())
    page = upload(clerk, CONTENT)
    again = ImportJob.objects.order_by("-uploaded_at").first()
    assert again is not None
    assert (again.new, again.changed, again.same) == (0, 0, 997)
    assert "すでに取り込み済みです" in page.content.decode()
    assert apply(again).new == 0
    assert Card.objects.count() == 997


def test_the_same_content_in_another_encoding_brings_nothing_either(clerk: Client) -> None:
    upload(clerk, CONTENT)
    apply(ImportJob.objects.get())
    page = upload(clerk, CONTENT.decode("cp932").encode("utf-8-sig"))
    assert "取り込む行がありません" in page.content.decode()


def test_a_changed_address_is_a_change_and_keeps_the_card(clerk: Client) -> None:
    upload(clerk, CONTENT)
    apply(ImportJob.objects.get())
    before = set(Card.objects.values_list("id", flat=True))
    upload(clerk, CONTENT.replace("4丁目24番地".encode("cp932"), "4丁目25番地".encode("cp932")))
    job = ImportJob.objects.get(state=ImportJob.State.CHECKED)
    assert (job.new, job.changed) == (0, 3)
    apply(job)
    assert set(Card.objects.values_list("id", flat=True)) == before
    found = queries.find_pickup(reference="SMP200001", birthday=MonthDay(3, 3))
    assert isinstance(found, Found)
    assert "4丁目25番地" in queries.find(card_id=found.pickup, eyes=EVERYTHING).address


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CONTENT.decode("cp932").replace("髙", "高").encode("utf-16"), "UTF-16"),
        (CONTENT[:-200] + b"\xff\xff" + CONTENT[-200:], "CP932として読めない文字"),
        (
            CONTENT.decode("cp932").encode()[:5000] + b"\x83" + CONTENT.decode("cp932").encode()[5000:],
            "UTF-8と",
        ),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(100), "Excelのファイル"),
        (b"PK\x03\x04" + bytes(100), "圧縮"),
        (b"\xff" * 10, "読めない文字"),
        (b"a,b,c\r\n1,2,3\r\n", "足りない列：交付通知書番号"),
        (CONTENT.replace("氏名カナ".encode("cp932"), "フリガナ".encode("cp932"), 1), "知らない列：フリガナ"),
        (b"   \r\n", "ファイルが空です"),
        (CONTENT.replace(b"SMP200002", b"123456789018"), "個人番号"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do_and_nothing_is_kept(
    clerk: Client, content: bytes, told: str
) -> None:
    page = upload(clerk, content)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not ImportJob.objects.exists()
    assert not ImportPiece.objects.exists()
    assert AuditEntry.objects.filter(action="exchange.refused").count() == 1


def test_half_a_file_cut_inside_a_character_is_refused(clerk: Client) -> None:
    whole = lines(CONTENT)
    half = b"\r\n".join(whole[:500]) + b"\r\nSMP200500," + "髙".encode("cp932")[:1]
    page = upload(clerk, half)
    assert "途中で切れています（501行目" in page.content.decode()


def test_half_a_line_at_the_end_is_listed_and_the_rest_can_be_taken(clerk: Client) -> None:
    upload(clerk, b"\r\n".join(lines(CONTENT)[:50]) + b"\r\nSMP200050,abc")
    job = ImportJob.objects.get()
    assert (job.new, job.broken) == (49, 1)
    assert job.problems[0]["line"] == 51
    assert "途中で切れていないか" in job.problems[0]["message"]


def test_a_repeated_line_is_listed_and_taken_once(clerk: Client) -> None:
    whole = lines(CONTENT)
    upload(clerk, b"\r\n".join([*whole[:10], whole[3], b""]))
    job = ImportJob.objects.get()
    assert (job.new, job.broken, job.problems[0]["line"]) == (9, 1, 11)
    apply(job)
    assert Card.objects.count() == 9


def test_gaiji_are_listed_and_taken(clerk: Client) -> None:
    whole = lines(CONTENT)
    whole[2] = whole[2].replace("渡邉".encode("cp932"), "渡".encode("cp932") + b"\xf0\x40")
    upload(clerk, b"\r\n".join(whole[:5]))
    job = ImportJob.objects.get()
    assert (job.new, job.broken, job.doubtful) == (4, 0, 1)
    assert (job.problems[0]["line"], "U+E000" in job.problems[0]["message"]) == (3, True)


def test_two_people_with_one_number_and_birthday_coexist_and_need_the_phone(clerk: Client) -> None:
    heading, first = lines(CONTENT)[:2]
    upload(clerk, b"\r\n".join([heading, first, first.replace(b"1943-03-03", b"1953-03-03"), b""]))
    apply(ImportJob.objects.get())
    assert queries.find_pickup(reference="SMP200001", birthday=MonthDay(3, 3)) == Ambiguous()


def test_nothing_is_saved_when_writing_fails_in_the_middle(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    upload(clerk, CONTENT)
    monkeypatch.setattr("madoguchi.exchange.services.reading.CHUNK_ROWS", 300)
    original, calls = NoticeWriter.write, []

    def fail_in_the_third_chunk(self: NoticeWriter, rows: Any) -> Any:
        calls.append(len(rows))
        if len(calls) == 3:
            raise OSError("the disk is full")
        return original(self, rows)

    monkeypatch.setattr(NoticeWriter, "write", fail_in_the_third_chunk)
    with pytest.raises(OSError), transaction.atomic():
        apply(ImportJob.objects.get())
    assert len(calls) == 3
    assert not Card.objects.exists()
    assert ImportJob.objects.get().state == ImportJob.State.CHECKED


def test_undo_removes_what_the_import_made_and_nobody_touched(clerk: Client) -> None:
    upload(clerk, CONTENT)
    job = apply(ImportJob.objects.get())
    card = Card.objects.first()
    assert card is not None
    matched(card.id)
    clerk.post(f"/cards/{card.id}/move/", {"action": "hand_over"})
    page = clerk.post(f"/imports/{job.id}/undo/", follow=True)
    assert "996件を取り消しました" in page.content.decode()
    assert list(Card.objects.values_list("id", flat=True)) == [card.id]


def test_undo_is_refused_after_a_day(clerk: Client) -> None:
    upload(clerk, CONTENT)
    job = apply(ImportJob.objects.get())
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        sign_in(clerk, StaffFactory.create(roles=["counter_clerk"]))
        page = clerk.post(f"/imports/{job.id}/undo/", follow=True)
    assert "24時間" in page.content.decode()
    assert Card.objects.count() == 997


def test_looking_at_the_preview_is_recorded(clerk: Client) -> None:
    upload(clerk, CONTENT)
    read = AuditEntry.objects.get(action="personal_data.read")
    assert read.object_ids == [str(ImportJob.objects.get().id)]


def test_staff_without_the_right_are_refused(home: City) -> None:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    sign_in(client, StaffFactory.create(roles=["auditor"]))
    assert upload(client, CONTENT).status_code == 403
    assert client.get("/imports/").status_code == 403
    assert not ImportJob.objects.exists()


HEADING, FIRST = lines(CONTENT)[:2]


@pytest.mark.parametrize(
    "content",
    [
        HEADING + b"\r" + FIRST + b"\r",
        b"x" * 200_000 + b"\r\n" + FIRST,
        b'"' + HEADING.replace(b",", b'" ,', 1) + b"\r\n" + FIRST,
        HEADING.replace(b",", b',"')[:-1] + b"\r\n" + FIRST,
    ],
    ids=["bare CR", "one huge cell", "space after a quote", "open quotes"],
)
def test_a_heading_that_is_no_csv_is_explained(clerk: Client, content: bytes) -> None:
    assert upload(clerk, content).status_code == 422
    assert not ImportPiece.objects.exists()


def test_a_huge_cell_is_a_broken_row_and_the_page_still_shows_the_others(clerk: Client) -> None:
    huge = FIRST.replace(b",", b"," + b"x" * 140_000, 1)
    page = upload(clerk, b"\r\n".join((HEADING, huge, FIRST, b"")))
    assert page.status_code == 200
    job = ImportJob.objects.get()
    assert (job.new, job.broken) == (1, 1)
