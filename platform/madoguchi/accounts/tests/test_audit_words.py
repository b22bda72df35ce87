"""The audit list speaks Japanese: names of actions, purposes, permissions and details."""

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.phrases import rows_of
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.values import JSON
from madoguchi.testing.factories import StaffFactory, sign_in

pytestmark = pytest.mark.django_db


def details_of(action: str, **details: JSON) -> str:
    entry = AuditEntry(action=action, actor_name="窓口 花子", object_ids=[], details=details, at=clock.now())
    return rows_of((entry,))[0].details


def test_words_of_an_action_are_those_its_plugin_declared() -> None:
    assert details_of("card_reservation.book", channel="phone") == "受付：電話"
    assert details_of("card_management.hand_over", **{"from": "stored"}) == "変更前：保管中"
    assert details_of("notifications.came_back", verdict="bounced") == "結果：宛先に届きません"
    assert details_of("notifications.mailing_written", audience="x").startswith("送る相手：")
    assert details_of("accounts.rights_changed", old_roles=["auditor"]) == "変更前の役割：監査担当"


def test_a_detail_is_named_in_the_words_of_its_own_action() -> None:
    assert details_of("card_reservation.book", number="4827-3916") == "予約番号：4827-3916"
    assert details_of("card_management.parcel_packed", number=3) == "荷物の番号：3"
    signed = details_of("card_management.stocktake_signed", missing=1, misplaced=0, extra=0, strange=2)
    assert "見つからない：1" in signed
    assert "読めない・知らないコード：2" in signed
    assert details_of("audit.alert_raised", kind="two_places") == "種類：同じ人が2か所からサインインした"
    assert details_of("exchange.refused", reason="personal_columns") == "理由：個人情報の列"
    assert details_of("web.upload_refused", threat="Eicar") == "見つかったもの：Eicar"
    assert details_of("tenants.key_resealed", rows=9, left=0) == "暗号化し直した行：9、古い鍵のままの行：0"
    assert (
        details_of("audit.viewed", filters=["function", "kind", "address"]) == "絞り込み：機能・立場・接続元"
    )


def test_an_auditor_finds_a_person_by_the_staff_code(staff_client: Client) -> None:
    clerk = StaffFactory.create(counter_clerk=True, staff_code="K20001", name="窓口 花子")
    sign_in(staff_client, clerk)
    staff_client.get("/cards/")
    sign_in(staff_client, StaffFactory.create(auditor=True, name="監査 太郎"))
    for typed in ("K20001", "ｋ２０００１"):
        page = staff_client.get("/audit/", {"user": typed}).content.decode()
        assert "目的：カードの一覧" in page
        assert "監査 太郎</td>" not in page
    assert "目的：カードの一覧" not in staff_client.get("/audit/", {"user": "K20002"}).content.decode()


def test_a_change_says_what_was_before_what_is() -> None:
    changed = details_of(
        "tenants.contract_changed",
        to={"retention_years": 7, "notice_days": None},
        **{"from": {"retention_years": 5, "notice_days": 14}},
    )
    assert changed == (
        "変更前：データの保存年数 5・計画停止の予告（日前） 14、"
        "変更後：データの保存年数 7・計画停止の予告（日前） —"
    )


def test_a_moment_stands_in_japanese_time() -> None:
    cancelled = details_of("card_reservation.cancel", starts_at="2026-11-26T00:00:00+00:00")
    assert cancelled == "日時：R8.11.26 9:00"


def test_a_word_nobody_declared_stands_as_it_is() -> None:
    assert details_of("card_management.hand_over", channel="phone") == "受付：phone"


def test_what_is_empty_is_left_out() -> None:
    assert details_of("audit.viewed", page=1, filters=[]) == "ページ：1"


def test_a_reading_names_its_purpose_and_a_refusal_the_permission(staff_client: Client) -> None:
    clerk = StaffFactory.create(counter_clerk=True)
    sign_in(staff_client, clerk)
    staff_client.get("/cards/")
    staff_client.get("/audit/")
    entries = AuditEntry.objects.filter(actor_id=str(clerk.id)).order_by("id")
    read, refused = rows_of(tuple(entries))[-2:]
    assert read.details == "目的：カードの一覧"
    assert refused.is_denied
    assert refused.objects == "操作履歴を見る"


def test_an_auditor_finds_the_day_s_entries_at_home(staff_client: Client) -> None:
    auditor = StaffFactory.create(auditor=True)
    audit.record_read(
        actor=SYSTEM,
        object_type="card",
        object_ids=["1"],
        purpose="card_management.card_list",
        now=clock.now(),
    )
    page = sign_in(staff_client, auditor).get("/").content.decode()
    assert "今日の操作履歴" in page
    assert 'href="/audit/"' in page
