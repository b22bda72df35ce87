"""Lists of staff: saved views, columns, files, bulk actions and undo, as people use them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi import clock
from madoguchi.accounts.desk import sought
from madoguchi.accounts.models import ListChoice, SavedView, Staff, UndoOffer
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.jobs.models import BulkRun
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_as(home: City) -> Callable[..., Client]:
    """Sign in somebody with a role."""

    def client(role: str) -> Client:
        browser = Client(headers={"host": urlsplit(home.staff_url).netloc})
        return sign_in(browser, StaffFactory.create(roles=[role]))

    return client


def ticket(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def undo_address(page: str) -> str:
    found = re.search(r'action="(/undo/[^"]+)"', page)
    assert found is not None, "no toast with a way back"
    return found[1]


def save_view(browser: Client, *, query: str, **fields: str) -> Any:
    page = browser.get(f"/staff/?{query}").content.decode()
    return browser.post("/lists/views/", {"ticket": ticket(page), **fields}, follow=True)


def test_a_list_takes_the_same_few_queries_whatever_it_holds(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    admin.get("/staff/")
    with CaptureQueriesContext(connection) as few:
        admin.get("/staff/")
    for _number in range(30):
        StaffFactory.create(roles=["counter_clerk"])
    with CaptureQueriesContext(connection) as many:
        page = admin.get("/staff/?words=%25")
    assert len(many) <= len(few) <= 14, [query["sql"] for query in many]
    assert "条件に合うものはありません" in page.content.decode(), "a percent sign is no wildcard"


def test_the_list_answers_whatever_is_asked(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    for odd in (
        "sort=password",
        "page=0",
        "page=999999",
        "size=-5",
        "state=%00",
        "view=x",
        "as=exe",
        "role='",
    ):
        assert admin.get(f"/staff/?{odd}").status_code == 200, odd


def test_a_view_is_there_again_after_the_next_sign_in_and_opens_by_itself(home: City) -> None:
    person = StaffFactory.create(roles=["city_admin"])
    StaffFactory.create(staff_code="Z9", name="停止 花子", is_active=False)
    host = {"host": urlsplit(home.staff_url).netloc}
    browser = sign_in(Client(headers=host), person)
    save_view(browser, query="state=stopped&words=花子", name="停止中の人", opens="on")
    view = SavedView.objects.get()
    assert "state=stopped" in view.query
    assert "words" not in view.query
    again = sign_in(Client(headers=host), person)
    page = again.get("/staff/").content.decode()
    assert "停止 花子" in page
    assert person.name not in page.split("<tbody>")[1]
    assert person.name in again.get("/staff/?all=1").content.decode().split("<tbody>")[1]
    assert AuditEntry.objects.filter(action="accounts.view_saved", object_ids=[str(view.id)]).exists()


def test_a_view_is_shared_only_by_who_may_share(client_as: Callable[..., Client]) -> None:
    admin, auditor = client_as("city_admin"), client_as("auditor")
    save_view(admin, query="state=active", name="みんなの", shared="on")
    assert SavedView.objects.get().is_shared
    page = client_as("city_admin").get("/staff/").content.decode()
    assert "みんなの" in page
    assert "共有" in page
    listed = auditor.get("/audit/").content.decode()
    auditor.post("/lists/views/", {"ticket": ticket(listed), "name": "わたしの", "shared": "on"})
    assert not SavedView.objects.get(name="わたしの").is_shared


def test_nobody_changes_or_sees_what_another_keeps_for_herself(client_as: Callable[..., Client]) -> None:
    save_view(client_as("city_admin"), query="state=active", name="ひとりの")
    view = SavedView.objects.get()
    other = client_as("city_admin")
    assert "ひとりの" not in other.get("/staff/").content.decode()
    assert other.get(f"/lists/views/{view.id}/").status_code == 404
    assert other.post(f"/lists/views/{view.id}/delete/").status_code == 404


def test_a_deleted_view_comes_back_by_one_click_and_only_once(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    save_view(admin, query="state=active", name="消すもの")
    view = SavedView.objects.get()
    page = admin.post(f"/lists/views/{view.id}/delete/", {"next": "/staff/"}, follow=True).content.decode()
    assert "消すもの" not in page.split('class="t-views"')[-1] if "t-views" in page else True
    way_back = undo_address(page)
    assert "消すもの" in admin.post(way_back, follow=True).content.decode()
    admin.post(way_back)
    assert AuditEntry.objects.filter(action="accounts.view_restored").count() == 1
    assert AuditEntry.objects.filter(action="accounts.undone").count() == 1


def test_a_forged_ticket_saves_nothing(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    assert admin.post("/lists/views/", {"ticket": "forged.x", "name": "x"}).status_code == 404
    assert not SavedView.objects.exists()


def test_everybody_chooses_columns_and_rows_for_themselves(client_as: Callable[..., Client]) -> None:
    admin, other = client_as("city_admin"), client_as("city_admin")
    page = admin.get("/staff/").content.decode()
    admin.post("/lists/columns/", {"ticket": ticket(page), "column": ["name_kana", "nonsense"], "size": "50"})
    chosen = admin.get("/staff/").content.decode().split("<thead>")[1].split("</thead>")[0]
    assert "氏名カナ" in chosen
    assert "課・係" not in chosen
    assert "課・係" in other.get("/staff/").content.decode().split("<thead>")[1].split("</thead>")[0]
    assert ListChoice.objects.get().page_size == 50


def test_a_file_is_for_who_may_and_is_written_down(client_as: Callable[..., Client]) -> None:
    StaffFactory.create(name="=1+1")
    admin = client_as("city_admin")
    answer = admin.get("/staff/?as=csv")
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode()
    assert text.startswith("\ufeff職員コード")
    assert "'=1+1" in text
    assert AuditEntry.objects.filter(action="accounts.list_exported").exists()


def test_a_list_can_be_printed_without_a_download(client_as: Callable[..., Client]) -> None:
    answer = client_as("city_admin").get("/staff/?as=print&sort=-staff_code")
    assert "Content-Disposition" not in answer
    assert "印刷・コピー" not in answer.content.decode().split("<table")[1]
    assert AuditEntry.objects.filter(action="accounts.list_printed").exists()


def bulk(browser: Client, action: str, *people: Staff, query: str = "", **more: str) -> Any:
    page = browser.get(f"/staff/?{query}").content.decode()
    rows = [str(person.id) for person in people]
    return browser.post("/jobs/bulk/", {"ticket": ticket(page), "action": action, "row": rows, **more})


def test_many_are_stopped_at_once_but_never_oneself_and_all_come_back(home: City) -> None:
    me = StaffFactory.create(roles=["city_admin"], name="管理 本人")
    browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), me)
    others = [StaffFactory.create(roles=["counter_clerk"]) for _ in range(3)]
    confirm = bulk(browser, "accounts.deactivate", me, *others)
    assert "4件" in browser.get(confirm["Location"]).content.decode()
    assert Staff.objects.filter(is_active=False).count() == 0, "nothing happens before it is confirmed"
    page = browser.post(confirm["Location"], follow=True).content.decode()
    assert "自分の役割と利用状態は変更できません" in page
    assert Staff.objects.filter(is_active=False).count() == 3
    assert AuditEntry.objects.filter(action="accounts.rights_changed").count() == 3
    browser.post(undo_address(page))
    assert Staff.objects.filter(is_active=False).count() == 0
    assert BulkRun.objects.get().undone_at is not None


def test_the_last_administrator_stays(home: City) -> None:
    from madoguchi.accounts import services
    from madoguchi.accounts.errors import LastAdministrator
    from madoguchi.ledger.audit.actors import SYSTEM

    only = StaffFactory.create(roles=["city_admin"])
    for roles, is_active in ((["city_admin"], False), (["counter_clerk"], True)):
        with pytest.raises(LastAdministrator):
            services.grant(
                staff_id=only.id, role_keys=roles, is_active=is_active, actor=SYSTEM, now=clock.now()
            )


def test_a_role_is_given_to_all_that_were_found(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    for number in range(60):
        StaffFactory.create(section="市民課", staff_code=f"K{number:03}")
    confirm = bulk(admin, "accounts.give_role", query="words=市民課", all_found="1")
    assert admin.post(confirm["Location"]).status_code == 422, "which role?"
    page = admin.post(confirm["Location"], {"choice": "auditor"}, follow=True).content.decode()
    assert "60" in page
    assert Staff.objects.filter(roles__key="auditor").count() == 60
    assert admin.post(confirm["Location"], {"choice": "auditor"}).status_code != 500


def test_undo_is_refused_to_others_too_late_and_when_things_moved_on(home: City) -> None:
    me = StaffFactory.create(roles=["city_admin"])
    host = {"host": urlsplit(home.staff_url).netloc}
    browser = sign_in(Client(headers=host), me)
    person = StaffFactory.create(roles=["counter_clerk"])
    other = sign_in(Client(headers=host), StaffFactory.create(roles=["city_admin"]))
    way_back = undo_address(bulk_done(browser, person))
    assert "操作した本人だけ" in other.post(way_back, follow=True).content.decode()
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert "10分" in browser.post(way_back, follow=True).content.decode()
    Staff.objects.filter(id=person.id).update(is_active=True)
    assert "別の変更があった" in browser.post(way_back, follow=True).content.decode()
    assert UndoOffer.objects.get().undone_at is None


def bulk_done(browser: Client, person: Staff) -> str:
    confirm = bulk(browser, "accounts.deactivate", person)
    page: str = browser.post(confirm["Location"], follow=True).content.decode()
    return page


def test_a_clerk_does_nothing_in_bulk_to_staff(client_as: Callable[..., Client]) -> None:
    clerk = client_as("counter_clerk")
    listed = clerk.get("/reservations/").content.decode()
    person = StaffFactory.create(roles=["auditor"])
    page = client_as("city_admin").get("/staff/").content.decode()
    answer = clerk.post(
        "/jobs/bulk/", {"ticket": ticket(page), "action": "accounts.deactivate", "row": [str(person.id)]}
    )
    assert answer.status_code == 403
    assert "t-bulk" not in listed or "accounts.deactivate" not in listed
    assert not BulkRun.objects.exists()


def test_the_shortcuts_are_listed_and_can_be_switched_off(client_as: Callable[..., Client]) -> None:
    clerk = client_as("counter_clerk")
    page = clerk.get("/shortcuts/").content.decode()
    assert "予約一覧（当日）" in page
    assert "<kbd>g</kbd>" in page
    assert "data-keys-on" in page
    clerk.post("/shortcuts/", {})
    assert "data-keys-on" not in clerk.get("/").content.decode()
    clerk.post("/shortcuts/", {"uses": "on"})
    assert "data-keys-on" in clerk.get("/").content.decode()


@pytest.mark.parametrize("form", ["", "csv", "print"])
def test_a_day_that_no_calendar_has_is_told_beside_its_field_and_shows_nothing(
    client_as: Callable[..., Client], form: str
) -> None:
    admin = client_as("city_admin")
    answer = admin.get("/audit/", {"since": "2026-02-30", "as": form})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")
    assert "エラー：" in page
    assert "「いつから」の「2026-02-30」は、日付として読めません（例：2026-11-24、R8.11.24）。" in page
    assert 'aria-describedby="t-since-error"' in page
    assert "data-rows" not in page


def test_what_is_typed_into_a_list_stands_in_no_address(client_as: Callable[..., Client]) -> None:
    admin = client_as("city_admin")
    StaffFactory.create(staff_code="Z9", name="停止 花子", is_active=False, roles=["city_admin"])
    shown = admin.get("/staff/").content.decode()
    sent = {"ticket": ticket(shown), "words": " 花子 ", "state": "stopped", "role": "", "sort": "name"}
    answer = admin.post("/lists/seek/", sent)
    assert answer.status_code == 303
    address = unquote(answer["Location"])
    assert address.startswith("/staff/?")
    assert "state=stopped" in address
    assert "花子" not in address
    page = admin.get(answer["Location"]).content.decode()
    assert "停止 花子" in page.split("<tbody>")[1]
    assert 'value="花子"' in page
    links = [unquote(link) for link in re.findall(r'href="(\?[^"]+)"', page)]
    assert links
    assert not [link for link in links if "花子" in link]
    # Another list, another city and a later day read nothing of it.
    sealed = parse_qs(urlsplit(answer["Location"]).query)["typed"][0]
    assert 'value="花子"' not in client_as("auditor").get("/audit/", {"typed": sealed}).content.decode()
    with clock.frozen_at(clock.now() + timedelta(hours=10)):
        assert sought.read(sealed, purpose="accounts.list_words:accounts.staff", now=clock.now()) == {}
    assert sought.read(sealed, purpose="accounts.list_words:accounts.staff", now=clock.now())
