"""Roles, overrides and places: what an administrator sets and what then holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import administrators, bundles, matrix, overriding, services
from madoguchi.accounts.errors import LastAdministrator, OwnAccount
from madoguchi.accounts.models import Role, SavedView, Staff
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db

VIEW = "card_reservation.view_bookings"
BOOK = "card_reservation.book_for_resident"
MANAGE = "accounts.manage_staff"


@pytest.fixture
def admin(home: City) -> Staff:
    services.seed_roles()
    return StaffFactory.create(roles=["city_admin"])


@pytest.fixture
def desk(home: City, admin: Staff) -> Client:
    return sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), admin)


def ticks(**changed: bool) -> dict[str, Any]:
    """Write the page of roles as a browser sends it, with some ticks changed."""
    drawn = matrix.matrix()
    on = {
        cell.value for each in drawn.functions for line in each.lines for cell in line.cells if cell.is_ticked
    }
    for value, wanted in changed.items():
        on = on | {value} if wanted else on - {value}
    return {"version": drawn.version, "may": sorted(on)}


def undo_address(page: Any) -> str:
    text = page.content.decode()
    return text.partition('action="/undo/')[2].partition('"')[0]


def test_the_matrix_changes_a_role_and_the_change_is_taken_back(desk: Client) -> None:
    role = RoleFactory.create(name="応援")
    response = desk.post("/staff/roles/save/", ticks(**{f"{role.id}:{BOOK}": True}), follow=True)
    role.refresh_from_db()
    # Whoever books sees the bookings.
    assert {BOOK, VIEW} <= set(role.granted)
    entry = AuditEntry.objects.get(action="accounts.role_changed")
    assert entry.details == {"name": "応援", "added": list(role.granted)}
    desk.post(f"/undo/{undo_address(response)}")
    role.refresh_from_db()
    assert role.granted == ()


def test_a_page_that_somebody_else_has_overtaken_changes_nothing(desk: Client) -> None:
    role = RoleFactory.create(name="応援")
    body = ticks(**{f"{role.id}:{BOOK}": True})
    bundles.change_permissions(wanted={role.id: {VIEW}}, actor=SYSTEM, now=clock.now())
    response = desk.post("/staff/roles/save/", body)
    assert response.status_code == 422
    assert "ほかの人が役割を変更しました" in response.content.decode()
    role.refresh_from_db()
    assert role.granted == (VIEW,)


def test_a_built_in_role_follows_new_functions_and_keeps_what_the_city_took(desk: Client) -> None:
    clerk = Role.objects.get(key="counter_clerk")
    desk.post("/staff/roles/save/", ticks(**{f"{clerk.id}:{BOOK}": False}))
    clerk.refresh_from_db()
    assert BOOK not in clerk.granted
    assert clerk.withheld == [BOOK]
    assert VIEW in clerk.granted
    desk.post(f"/staff/roles/{clerk.id}/standard/")
    clerk.refresh_from_db()
    assert BOOK in clerk.granted


def test_the_administrators_role_is_copied_but_never_changed(desk: Client) -> None:
    chief = Role.objects.get(key="city_admin")
    page = desk.post(f"/staff/roles/{chief.id}/save/", {"version": matrix.version(), "may": [VIEW]})
    assert page.status_code == 422
    made = desk.post("/staff/roles/new/", {"name": "副管理者", "copied_from": str(chief.id)})
    copy = Role.objects.get(name="副管理者")
    assert made["Location"] == f"/staff/roles/{copy.id}/"
    assert set(copy.granted) == set(chief.granted)


@pytest.mark.parametrize("name", ["", "　", "あ" * 41, "窓口\0", "窓口\a", "窓口職員"])
def test_a_name_that_cannot_be_is_refused_and_what_was_ticked_stays(desk: Client, name: str) -> None:
    role = RoleFactory.create(name="応援", permissions=[VIEW])
    sent = {"version": matrix.version(), "name": name, "may": [BOOK]}
    page = desk.post(f"/staff/roles/{role.id}/save/", sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert "field--error" in text
    assert f'value="{name}"' in text or not name.strip()
    assert f'value="{BOOK}" checked' in text
    role.refresh_from_db()
    assert (role.name, role.permissions) == ("応援", [VIEW])


def test_an_override_without_a_permission_is_refused_beside_the_field(desk: Client) -> None:
    person = StaffFactory.create(counter_clerk=True)
    sent = {"permission": "", "is_granted": "yes", "reason": "代理", "until": ""}
    page = desk.post(f"/staff/{person.id}/rights/override/", sent)
    assert page.status_code == 422
    # Once in the summary, once beside the field.
    assert page.content.decode().count("権限を選んでください。") == 2


def test_a_role_is_deleted_when_nobody_has_it_and_comes_back(desk: Client) -> None:
    role = RoleFactory.create(name="応援", permissions=[VIEW])
    holder = StaffFactory.create(roles=[role])
    assert desk.post(f"/staff/roles/{role.id}/delete/").status_code == 422
    holder.roles.clear()
    page = desk.post(f"/staff/roles/{role.id}/delete/", follow=True)
    assert not Role.objects.filter(id=role.id).exists()
    desk.post(f"/undo/{undo_address(page)}")
    assert Role.objects.get(id=role.id).granted == (VIEW,)


def test_a_name_is_given_to_one_role_only(desk: Client) -> None:
    response = desk.post("/staff/roles/new/", {"name": "窓口職員", "copied_from": ""})
    assert response.status_code == 422
    assert "同じ名前の役割があります" in response.content.decode()


def test_one_permission_is_granted_or_denied_to_one_person_until_a_day(desk: Client) -> None:
    person = StaffFactory.create(roles=["counter_clerk"])
    tomorrow = clock.today() + timedelta(days=1)
    body = {"permission": BOOK, "is_granted": "no", "reason": "研修中のため", "until": tomorrow.isoformat()}
    page = desk.post(f"/staff/{person.id}/rights/override/", body, follow=True)
    assert "研修中のため" in page.content.decode()
    fresh = Staff.objects.get(id=person.id)
    assert not fresh.has_permission(BOOK)
    assert BOOK not in fresh.granted_on(tomorrow)
    assert BOOK in fresh.granted_on(tomorrow + timedelta(days=1))
    entry = AuditEntry.objects.get(action="accounts.override_set")
    assert (entry.details["permission"], entry.details["reason"]) == (BOOK, "研修中のため")
    desk.post(f"/undo/{undo_address(page)}")
    assert Staff.objects.get(id=person.id).has_permission(BOOK)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"permission": "no.such"}, {"until": "2020-01-01"}, {"is_granted": ""}]
)
def test_an_override_without_reason_or_sense_is_refused(desk: Client, wrong: dict[str, str]) -> None:
    person = StaffFactory.create(roles=["counter_clerk"])
    body = {"permission": BOOK, "is_granted": "no", "reason": "研修中のため", "until": "", **wrong}
    assert desk.post(f"/staff/{person.id}/rights/override/", body).status_code == 422
    assert Staff.objects.get(id=person.id).overrides == {}


def test_nobody_overrides_their_own_rights_or_deletes_themselves(desk: Client, admin: Staff) -> None:
    StaffFactory.create(roles=["city_admin"])
    body = {"permission": BOOK, "is_granted": "no", "reason": "x", "until": ""}
    assert desk.post(f"/staff/{admin.id}/rights/override/", body).status_code == 422
    assert desk.post(f"/staff/{admin.id}/delete/").status_code == 422
    assert Staff.objects.filter(id=admin.id).exists()


def _by_override(chief: Staff) -> None:
    wanted = {"permission": MANAGE, "is_granted": False, "reason": "x", "until": None}
    overriding.override(staff_id=chief.id, wanted=wanted, actor=SYSTEM, now=clock.now())


def _by_stopping(chief: Staff) -> None:
    services.grant(
        staff_id=chief.id, role_keys=["city_admin"], is_active=False, actor=SYSTEM, now=clock.now()
    )


def _by_other_role(chief: Staff) -> None:
    services.grant(staff_id=chief.id, role_keys=["auditor"], is_active=True, actor=SYSTEM, now=clock.now())


def _by_deleting(chief: Staff) -> None:
    from madoguchi.accounts import leaving

    leaving.delete(staff_id=chief.id, actor=SYSTEM, now=clock.now())


@pytest.mark.parametrize("take_away", [_by_override, _by_stopping, _by_other_role, _by_deleting])
def test_the_last_administrator_stays_whichever_way(admin: Staff, take_away: Callable[[Staff], None]) -> None:
    with pytest.raises(LastAdministrator):
        take_away(admin)
    assert Staff.objects.get(id=admin.id).has_permission(MANAGE)
    # With a second one the same goes through.
    StaffFactory.create(roles=["city_admin"])
    take_away(admin)


def test_a_role_that_the_last_administrator_lives_by_keeps_its_right(home: City) -> None:
    services.seed_roles()
    role = RoleFactory.create(name="総務", permissions=[MANAGE, "accounts.view_staff"])
    chief = StaffFactory.create(roles=[role])
    with pytest.raises(LastAdministrator):
        bundles.change_permissions(wanted={role.id: {VIEW}}, actor=SYSTEM, now=clock.now())
    StaffFactory.create(roles=["city_admin"])
    with pytest.raises(OwnAccount):
        bundles.change_permissions(
            wanted={role.id: {VIEW}}, actor=services.staff_actor(chief), now=clock.now()
        )
    assert Staff.objects.get(id=chief.id).has_permission(MANAGE)


def test_a_right_with_a_last_day_keeps_no_door_open(admin: Staff) -> None:
    stand_in = StaffFactory.create(roles=["counter_clerk"])
    today = clock.today()
    wanted = {"permission": MANAGE, "is_granted": True, "reason": "代理", "until": today}
    overriding.override(staff_id=stand_in.id, wanted=wanted, actor=SYSTEM, now=clock.now())
    assert Staff.objects.get(id=stand_in.id).has_permission(MANAGE)
    assert administrators.standing(today=today) == [admin.id]


@pytest.mark.req("KUM-33")
def test_people_come_change_and_go_while_their_names_stay_in_history(desk: Client, admin: Staff) -> None:
    entry = {"staff_code": "b2001", "name": "戸籍 太郎", "roles": ["counter_clerk"], "is_active": "on"}
    assert desk.post("/staff/new/", entry).status_code == 200
    person = Staff.objects.get(staff_code="B2001")
    shared = SavedView.objects.create(
        table="accounts.staff", name="全員", owner=person, is_shared=True, changed_at=clock.now()
    )
    assert desk.post(f"/staff/{person.id}/", {**entry, "name": "戸籍 次郎"}).status_code == 302
    services.change_staff  # noqa: B018
    acting = services.staff_actor(Staff.objects.get(id=person.id))
    overriding.set_places(staff_id=admin.id, place_ids=[], actor=acting, now=clock.now())
    services.record(actor=acting, action="accounts.signed_in", staff=person.id, now=clock.now())
    assert desk.get(f"/staff/{person.id}/delete/").status_code == 200
    assert desk.post(f"/staff/{person.id}/delete/")["Location"] == "/staff/"
    assert not Staff.objects.filter(id=person.id).exists()
    assert (
        AuditEntry.objects.get(action="accounts.signed_in", actor_id=str(person.id)).actor_name == "戸籍 次郎"
    )
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"accounts.staff_added", "accounts.staff_changed", "accounts.staff_deleted"} <= actions
    shared.refresh_from_db()
    assert shared.owner == admin
    # Nobody removes the last administrator, or themselves.
    assert desk.post(f"/staff/{admin.id}/delete/").status_code == 422
    other = StaffFactory.create(roles=["city_admin"])
    assert desk.post(f"/staff/{admin.id}/delete/").status_code == 422
    demoted = {**entry, "staff_code": "", "name": other.name, "roles": ["auditor"]}
    assert desk.post(f"/staff/{other.id}/", demoted).status_code == 302
    assert desk.post(f"/staff/{admin.id}/", {**demoted, "name": admin.name}).status_code == 422
    with pytest.raises(LastAdministrator):
        _by_other_role(admin)


def test_the_page_of_a_person_says_why(desk: Client) -> None:
    person = StaffFactory.create(roles=["counter_clerk"])
    page = desk.get(f"/staff/{person.id}/rights/").content.decode()
    assert "役割「窓口職員」" in page
    assert desk.get(f"/staff/{uuid4()}/rights/").status_code == 404


def test_an_auditor_sees_staff_and_roles_without_a_button(home: City) -> None:
    auditor = sign_in(
        Client(headers={"host": urlsplit(home.staff_url).netloc}), StaffFactory.create(roles=["auditor"])
    )
    role = RoleFactory.create(name="応援")
    person = StaffFactory.create(roles=[role])
    for address in ("/staff/", "/staff/roles/", f"/staff/roles/{role.id}/", f"/staff/{person.id}/rights/"):
        page = auditor.get(address)
        assert page.status_code == 200
        assert "/save/" not in page.content.decode()
        assert "/delete/" not in page.content.decode().replace("/views/", "")
    assert auditor.post("/staff/roles/save/", {}).status_code == 403
    assert auditor.post(f"/staff/roles/{role.id}/save/", {}).status_code == 403
    assert auditor.post(f"/staff/{person.id}/rights/override/", {}).status_code == 403
