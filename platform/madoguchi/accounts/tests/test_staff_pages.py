"""Who may manage staff, how a first password is set, and what the audit list shows."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.errors import ResetCodeRefused
from madoguchi.accounts.models import ResetCode, Staff
from madoguchi.accounts.permissions import UnknownPermission
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db

NEW = "a-new-and-long-one"


@pytest.fixture
def client_as(home: City) -> Callable[..., Client]:
    """Sign in somebody with a role."""

    def client(role: str) -> Client:
        browser = Client(headers={"host": urlsplit(home.staff_url).netloc})
        return sign_in(browser, StaffFactory.create(roles=[role]))

    return client


def entry(**changed: Any) -> dict[str, Any]:
    known = {"staff_code": "b2001", "name": "戸籍 太郎", "name_kana": "コセキ タロウ", "section": "市民課"}
    return {**known, "roles": ["counter_clerk"], "is_active": "on", **changed}


def shown_code(response: Any) -> str:
    found = re.search(r'id="reset-code">([^<]+)<', response.content.decode())
    assert found is not None
    return found[1]


def test_a_permission_nobody_declares_is_a_mistake_in_the_code() -> None:
    staff = StaffFactory.create(roles=["city_admin"])
    assert staff.has_permission("accounts.manage_staff")
    with pytest.raises(UnknownPermission):
        staff.has_permission("accounts.manage_staf")


def test_roles_bring_the_permissions_that_are_declared_for_them() -> None:
    clerk, auditor = StaffFactory.create(roles=["counter_clerk"]), StaffFactory.create(roles=["auditor"])
    assert not clerk.has_permission("accounts.manage_staff")
    assert auditor.has_permission("audit.view_entries")
    assert not StaffFactory.create(roles=["city_admin"], is_active=False).has_permission(
        "accounts.manage_staff"
    )


def test_somebody_new_sets_a_first_password_with_the_code_shown_once(
    client_as: Callable[..., Client],
) -> None:
    admin = client_as("city_admin")
    response = admin.post("/staff/new/", entry())
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    code = shown_code(response)
    person = Staff.objects.get(staff_code="B2001")
    assert not person.has_usable_password()
    admin.post("/sign-out/")
    body = {"reset_code": code.lower().replace("-", ""), "new_password": NEW, "repeated": NEW}
    assert admin.post("/sign-in/reset/", body)["Location"] == "/sign-in/"
    assert admin.post("/sign-in/", {"staff_code": "b2001", "password": NEW})["Location"] == "/"
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"accounts.staff_added", "accounts.reset_code_issued", "accounts.password_reset"} <= actions


def test_a_staff_code_is_given_once(client_as: Callable[..., Client]) -> None:
    StaffFactory.create(staff_code="B2001")
    response = client_as("city_admin").post("/staff/new/", entry())
    assert response.status_code == 422
    assert "この職員コードは登録済みです。" in response.content.decode()


def test_a_reset_code_works_once_and_only_the_newest_does() -> None:
    staff = StaffFactory.create()
    first = services.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
    second = services.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
    with pytest.raises(ResetCodeRefused):
        services.use_reset_code(code=first, password=NEW, now=clock.now())
    services.use_reset_code(code=second, password=NEW, now=clock.now())
    with pytest.raises(ResetCodeRefused):
        services.use_reset_code(code=second, password=NEW, now=clock.now())


def test_a_reset_code_ends_after_a_day_and_for_somebody_out_of_service() -> None:
    staff = StaffFactory.create()
    code = services.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
    with pytest.raises(ResetCodeRefused):
        services.use_reset_code(code=code, password=NEW, now=clock.now() + timedelta(hours=25))
    Staff.objects.filter(id=staff.id).update(is_active=False)
    with pytest.raises(ResetCodeRefused):
        services.use_reset_code(code=code, password=NEW, now=clock.now())


def test_a_reset_code_of_one_city_is_refused_in_another(home: City, stranger: City) -> None:
    with in_city(home):
        staff = StaffFactory.create(staff_code="A1001")
        code = services.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
        row = ResetCode.objects.get()
    with in_city(stranger):
        # Even the same rows under the same keys do not open the door.
        Staff.objects.bulk_create([staff])
        ResetCode.objects.bulk_create([row])
        with pytest.raises(ResetCodeRefused):
            services.use_reset_code(code=code, password=NEW, now=clock.now())
    with in_city(home):
        assert services.use_reset_code(code=code, password=NEW, now=clock.now()).check_password(NEW)


def test_a_new_password_by_code_lifts_the_lock(home: City) -> None:
    staff = StaffFactory.create(staff_code="A1001")
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    for _ in range(5):
        client.post("/sign-in/", {"staff_code": "A1001", "password": "wrong-wrong-wrong"})
    code = services.issue_reset_code(staff_id=staff.id, actor=SYSTEM, now=clock.now())
    services.use_reset_code(code=code, password=NEW, now=clock.now())
    assert client.post("/sign-in/", {"staff_code": "A1001", "password": NEW}).status_code == 302


def test_weak_and_mistyped_passwords_are_refused(home: City) -> None:
    client = Client(headers={"host": urlsplit(home.staff_url).netloc})
    code = services.issue_reset_code(staff_id=StaffFactory.create().id, actor=SYSTEM, now=clock.now())
    for first, second in (("short", "short"), ("passwordpassword1", "other-long-one"), ("1" * 14, "1" * 14)):
        body = {"reset_code": code, "new_password": first, "repeated": second}
        assert client.post("/sign-in/reset/", body).status_code == 422


def test_changed_rights_end_the_sessions_of_that_person(client_as: Callable[..., Client], home: City) -> None:
    clerk = StaffFactory.create(staff_code="B2001", roles=["counter_clerk"])
    browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), clerk)
    assert browser.get("/").status_code == 200
    response = client_as("city_admin").post(f"/staff/{clerk.id}/", entry(roles=["auditor"]))
    assert response.status_code == 302
    assert browser.get("/").status_code == 302
    clerk.refresh_from_db()
    assert [role.key for role in clerk.roles.all()] == ["auditor"]


def test_nobody_changes_their_own_rights(home: City) -> None:
    admin = StaffFactory.create(staff_code="B2001", roles=["city_admin"])
    browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), admin)
    response = browser.post(f"/staff/{admin.id}/", entry(roles=["city_admin", "auditor"]))
    assert response.status_code == 422
    assert "自分の役割と利用状態は変更できません" in response.content.decode()
    assert (
        browser.post(f"/staff/{admin.id}/", entry(roles=["city_admin"], name="改名 次郎")).status_code == 302
    )


def test_a_clerk_reaches_neither_staff_nor_audit_and_the_attempt_is_recorded(
    client_as: Callable[..., Client],
) -> None:
    clerk = client_as("counter_clerk")
    person = StaffFactory.create()
    pages = ["/staff/", "/staff/new/", f"/staff/{person.id}/", "/audit/"]
    assert [clerk.get(page).status_code for page in pages] == [403, 403, 403, 403]
    assert clerk.post(f"/staff/{person.id}/reset-code/").status_code == 403
    assert not ResetCode.objects.exists()


def test_the_audit_list_shows_sentences_filters_and_its_own_reading(client_as: Callable[..., Client]) -> None:
    auditor = client_as("auditor")
    services.add_staff(
        staff_code="C3001", name="新人", name_kana="", section="", actor=SYSTEM, now=clock.now()
    )
    page = auditor.get("/audit/?action=accounts.staff_added").content.decode()
    assert "職員を登録した" in page.split("<tbody>")[1]
    assert AuditEntry.objects.filter(action="audit.viewed").count() == 1
    assert "操作履歴を閲覧した" in auditor.get("/audit/").content.decode().split("<tbody>")[1]


def test_odd_filters_of_the_audit_list_get_an_answer(client_as: Callable[..., Client]) -> None:
    auditor = client_as("auditor")
    assert auditor.get("/audit/?since=2026-02-30").status_code == 422
    assert auditor.get("/audit/?until=9999-12-30").status_code == 200
    contrary = auditor.get("/audit/?since=2026-11-02&until=2026-11-01").content.decode()
    assert "条件に合うものはありません" in contrary
    assert auditor.get("/audit/?page=99999").status_code == 200
    assert auditor.get("/audit/?page=-1&person=nobody").status_code == 200


def test_the_staff_home_greets_somebody_without_any_work(home: City) -> None:
    browser = sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), StaffFactory.create())
    page = browser.get("/").content.decode()
    assert "いま、することはありません" in page
    assert PASSWORD not in page


def test_operators_keep_their_own_staff_with_the_same_pages() -> None:
    operators = directory().operators()
    with in_city(operators):
        chief = StaffFactory.create(roles=["operator_admin"])
        browser = sign_in(Client(headers={"host": urlsplit(operators.staff_url).netloc}), chief)
        assert browser.get("/staff/").status_code == 200
        assert browser.get("/audit/").status_code == 200
        shown_code(browser.post("/staff/new/", entry(roles=["operator"])))
    assert not Staff.objects.filter(staff_code="B2001").exists()


def test_an_attempt_is_recorded_however_odd_its_address(client_as: Callable[..., Client]) -> None:
    auditor = client_as("auditor")
    assert auditor.get("/messages/templates/%01%EF%BF%BF/ja/").status_code == 403
    # No query survives a NUL, so that an address with one is no page of ours.
    assert auditor.get("/messages/templates/%00/ja/").status_code == 404
