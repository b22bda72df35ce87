"""How long a session lasts, who ends it, and what a shared desk forgets."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services, session_book
from madoguchi.accounts.models import Draft, Staff, StaffSession
from madoguchi.accounts.session_rules import SessionRules
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.preferences import services as preferences
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def browser_at(city: City, **facts: Any) -> Client:
    headers = {"host": urlsplit(city.staff_url).netloc, "user-agent": EDGE}
    return Client(headers=headers, REMOTE_ADDR="127.0.0.1", **facts)


def come_in(city: City, staff: Staff, **facts: Any) -> Client:
    browser = browser_at(city)
    answer = browser.post("/sign-in/", {"staff_code": staff.staff_code, "password": PASSWORD}, **facts)
    assert answer.status_code == 302
    return browser


def choose(**values: Any) -> None:
    preferences.change(plugin="madoguchi.accounts", values=values, actor=SYSTEM, now=clock.now())


def is_in(browser: Client, **facts: Any) -> bool:
    return bool(browser.get("/my-sessions/", **facts).status_code == 200)


@pytest.fixture
def clerk() -> Staff:
    return StaffFactory.create(counter_clerk=True)


@pytest.fixture
def admin() -> Staff:
    return StaffFactory.create(city_admin=True)


@pytest.mark.req("NAN-39")
def test_a_city_sets_how_long_a_session_lasts_within_bounds_and_is_warned(
    home: City, clerk: Staff, admin: Staff
) -> None:
    begun = clock.now()
    browser, chief = come_in(home, clerk), come_in(home, admin)
    page = chief.get("/settings/madoguchi.accounts/").content.decode()
    assert "60秒前に知らせます" in page
    rules = {"longest_hours": 8}
    for minutes in (0, 4, 121, 600):
        answer = chief.post("/settings/madoguchi.accounts/", {**rules, "idle_minutes": minutes})
        assert answer.status_code == 422
        assert "にしてください" in answer.content.decode()
    assert (
        chief.post("/settings/madoguchi.accounts/", {"idle_minutes": 30, "longest_hours": 10}).status_code
        == 422
    )
    assert chief.post("/settings/madoguchi.accounts/", {**rules, "idle_minutes": 10}).status_code == 302
    with clock.frozen_at(begun + timedelta(minutes=9)):
        assert 'data-idle="600"' in browser.get("/").content.decode()
    with clock.frozen_at(begun + timedelta(minutes=18)):
        left = browser.get("/session/", headers={"x-background": "1"}).json()
        assert (left["reason"], 55 <= left["left"] <= 60) == ("idle", True)
        assert is_in(browser)
    with clock.frozen_at(begun + timedelta(minutes=29)):
        assert "しばらく操作がなかったため" in browser.get("/", follow=True).content.decode()
    assert AuditEntry.objects.filter(action="preferences.changed").exists()


@pytest.mark.parametrize(
    "question",
    [
        {"path": "/session/"},
        {"path": "/my-sessions/", "headers": {"x-background": "1"}},
        {"path": "/my-sessions/", "headers": {"hx-request": "true"}},
        {"path": "/my-sessions/?auto=1"},
    ],
)
def test_an_open_page_that_asks_by_itself_keeps_no_session_alive(
    home: City, clerk: Staff, question: dict[str, Any]
) -> None:
    begun, browser = clock.now(), come_in(home, clerk)
    for minutes in (10, 20, 29):
        with clock.frozen_at(begun + timedelta(minutes=minutes)):
            assert (
                browser.get(
                    **{
                        **question,
                        "headers": {**question.get("headers", {}), "x-background": "1"}
                        if question["path"] == "/session/"
                        else question.get("headers", {}),
                    }
                ).status_code
                == 200
            )
    with clock.frozen_at(begun + timedelta(minutes=31)):
        assert not is_in(browser)


@pytest.mark.req("NAN-45")
def test_an_idle_session_ends_on_the_server_and_what_was_typed_waits(home: City, admin: Staff) -> None:
    begun, browser = clock.now(), come_in(home, admin)
    page = browser.get("/staff/new/").content.decode()
    token = re.search(r'name="_draft" value="([^"]+)"', page)
    assert token is not None
    with clock.frozen_at(begun + timedelta(minutes=29)):
        # A tab that polls.
        assert browser.get("/", headers={"x-background": "1"}).status_code == 200
    with clock.frozen_at(begun + timedelta(minutes=31)):
        assert browser.get("/session/", headers={"x-background": "1"}).json()["left"] == 0
        kept = browser.post(
            "/session/keep/", {"_draft": token[1], "name": "途中の 人", "_query": "a=1"}
        ).json()
        assert kept["next"].startswith("/staff/new/?a=1&draft=")
        values = {"staff_code": admin.staff_code, "password": PASSWORD, "next": kept["next"]}
        again = browser.post("/sign-in/", values, follow=True).content.decode()
        assert "途中の 人" in again
        assert "入力の続きから再開しました" in again


def test_a_page_keeps_words_of_its_own_forms_only(home: City, clerk: Staff) -> None:
    browser = come_in(home, clerk)
    assert browser.post("/session/keep/", {"_draft": "forged", "name": "x"}).json() == {"next": ""}
    assert not Draft.objects.exists()


def test_saying_that_one_is_there_keeps_the_session_but_not_beyond_its_longest_time(
    home: City, clerk: Staff
) -> None:
    begun, browser = clock.now(), come_in(home, clerk)
    for minutes in range(25, 480, 25):
        with clock.frozen_at(begun + timedelta(minutes=minutes)):
            assert browser.post("/session/stay/", headers={"x-background": "1"}).status_code == 204
    with clock.frozen_at(begun + timedelta(minutes=479, seconds=30)):
        left = browser.get("/session/", headers={"x-background": "1"}).json()
        assert (left["reason"], left["left"] <= 30) == ("long", True)
    with clock.frozen_at(begun + timedelta(minutes=481)):
        assert "上限の時間" in browser.get("/", follow=True).content.decode()


@pytest.mark.req("KUR-20")
def test_administrators_see_end_lock_and_export(home: City, clerk: Staff, admin: Staff) -> None:
    here, there, chief = come_in(home, clerk), come_in(home, clerk), come_in(home, admin)
    refused = browser_at(home).post("/sign-in/", {"staff_code": clerk.staff_code, "password": "wrong-word-9"})
    assert refused.status_code == 422
    assert clerk.name in chief.get("/sessions/").content.decode()
    person = f"/sessions/{clerk.id}/"
    page = chief.get(person).content.decode()
    assert page.count("Windows・Edge") >= 2
    first = StaffSession.objects.filter(staff=clerk).order_by("started_at").first()
    assert first is not None
    chief.post(f"{person}end/", {"session": str(first.id)})
    assert (is_in(here), is_in(there)) == (False, True)
    assert "管理者がこの端末のサインインを終わらせました" in here.get("/", follow=True).content.decode()
    assert "理由を入力" in chief.post(f"{person}block/", {"act": "lock"}, follow=True).content.decode()
    chief.post(f"{person}block/", {"act": "lock", "reason": "端末をなくした"})
    assert not is_in(there)
    code = {"staff_code": clerk.staff_code, "password": PASSWORD}
    assert browser_at(home).post("/sign-in/", code).status_code == 422
    chief.post(f"{person}block/", {"act": "unlock"})
    assert browser_at(home).post("/sign-in/", code).status_code == 302
    file = chief.get("/sessions/history/?as=csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(file)))
    said = "\n".join(",".join(line) for line in lines)
    for words in ("サインインした", "サインインを断った", "職員の利用を止めた", "職員の利用を再開した"):
        assert words in said
    assert AuditEntry.objects.filter(action="accounts.list_exported").exists()


def test_the_sign_in_says_that_rights_or_a_password_have_changed(
    home: City, clerk: Staff, admin: Staff
) -> None:
    words = "権限かパスワードが変わったため"
    here, there = come_in(home, clerk), come_in(home, clerk)
    services.grant(
        staff_id=clerk.id, role_keys=["auditor"], is_active=True, actor=admin.actor, now=clock.now()
    )
    for browser in (here, there):
        page = browser.get("/my-sessions/", follow=True)
        assert page.redirect_chain
        assert words in page.content.decode()
        assert words not in browser.get("/sign-in/").content.decode()
    again = come_in(home, clerk)
    assert is_in(again)
    again.post("/sign-out/")
    assert words not in again.get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    ("typed", "is_found"), [("127.0.0", True), ("１２７．", True), ("192.0.2.1", False), ("窓口", False)]
)
def test_who_is_signed_in_is_narrowed_to_an_address(
    home: City, clerk: Staff, admin: Staff, typed: str, is_found: bool
) -> None:
    come_in(home, clerk)
    page = come_in(home, admin).get("/sessions/", {"address": typed})
    assert page.status_code == 200
    assert (clerk.name in page.content.decode()) is is_found


def test_nobody_locks_themselves_or_the_last_administrator(home: City, admin: Staff) -> None:
    chief = come_in(home, admin)
    answer = chief.post(f"/sessions/{admin.id}/block/", {"act": "lock", "reason": "x"}, follow=True)
    assert "自分の" in answer.content.decode()
    assert is_in(chief)


def test_failures_that_stopped_a_person_are_seen_and_lifted(home: City, clerk: Staff, admin: Staff) -> None:
    browser, chief = browser_at(home), come_in(home, admin)
    wrong = {"staff_code": clerk.staff_code, "password": "wrong-password-here"}
    assert [browser.post("/sign-in/", wrong).status_code for _ in range(5)][-1] == 429
    assert "失敗 5回" in chief.get(f"/sessions/{clerk.id}/").content.decode()
    chief.post(f"/sessions/{clerk.id}/block/", {"act": "lift"})
    assert AuditEntry.objects.filter(action="accounts.failures_lifted").exists()
    come_in(home, clerk)


def test_people_see_and_end_their_own_sessions_elsewhere(home: City, clerk: Staff) -> None:
    here, there = come_in(home, clerk), come_in(home, clerk)
    assert "この端末" in here.get("/my-sessions/").content.decode()
    here.post("/my-sessions/end/")
    assert (is_in(here), is_in(there)) == (True, False)


def test_nobody_else_ends_a_session(home: City, clerk: Staff) -> None:
    other = StaffFactory.create(counter_clerk=True)
    mine, theirs = come_in(home, clerk), come_in(home, other)
    session = StaffSession.objects.get(staff=other)
    mine.post("/my-sessions/end/", {"session": str(session.id)})
    assert mine.post(f"/sessions/{other.id}/end/").status_code == 403
    assert is_in(theirs)


def test_where_a_city_allows_one_device_a_second_sign_in_ends_the_first(home: City, clerk: Staff) -> None:
    choose(is_single=True)
    first = come_in(home, clerk)
    second = come_in(home, clerk)
    assert (is_in(first), is_in(second)) == (False, True)


def test_a_new_password_or_new_rights_leave_no_session_in_the_list(
    home: City, clerk: Staff, admin: Staff
) -> None:
    come_in(home, clerk)
    chief = come_in(home, admin)
    chief.post(f"/staff/{clerk.id}/", {"name": clerk.name, "roles": ["auditor"], "is_active": "on"})
    assert "サインインしている端末はありません" in chief.get(f"/sessions/{clerk.id}/").content.decode()


def test_the_next_person_takes_over_in_two_inputs_and_finds_nothing_of_the_first(
    home: City, clerk: Staff
) -> None:
    follower = StaffFactory.create(counter_clerk=True, name="次の 人")
    browser = come_in(home, clerk)
    former = browser.cookies["sessionid"].value
    answer = browser.post("/switch/")
    assert answer["Clear-Site-Data"] == '"storage"'
    page = browser.get(answer["Location"]).content.decode()
    assert "窓口 花子さんはサインアウトしました" in page
    assert len(re.findall(r'<input[^>]+type="(?:text|password)"', page.split("<main")[1])) == 2
    assert "窓口 花子" not in browser.get("/sign-in/").content.decode()
    browser.post("/sign-in/", {"staff_code": follower.staff_code, "password": PASSWORD})
    home_page = browser.get("/")
    assert "次の 人" in home_page.content.decode()
    assert home_page["Cache-Control"] == "no-store"
    stolen = browser_at(home)
    stolen.cookies["sessionid"] = former
    assert not is_in(stolen)
    assert "Ctrl＋J" in browser.get("/shared-desk/").content.decode()


def test_the_bounds_of_the_rules_are_those_of_the_platform() -> None:
    assert (SessionRules().idle, SessionRules().longest) == (timedelta(minutes=30), timedelta(hours=8))


def test_rows_of_sessions_long_past_are_forgotten(home: City, clerk: Staff) -> None:
    come_in(home, clerk)
    with clock.frozen_at(clock.now() + session_book.KEPT + timedelta(days=1)):
        session_book.forget_old(now=clock.now())
    assert not StaffSession.objects.exists()
    assert not Session.objects.exists()
