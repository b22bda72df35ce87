"""The counter's pages of a hand-over: what they show, what they record, what they refuse."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Role
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.hooks.contracts.bookings import PickupBooking
from madoguchi.hooks.contracts.pickups import BORN_ON
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city
from plugins.card_management.models import Card
from plugins.card_management.models.handover import HandoverCheck
from plugins.card_management.services import handover_records
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.handover import matched

pytestmark = pytest.mark.django_db

FORM = {
    "label": "ABC123456",
    "is_walk_in": "on",
    "receiver": "holder",
    "papers": ["licence"],
    "proofs": ["notice"],
    "born": "S63.2.29",
    "is_looked": "on",
}
CHIP = ("/cards/handover/chip/", "/cards/handover/chip/setup/")


def client_of(city: City, role: str) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


@pytest.fixture
def card() -> UUID:
    return add_card()


def page_of(card: UUID) -> str:
    return f"/cards/handover/{card}/"


def compare(client: Client, card: UUID, **changes: Any) -> str:
    values = {name: value for name, value in (FORM | changes).items() if value not in ("", [])}
    return client.post(page_of(card), values, follow=True).content.decode()


def test_the_form_tells_how_many_papers_a_proxy_and_the_holder_behind_show(clerk: Client, card: UUID) -> None:
    page = clerk.get(page_of(card)).content.decode()
    assert "代理人が受け取るとき：顔写真付き1点を含む2点か、どれか3点。" in page
    assert page.count("顔写真付き1点を含む2点") == 3
    one = compare(clerk, card, receiver="appointed", proxy_name="代理 一郎", proxy_papers=["licence"])
    assert "本人の本人確認書類が足りません" in one
    assert "代理人の本人確認書類が足りません" in one
    two = {"papers": ["licence", "pension"], "proxy_papers": ["licence", "pension"]}
    proofs = {"receiver": "appointed", "proxy_name": "代理 一郎", "proofs": ["notice", "power", "hardship"]}
    assert "本人確認書類が足りません" not in compare(clerk, card, **two, **proofs)


def test_a_scanned_label_leads_to_its_card_without_a_number_in_the_address(clerk: Client, card: UUID) -> None:
    answer = clerk.post("/cards/handover/", {"label": "Aabc123456A", "booking": "４８２７－３９１６"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(page_of(card))
    assert "123456" not in answer["Location"].replace(str(card), "")
    page = clerk.get(answer["Location"]).content.decode()
    assert "見本 花子" in page
    assert 'value="４８２７－３９１６"' in page
    (read,) = AuditEntry.objects.filter(action="personal_data.read")
    assert read.details == {"purpose": "card_management.hand_over_page"}


def test_an_unknown_label_is_told(clerk: Client) -> None:
    answer = clerk.post("/cards/handover/", {"label": "ZZZ999999"})
    assert answer.status_code == 422
    assert "このラベルのカードは見つかりません" in answer.content.decode()


def test_two_people_under_one_number_stand_apart(clerk: Client, card: UUID) -> None:
    other = add_card(born_on="1957-04-01", name="見本 太郎")
    page = clerk.post("/cards/handover/", {"label": "ABC123456"}).content.decode()
    assert all(words in page for words in ("見本 花子", "見本 太郎", "昭和32年4月1日"))
    assert all(page_of(each) in page for each in (card, other))


def test_what_agrees_is_green_and_then_the_card_goes(clerk: Client, card: UUID) -> None:
    page = compare(clerk, card)
    assert "一致しました" in page
    assert "match--yes" in page
    answer = clerk.post(f"{page_of(card)}done/", follow=True).content.decode()
    assert "「交付済み」にしました" in answer
    assert Card.objects.get().state == "handed_over"


def test_what_differs_is_red_and_the_card_stays(clerk: Client, card: UUID) -> None:
    page = compare(clerk, card, born="S63.2.28")
    assert "match--no" in page
    assert "生年月日が違います" in page
    assert f"{page_of(card)}done/" not in page
    answer = clerk.post(f"{page_of(card)}done/", follow=True).content.decode()
    assert "今日の照合" in answer
    assert Card.objects.get().state == "stored"
    assert AuditEntry.objects.get(action="card_management.match_failed").details == {
        "differences": ["born_on"]
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": "ABC999999"}, "別のカード"),
        ({"papers": []}, "本人の本人確認書類が足りません"),
        ({"is_looked": ""}, "見比べていません"),
        ({"born": "", "chip_name": "見本 太郎", "chip_born_on": "1988-02-29"}, "氏名が違います"),
        ({"receiver": "appointed", "proxy_name": "代理 一郎"}, "委任状がありません"),
    ],
)
def test_each_leg_says_what_is_wrong_with_it(
    clerk: Client, card: UUID, changes: dict[str, Any], words: str
) -> None:
    page = compare(clerk, card, **changes)
    assert "一致しません" in page
    assert words in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label": ""}, "カードのラベルを読み取るか"),
        ({"born": ""}, "本人確認書類の生年月日を入力してください"),
        ({"born": "昨日"}, "生年月日を確かめてください"),
        ({"receiver": "legal"}, "代理人の氏名を入力してください"),
        ({"papers": ["library_card"]}, "エラー"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_written(
    clerk: Client, card: UUID, changes: dict[str, Any], words: str
) -> None:
    page = compare(clerk, card, **changes)
    assert words in page
    assert not HandoverCheck.objects.exists()


def test_the_chips_four_items_stand_for_the_comparison_by_eye(clerk: Client, card: UUID) -> None:
    chip = {
        "chip_name": "見本　花子",
        "chip_address": "福岡県久留米市テスト町一丁目１番地",
        "chip_born_on": "1988-02-29",
        "chip_sex": "female",
    }
    page = compare(clerk, card, born="", is_looked="", **chip)
    assert "一致しました" in page
    assert "ICチップ" in page


def booked(card: UUID, *, number: str, days: int = 0) -> PickupBooking:
    starts_at = clock.now() + timedelta(days=days)
    return PickupBooking(
        pickup=card,
        booking_id=uuid4(),
        number=number,
        place_id=uuid4(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        party_size=1,
        status="active",
        visit="",
        channel="web",
    )


def test_the_booking_must_be_one_of_this_card(
    clerk: Client, card: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = booked(card, number="4827-3916")
    monkeypatch.setattr(handover_records, "bookings", lambda *, card_id: (mine,))
    wrong = compare(clerk, card, booking="1111-1111", is_walk_in="")
    assert "予約番号が、このカードの予約と違います" in wrong
    missing = compare(clerk, card, is_walk_in="")
    assert "予約番号を入力するか" in missing
    # As an input method that is on writes it.
    wide = compare(clerk, card, booking="４８２７－３９１６", is_walk_in="")
    assert "一致しません" not in wide
    right = compare(clerk, card, booking="48273916", is_walk_in="")
    assert "一致しました" in right
    check = HandoverCheck.objects.order_by("-made_at").first()
    assert check is not None
    assert check.booking == mine.booking_id


def test_another_day_is_told_and_stops_nobody(
    clerk: Client, card: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        handover_records, "bookings", lambda *, card_id: (booked(card, number="4827-3916", days=3),)
    )
    page = compare(clerk, card, booking="4827-3916", is_walk_in="")
    assert "一致しました" in page
    assert "予約の日は今日ではありません" in page


def test_a_warning_is_red_and_only_a_supervisor_looks_past_it(home: City, clerk: Client, card: UUID) -> None:
    Card.objects.update(flags=["moved_out"])
    matched(card)
    page = clerk.get(page_of(card)).content.decode()
    assert "転出" in page
    assert "住民登録に異動があります" in page
    assert f"{page_of(card)}done/" not in page
    assert clerk.post(f"{page_of(card)}override/", {"reason": "確かめた"}).status_code == 403
    admin = client_of(home, "city_admin")
    assert admin.post(f"{page_of(card)}override/", {"reason": ""}).status_code == 422
    after = admin.post(f"{page_of(card)}override/", {"reason": "転出届の取消しを確かめた"}, follow=True)
    assert "転出届の取消しを確かめた" in after.content.decode()
    assert f"{page_of(card)}done/" in after.content.decode()
    clerk.post(f"{page_of(card)}done/")
    assert Card.objects.get().state == "handed_over"


def test_a_role_without_birth_dates_compares_nobody(home: City, card: UUID) -> None:
    role = Role.objects.get(key="counter_clerk")
    role.masks = {BORN_ON: 0}
    role.save(update_fields=["masks"])
    clerk = client_of(home, "counter_clerk")
    page = clerk.get(page_of(card)).content.decode()
    assert "照合できません" in page
    assert 'name="born"' not in page
    clerk.post(page_of(card), FORM)
    assert not HandoverCheck.objects.exists()


def test_those_without_the_right_are_refused(home: City, card: UUID) -> None:
    for role in ("auditor", "call_centre", "site_editor"):
        client = client_of(home, role)
        for address in (
            "/cards/handover/",
            page_of(card),
            "/cards/handover/chip/",
            "/cards/handover/chip/setup/",
        ):
            assert client.get(address).status_code == 403
        assert client.post(f"{page_of(card)}done/").status_code == 403
        assert client.post("/cards/handover/chip/token/", {"challenge": "x" * 43}).status_code == 403


def test_a_card_on_its_way_cannot_go(clerk: Client, card: UUID) -> None:
    Card.objects.update(state="in_transit")
    page = clerk.get(page_of(card)).content.decode()
    assert "いまの状態では交付できません" in page
    assert 'name="born"' not in page


def test_one_citys_card_is_unknown_in_another(stranger: City, card: UUID) -> None:
    with in_city(stranger):
        other = client_of(stranger, "counter_clerk")
    assert other.get(page_of(card)).status_code == 404
