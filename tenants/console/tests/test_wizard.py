"""The wizard asks for a city step by step, explains what is wrong and sends only what is whole."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City as CityLike
from tenants.models import ProvisioningRequest

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, dict[str, Any]] = {
    "city": {
        "code": "９９９９７１",
        "slug": "Hikari",
        "name": "ひかり市",
        "name_kana": "ヒカリシ",
        "name_en": "Hikari City",
        "prefecture": "架空県",
    },
    "brand": {
        "hue": "cyan",
        "mark": "sun",
        "contact": "市民課",
        "phone": "000-0000-0003",
        "hours": "9時〜17時",
    },
    "plugins": {
        "active": ["card_reservation"],
        "place": "ひかり市役所",
        "address": "架空県ひかり市1",
        "opens": "09:00",
        "closes": "16:30",
        "capacity": "4",
    },
    "contract": {"starts_on": "2026-12-01", "ends_on": "2031-03-31", "notice_days": "14"},
    "staff": {"staff_code": "a1", "name": "初代 管理", "section": ""},
}


def begin(browser: Client, code: str = "") -> str:
    """Begin a wish and name its address."""
    answer = browser.post("/requests/new/", {"code": code})
    assert answer.status_code == 302
    return str(answer["Location"]).removesuffix("city/")


def test_every_step_leads_to_the_next_and_the_whole_can_be_sent(
    operator_as: Callable[..., Client], operators: CityLike
) -> None:
    browser = operator_as("operator")
    address = begin(browser)
    assert "まだ入力していない項目" in browser.get(address).content.decode()
    assert browser.post(f"{address}send/").status_code == 302
    assert ProvisioningRequest.objects.get().state == "draft"
    for step, answers in ANSWERS.items():
        assert browser.get(f"{address}{step}/").status_code == 200
        answer = browser.post(f"{address}{step}/", answers)
        assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == address
    check = browser.get(address).content.decode()
    term = "令和8年12月1日〜令和13年3月31日"
    for text in ("ひかり市", "999971", "hikari", "交付予約", "A1 初代 管理", term):
        assert text in check
    assert browser.post(f"{address}brand/", ANSWERS["brand"])["Location"] == address
    browser.post(f"{address}send/")
    row = ProvisioningRequest.objects.get()
    assert row.state == "waiting"
    assert row.profile["city"]["state"] == "test"
    waiting = browser.get(address).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert "hx-get" in waiting
    assert browser.post(f"{address}city/", ANSWERS["city"]).status_code == 409
    assert browser.get("/requests/").status_code == 200


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("city", "code", "999972"),
        ("city", "code", "999997"),
        ("city", "code", "4020"),
        ("city", "slug", "midori"),
        ("city", "slug", "ひかり"),
        ("city", "slug", "a_b"),
        ("city", "slug", "operators"),
        ("city", "name", ""),
        ("brand", "hue", "invisible"),
        ("brand", "phone", "call me"),
        ("plugins", "active", ["nothing"]),
        ("plugins", "closes", "08:00"),
        ("plugins", "capacity", "0"),
        ("plugins", "address", ""),
        ("contract", "ends_on", "2026-11-30"),
        ("staff", "name", ""),
        ("staff", "staff_code", "x" * 21),
    ],
)
def test_a_wrong_answer_is_explained_beside_its_field(
    operator_as: Callable[..., Client], step: str, field: str, value: Any
) -> None:
    browser = operator_as("operator")
    address = begin(browser)
    answer = browser.post(f"{address}{step}/", {**ANSWERS[step], field: value})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "エラー：" in page


def test_a_municipality_of_japan_is_found_and_filled_in(operator_as: Callable[..., Client]) -> None:
    browser = operator_as("operator")
    found = browser.get("/requests/new/", {"words": "くるめ"}).content.decode()
    assert "402036" in found
    address = begin(browser, code="402036")
    form = browser.get(f"{address}city/").content.decode()
    assert 'value="久留米市"' in form
    assert 'value="クルメシ"' in form
    assert 'value="kurume"' in form
    assert "見つかりませんでした" in browser.get("/requests/new/", {"words": "どこでもない"}).content.decode()


def test_a_wish_given_up_is_gone_from_the_list_with_its_names(
    operator_as: Callable[..., Client], operators: CityLike
) -> None:
    browser = operator_as("operator")
    address = begin(browser)
    browser.post(f"{address}staff/", ANSWERS["staff"])
    assert browser.post(f"{address}drop/").status_code == 302
    assert address not in browser.get("/requests/").content.decode()
    assert "初代" not in str(ProvisioningRequest.objects.get().profile)
    assert browser.post(f"{address}send/").status_code == 302
    assert ProvisioningRequest.objects.get().state == "dropped"
    assert browser.post(f"{address}code/").status_code == 409


def test_less_than_everything_waits_for_the_approval_of_another_operator(
    operator_as: Callable[..., Client], operators: CityLike
) -> None:
    browser, second = operator_as("operator"), operator_as("operator_admin")
    address = begin(browser)
    for step, answers in ANSWERS.items():
        more = {"personal_data": "none"} if step == "plugins" else {}
        browser.post(f"{address}{step}/", {**answers, **more})
    assert "氏名もメールアドレスも扱わない" in browser.get(address).content.decode()
    browser.post(f"{address}send/")
    assert ProvisioningRequest.objects.get().state == "approving"
    own = browser.get(address).content.decode()
    assert "別の運用者の承認を待っています" in own
    assert "内容を確かめて承認する" not in own
    browser.post(f"{address}approve/")
    assert ProvisioningRequest.objects.get().state == "approving"
    assert "内容を確かめて承認する" in second.get(address).content.decode()
    second.post(f"{address}approve/", {"back": "1"})
    assert ProvisioningRequest.objects.get().state == "draft"
    browser.post(f"{address}send/")
    second.post(f"{address}approve/", {"approve": "1"})
    row = ProvisioningRequest.objects.get()
    assert row.state == "waiting"
    assert row.sent_by != row.approved_by != ""
    assert AuditEntry.objects.filter(action="tenants.request_approved").count() == 1
    assert second.post(f"{address}approve/", {"approve": "1"}).status_code == 302
