"""One city in the operators' hands: switches, contract, state and counts, with rights and entries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import directory, in_city
from tenants.models import City, Contract, PluginSwitch, State

pytestmark = pytest.mark.django_db
PAGE = "/cities/999997/"
SWITCH = f"{PAGE}plugins/card_reservation/"


def actions() -> list[str]:
    """List what stands in the operators' own audit list about the home city."""
    entries = AuditEntry.objects.filter(object_ids__contains=["999997"]).order_by("id")
    return list(entries.values_list("action", flat=True))


def is_on() -> bool:
    return bool(PluginSwitch.objects.get(city__code="999997", plugin="card_reservation").is_on)


def test_a_city_shows_what_was_agreed_and_nobody_who_lives_there(operator_as: Callable[..., Client]) -> None:
    page = operator_as("operator_viewer").get(PAGE).content.decode()
    for text in ("みどり市", "架空県", "midori.localhost", "staff.midori.localhost", "14日前に予告", "不明"):
        assert text in page
    assert "無効にする" not in page
    assert "契約を変更" not in page
    assert operator_as().get("/cities/000000/").status_code == 404


def test_a_switch_says_what_it_does_and_is_written_down(operator_as: Callable[..., Client]) -> None:
    browser = operator_as("operator")
    asked = browser.get(f"{SWITCH}off/")
    assert "データは消えません" in asked.content.decode()
    assert is_on()
    assert browser.post(f"{SWITCH}off/").status_code == 302
    assert not is_on()
    assert browser.post(f"{SWITCH}off/").status_code == 302
    assert browser.post(f"{SWITCH}on/").status_code == 302
    assert is_on()
    assert actions() == ["tenants.plugin_switched_off", "tenants.plugin_switched_on"]
    assert "機能を有効にした" in browser.get(PAGE).content.decode()
    assert browser.get(f"{SWITCH}perhaps/").status_code == 404
    assert browser.get(f"{PAGE}plugins/nothing/on/").status_code == 404


def test_what_the_contract_does_not_name_stays_off(operator_as: Callable[..., Client]) -> None:
    browser = operator_as("operator_admin")
    browser.post(f"{SWITCH}off/")
    Contract.objects.filter(city__code="999997").update(rules={"plugins": ["card_management"]})
    assert "契約には、この機能が含まれていません。先に" in browser.get(f"{SWITCH}on/").content.decode()
    refused = browser.post(f"{SWITCH}on/", follow=True)
    assert "契約には、この機能が含まれていません" in refused.content.decode()
    assert not is_on()


@pytest.mark.parametrize(
    ("role", "address", "allowed"),
    [
        ("operator_viewer", f"{SWITCH}off/", False),
        ("operator_viewer", f"{PAGE}counts/", False),
        ("operator_viewer", "/requests/", False),
        ("operator_viewer", "/migrations/", True),
        ("operator", f"{PAGE}contract/", False),
        ("operator", f"{PAGE}state/closing/", False),
        ("operator", "/staff/", False),
        ("operator", "/requests/", True),
        ("operator_admin", f"{PAGE}contract/", True),
        ("operator_admin", "/staff/", True),
    ],
)
def test_a_role_opens_what_it_is_for(
    operator_as: Callable[..., Client], role: str, address: str, allowed: bool
) -> None:
    answer = operator_as(role).get(address)
    assert answer.status_code == (200 if allowed else 403)
    if not allowed:
        assert operator_as(role).post(address).status_code == 403


def contract(**changes: Any) -> dict[str, Any]:
    """Fill the contract's form."""
    form = {"starts_on": "2026-04-01", "ends_on": "2030-03-31", "plugins": ["card_reservation"]}
    return {**form, "notice_days": "30", "consent_required": "on", "retention_years": "", **changes}


def test_a_contract_changes_in_all_its_parts_with_an_entry_each(operator_as: Callable[..., Client]) -> None:
    browser = operator_as()
    browser.post(f"{PAGE}plugins/card_management/off/")
    assert browser.post(f"{PAGE}contract/", contract()).status_code == 302
    found = Contract.objects.get(city__code="999997")
    assert found.ends_on.isoformat() == "2030-03-31"
    assert found.rules["plugins"] == ["card_reservation"]
    assert found.rules["contract"]["notice_days"] == 30
    assert found.rules["contract"]["consent_required"] is True
    assert found.rules["contract"]["ends_on"] == "2030-03-31"
    assert found.rules["booking"] is not None
    written = [
        "tenants.plugin_switched_off",
        "tenants.term_changed",
        "tenants.plugins_agreed",
        "tenants.contract_changed",
    ]
    assert actions() == written
    assert browser.post(f"{PAGE}contract/", contract()).status_code == 302
    assert actions() == written


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"ends_on": "2026-03-31"}, "ends_on", "終了日は開始日より後"),
        ({"ends_on": "soon"}, "ends_on", ""),
        ({"starts_on": "0001-01-01"}, "starts_on", "年を確かめて"),
        ({"notice_days": "-1"}, "notice_days", ""),
        ({"notice_days": "x" * 400}, "notice_days", ""),
        ({"plugins": ["no_such_plugin"]}, "plugins", ""),
        ({"plugins": ["card_reservation"]}, "plugins", "有効になっている機能は、契約から外せません"),
        ({"retention_years": "0"}, "retention_years", ""),
    ],
)
def test_a_wrong_contract_is_explained_beside_the_field(
    operator_as: Callable[..., Client], changes: dict[str, Any], field: str, message: str
) -> None:
    both = {"plugins": ["card_management", "card_reservation"]}
    answer = operator_as().post(f"{PAGE}contract/", contract(**{**both, **changes}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert message in page
    assert actions() == []


def test_a_state_follows_the_table_of_moves(operator_as: Callable[..., Client]) -> None:
    browser = operator_as()
    assert "住民のページ" in browser.get(f"{PAGE}state/suspended/").content.decode()
    assert browser.post(f"{PAGE}state/suspended/").status_code == 302
    assert City.objects.get(code="999997").state == State.SUSPENDED
    browser.post(f"{PAGE}state/closed/")
    assert City.objects.get(code="999997").state == State.SUSPENDED
    assert actions() == ["tenants.state_changed"]


@pytest.mark.django_db(transaction=True)
def test_counts_are_numbers_written_down_in_the_city_and_at_the_operators(home: CityLike) -> None:
    from urllib.parse import urlsplit

    from madoguchi.accounts.tests.factories import StaffFactory, sign_in

    world = directory().operators()
    with in_city(home):
        StaffFactory.create_batch(3)
    with in_city(world):
        chief = StaffFactory.create(roles=["operator"], name="運用 数子")
        browser = sign_in(Client(headers={"host": urlsplit(world.staff_url).netloc}), chief)
    page = browser.post(f"{PAGE}counts/").content.decode()
    assert '<dt>職員</dt><dd class="v mono">3</dd>' in page
    assert '<dt>予約</dt><dd class="v mono">0</dd>' in page
    assert browser.get(f"{PAGE}counts/").status_code == 302
    with in_city(home):
        entry = AuditEntry.objects.get(action="tenants.rows_counted")
        assert (entry.actor_kind, entry.actor_name) == ("operator", "運用 数子")
    with in_city(world):
        assert AuditEntry.objects.filter(action="tenants.rows_counted").count() == 1
