"""The registers: what our operators write, a city reads, and a plugin waits for."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.exchange import formats
from madoguchi.hooks import rights
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import SubProcessor
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.relay import Relay
from madoguchi.privacy import classes
from madoguchi.tenancy import City, directory, in_city
from madoguchi.testing.factories import StaffFactory, sign_in
from madoguchi.testing.sources import ROOT
from tenants import switching
from tenants.models import RegisterEntry
from tenants.registers import first_entries, queries, rules, services

OPERATOR = Actor(kind="operator", id="300001", name="運用 花子")
VULNERABILITY = {
    "title": "CVE-2026-0001 Django",
    "source": "JVN",
    "text": "該当する版",
    "severity": "critical",
    "state": "open",
    "decision": "",
    "found_on": "2026-11-20",
    "due_on": "",
}


def _browser(host: str, role: str) -> Client:
    browser = Client(headers={"host": host})
    sign_in(browser, StaffFactory.create(roles=[role]))
    return browser


@pytest.mark.parametrize(("severity", "days"), [("critical", 2), ("high", 7), ("medium", 30), ("low", 90)])
def test_a_weakness_is_due_by_its_severity(severity: str, days: int) -> None:
    found_on = first_entries.READ_ON
    due_on = rules.due_on(kind="vulnerability", severity=severity, found_on=found_on)
    assert due_on == found_on + timedelta(days=days)
    assert rules.is_late(state="open", due_on=due_on, today=found_on + timedelta(days=days + 1))
    assert not rules.is_late(state="open", due_on=due_on, today=found_on + timedelta(days=days))
    assert not rules.is_late(state="done", due_on=due_on, today=found_on + timedelta(days=days + 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-83", "DAI-15")
def test_news_are_read_daily_decided_upon_in_time_and_seen_by_cities(
    home: City, stranger: City, operators_browser: Client
) -> None:
    page = operators_browser.get("/registers/").content.decode()
    assert "確かめた記録がありません" in page
    refused = operators_browser.post("/registers/check/", {"sources": "JVN と IPA", "found": "-1"})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.content.decode()
    assert "JVN と IPA" in refused.content.decode()
    assert "確かめた記録がありません" in refused.content.decode()
    operators_browser.post("/registers/check/", {"sources": "JVN、IPA", "found": "1"})
    assert "確かめた記録がありません" not in operators_browser.get("/registers/").content.decode()
    assert operators_browser.post("/registers/new/vulnerability/", VULNERABILITY).status_code == 302
    entry = _entry("CVE-2026-0001 Django")
    assert str(entry.due_on) == "2026-11-22"
    # A weakness is not waved through without a reason.
    silent = operators_browser.post(f"/registers/{entry.pk}/", {**VULNERABILITY, "state": "accepted"})
    assert silent.status_code == 422
    done = {**VULNERABILITY, "state": "done", "decision": "5.2.20 に更新", "due_on": "2026-11-22"}
    assert operators_browser.post(f"/registers/{entry.pk}/", done).status_code == 302
    assert _entry("CVE-2026-0001 Django").settled_on == clock.today()
    for city in (home, stranger):
        with in_city(city):
            seen = _browser(f"staff.{_slug(city)}.localhost", "auditor")
        text = seen.get("/security-registers/").content.decode()
        assert "CVE-2026-0001 Django" in text
        assert "5.2.20 に更新" in text
        assert "JVN、IPA" in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("DAI-29")
def test_a_plugin_waits_for_the_citys_consent_to_a_company_it_needs(
    home: City, stranger: City, operators_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def switch(*, is_on: bool) -> bool:
        change = switching.switch_on if is_on else switching.switch_off
        with in_city(directory().operators()):
            return change(city=home, plugin="card_reservation", actor=OPERATOR, now=clock.now())

    switch(is_on=False)
    need = SubProcessor(name="line", label="LINE", purpose="通知")
    declared = {**plugins._declared, "sub_processors": (("card_reservation", need),)}
    monkeypatch.setattr(plugins, "_declared", declared)
    with pytest.raises(switching.ConsentMissing, match="LINE"):
        switch(is_on=True)
    form = {
        "city": home.code,
        "key": "line",
        "title": "LINEヤフー株式会社",
        "source": "東京都",
        "state": "accepted",
        "decision": "承諾書による",
        "found_on": "2026-11-20",
    }
    operators_browser.post("/registers/new/sub_processor/", form)
    with pytest.raises(switching.ConsentMissing):
        switch(is_on=True)
    entry = _entry("LINEヤフー株式会社")
    half = operators_browser.post(f"/registers/{entry.pk}/", {**form, "document": "承諾書第12号"})
    assert half.status_code == 422
    consent = {**form, "document": "承諾書第12号", "consented_on": "2026-11-20"}
    assert operators_browser.post(f"/registers/{entry.pk}/", consent).status_code == 302
    assert switch(is_on=True)
    Relay().deliver_all()
    with in_city(home):
        text = _browser("staff.midori.localhost", "city_admin").get("/security-registers/").content.decode()
        assert AuditEntry.objects.filter(action="tenants.register_changed").exists()
    assert "承諾書第12号" in text
    with in_city(stranger):
        other = _browser("staff.kasumi.localhost", "city_admin")
    assert "承諾書第12号" not in other.get("/security-registers/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-84", "DAI-14")
def test_an_assessment_its_findings_and_their_retest_are_followed_to_the_end(
    home: City, operators_browser: Client
) -> None:
    assessment = {
        "title": "脆弱性診断 2026",
        "source": "診断株式会社・予約サイト",
        "state": "done",
        "found_on": "2026-11-01",
    }
    assert operators_browser.post("/registers/new/assessment/", assessment).status_code == 302
    finding = {**VULNERABILITY, "title": "指摘1", "source": "脆弱性診断 2026", "severity": "high"}
    assert operators_browser.post("/registers/new/finding/", finding).status_code == 302
    assert _late() == 1
    entry = _entry("指摘1")
    mended = {**finding, "state": "fixed", "decision": "直した", "due_on": "2026-11-27"}
    operators_browser.post(f"/registers/{entry.pk}/", mended)
    assert "確認待ち" in operators_browser.get("/registers/?kind=finding").content.decode()
    assert _late() == 1
    operators_browser.post(f"/registers/{entry.pk}/", {**mended, "state": "done", "decision": "再診断で確認"})
    assert _late() == 0
    with in_city(home):
        text = _browser("staff.midori.localhost", "city_admin").get("/security-registers/").content.decode()
    assert "再診断で確認" in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("NAN-47", "DES-12")
def test_guidelines_have_editions_and_a_new_one_is_a_task_with_a_due_day(
    home: City, operators_browser: Client
) -> None:
    with in_city(home):
        browser = _browser("staff.midori.localhost", "city_admin")
    text = browser.get("/security-registers/").content.decode()
    assert "安全なウェブサイトの作り方" in text
    # What the specifications leave to sheets that are not there is assumed, and said so.
    for _key, title, _source, value in first_entries.ASSUMPTIONS:
        assert title in text
        assert value in text
    new = {
        "title": "安全なウェブサイトの作り方",
        "source": "IPA・改訂第8版",
        "state": "open",
        "found_on": "2026-11-20",
    }
    assert operators_browser.post("/registers/new/guideline/", new).status_code == 302
    with in_city(directory().operators()):
        assert str(RegisterEntry.objects.get(source="IPA・改訂第8版").due_on) == "2027-01-19"
    assumed = browser.get("/security-registers/requirements/?state=assumption").content.decode()
    assert "DES-12" in assumed
    assert "FUJ-31" in assumed


@pytest.mark.django_db(transaction=True)
def test_a_city_reads_and_writes_nothing(home: City) -> None:
    with in_city(home):
        browser = _browser("staff.midori.localhost", "city_admin")
        clerk = _browser("staff.midori.localhost", "counter_clerk")
    assert browser.post("/registers/new/vulnerability/", VULNERABILITY).status_code == 404
    assert clerk.get("/security-registers/").status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("FUJ-31")
def test_a_requirement_leads_to_its_test_and_what_is_not_known_is_asked(home: City) -> None:
    with in_city(home):
        browser = _browser("staff.midori.localhost", "city_admin")
    proven = browser.get("/security-registers/requirements/?state=proven").content.decode()
    assert "plugins/card_reservation/tests/" in proven
    assert "FUJ-31" not in proven
    assert "自治体に確認" in browser.get("/security-registers/requirements/").content.decode()


def _late() -> int:
    with in_city(directory().operators()):
        return queries.reminder(today=clock.today() + timedelta(days=60)).late


def _entry(title: str) -> RegisterEntry:
    with in_city(directory().operators()):
        return RegisterEntry.objects.get(title=title)


def _slug(city: Any) -> str:
    return str(city.slug)


@pytest.fixture
def operators_browser() -> Client:
    """The browser of one of our operators."""
    world = directory().operators()
    with in_city(world):
        return _browser(urlsplit(world.staff_url).netloc, "operator")


def test_the_services_say_what_they_keep() -> None:
    assert set(VULNERABILITY) <= {*services.COLUMNS}


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("KUR-87", "FUJ-55")
def test_the_flow_of_personal_data_is_drawn_from_what_a_city_uses(home: City) -> None:
    with in_city(home):
        browser = _browser("staff.midori.localhost", "city_admin")
        held = classes.all_kept()
    page = html.unescape(browser.get("/security-registers/flows/").content.decode())
    declared = {str(column.label) for _owner, column in rights.declared_columns()}
    assert declared
    for label in declared:
        assert label in page
    for kept in held:
        assert str(kept.declared.label) in page
        assert kept.months_in_words in page
        for table in kept.declared.tables:
            assert table in page
    with in_city(home):
        assert all(f"ファイルの取り込み：{each.label}" in page for each in formats.active_formats())
    # What is switched off holds no flow, and is named as such.
    cards = str(plugins.labels()["card_management"])
    assert f"<h2>{cards}</h2>" in page
    with in_city(directory().operators()):
        switching.switch_off(city=home, plugin="card_management", actor=OPERATOR, now=clock.now())
    without = browser.get("/security-registers/flows/").content.decode()
    assert f"<h2>{cards}</h2>" not in without
    assert cards in without
    assert "card_management_" not in without
    # The matrix of controls names where each is met, and each proof that it names is there.
    matrix = (ROOT / "docs/reference/security/controls.md").read_text(encoding="utf-8")
    proofs = set(re.findall(r"`([a-z_/0-9]+\.py)`", matrix))
    assert len(proofs) >= 20
    assert [path for path in sorted(proofs) if not (ROOT / path).is_file()] == []
