"""An operator sees a city only while it lets them, changes nothing, and each page stands in its list."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import OperatorVisit, Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit.models import AuditAlert, AuditEntry
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "予約一覧が開かないという連絡の原因を調べるため"


def host_of(city: City) -> dict[str, str]:
    return {"host": urlsplit(city.staff_url).netloc}


@pytest.fixture
def operator() -> Client:
    world = directory().operators()
    with in_city(world):
        person = StaffFactory.create(roles=["operator"], name="運用 一郎")
        return sign_in(Client(headers=host_of(world)), person)


@pytest.fixture
def chief(home: City) -> Client:
    with in_city(home):
        person = StaffFactory.create(city_admin=True)
        return sign_in(Client(headers=host_of(home)), person)


@pytest.fixture
def visitor(home: City) -> Client:
    """The operator's browser as the city's host sees it."""
    return Client(headers=host_of(home))


def ask(operator: Client, city: City, *, minutes: int = 30) -> OperatorVisit:
    answer = operator.post(f"/cities/{city.code}/visits/", {"reason": WHY, "minutes": minutes})
    assert answer.status_code == 302, answer.content.decode()
    with in_city(city):
        return OperatorVisit.objects.latest("asked_at")


def grant(chief: Client, visit: OperatorVisit, **values: Any) -> None:
    assert chief.post(f"/operator-visits/{visit.id}/", {"act": "grant", **values}).status_code == 302


def way_in(operator: Client, city: City, visit: OperatorVisit) -> str:
    """Give the path of the link that the console shows."""
    page = operator.post(f"/cities/{city.code}/visits/{visit.id}/open/").content.decode()
    found = re.search(r'href="(http[^"]+/operator-visits/enter/[^"]+)"', page)
    assert found is not None, page
    return urlsplit(found[1]).path


def go_in(operator: Client, chief: Client, visitor: Client, city: City, **values: Any) -> OperatorVisit:
    visit = ask(operator, city)
    grant(chief, visit, **values)
    path = way_in(operator, city, visit)
    assert "閲覧を始める" in visitor.get(path).content.decode()
    assert visitor.post(path)["Location"] == "/"
    return visit


def entries(city: City, **wanted: Any) -> list[AuditEntry]:
    with in_city(city):
        return list(AuditEntry.objects.filter(**wanted).order_by("id"))


@pytest.mark.req("DES-10")
def test_a_visit_needs_the_citys_word_shows_every_page_in_its_list_and_ends(
    home: City, operator: Client, chief: Client, visitor: Client
) -> None:
    begun = clock.now()
    visit = ask(operator, home, minutes=15)
    refused = operator.post(f"/cities/{home.code}/visits/{visit.id}/open/", follow=True).content.decode()
    assert "もう終わっています" in refused
    assert "運用者の閲覧の申請に答える" in chief.get("/").content.decode()
    listed = chief.get("/operator-visits/").content.decode()
    assert WHY in listed
    grant(chief, visit)
    path = way_in(operator, home, visit)
    # Whatever fetches the link uses nothing up.
    assert visitor.get(path).status_code == visitor.get(path).status_code == 200
    assert visitor.post(path).status_code == 302
    assert visitor.post(path).status_code == 404
    page = visitor.get("/reservations/", follow=True).content.decode()
    assert f"運用者として{home.name}を閲覧しています" in page
    # What somebody looks for may be a name: the list says which page, not which question.
    assert visitor.get("/reservations/", {"words": "山田"}).status_code == 200
    seen = entries(home, action="accounts.visit_viewed")
    assert [each.details["path"] for each in seen][-1] == "/reservations/"
    assert {(each.actor_kind, each.actor_name) for each in seen} == {("operator", "運用 一郎")}
    with clock.frozen_at(begun + timedelta(minutes=16)):
        assert "閲覧の時間が終わりました" in visitor.get("/", follow=True).content.decode()
    actions = {each.action for each in entries(home, object_type="accounts.visit")}
    assert {"accounts.visit_asked", "accounts.visit_granted", "accounts.visit_begun"} <= actions
    with in_city(directory().operators()):
        assert AuditEntry.objects.filter(action="accounts.visit_asked", object_ids=[home.code]).exists()


def test_a_visitor_changes_nothing_and_exports_nothing(
    home: City, operator: Client, chief: Client, visitor: Client
) -> None:
    go_in(operator, chief, visitor, home)
    with in_city(home):
        before = Staff.objects.count()
    for path in ("/staff/new/", "/switch-nothing/", "/password/", "/lists/columns/", "/session/keep/"):
        assert visitor.post(path, {"name": "x"}).status_code in (403, 404), path
    for path in ("/staff/?as=csv", "/audit/", "/audit/proof/file/?since=2026-05-01&until=2026-05-02"):
        assert visitor.get(path).status_code == 403, path
    with in_city(home):
        assert Staff.objects.count() == before
    denied = entries(home, action="access.denied", details__attempted="accounts.visit_change_refused")
    assert {each.actor_kind for each in denied} == {"operator"}


def test_what_a_visitor_may_not_open_is_written_down_as_an_operators_attempt(
    home: City, operator: Client, chief: Client, visitor: Client
) -> None:
    go_in(operator, chief, visitor, home)
    assert visitor.get("/audit/").status_code == 403
    denied = entries(home, action="access.denied", details__path="/audit/")
    begun = entries(home, action="accounts.visit_begun")
    assert [(each.actor_kind, each.actor_id) for each in denied] == [("operator", begun[0].actor_id)]
    page = chief.get("/audit/", {"kind": "operator", "action": "access.denied"}).content.decode()
    assert "画面：/audit/" in page


def test_names_stay_covered_unless_the_city_says_otherwise(
    home: City, operator: Client, chief: Client, visitor: Client
) -> None:
    from madoguchi.accounts.sight import eyes_of_person
    from madoguchi.accounts.visits.visitors import visitor_of

    visit = ask(operator, home)
    with in_city(home):
        assert eyes_of_person(visitor_of(visit)).masks
    grant(chief, visit, sees_all="on")
    with in_city(home):
        visit.refresh_from_db()
        assert not eyes_of_person(visitor_of(visit)).masks


def test_the_city_ends_a_visit_at_once(home: City, operator: Client, chief: Client, visitor: Client) -> None:
    visit = go_in(operator, chief, visitor, home)
    assert visitor.get("/").status_code == 200
    chief.post(f"/operator-visits/{visit.id}/", {"act": "end"})
    assert visitor.get("/").status_code == 302
    assert operator.post(f"/cities/{home.code}/visits/{visit.id}/open/").status_code == 302


def test_an_operator_ends_their_own_visit_and_nobody_elses(
    home: City, operator: Client, chief: Client, visitor: Client
) -> None:
    visit = go_in(operator, chief, visitor, home)
    with in_city(directory().operators()):
        other = sign_in(
            Client(headers=host_of(directory().operators())), StaffFactory.create(roles=["operator"])
        )
    other.post(f"/cities/{home.code}/visits/{visit.id}/end/")
    assert visitor.get("/").status_code == 200
    visitor.post("/operator-visits/leave/")
    assert visitor.get("/").status_code == 302


@pytest.mark.parametrize("values", [{"reason": "短い", "minutes": 30}, {"reason": WHY, "minutes": 9999}, {}])
def test_a_wish_without_a_reason_or_with_another_time_is_refused(
    home: City, operator: Client, values: dict[str, Any]
) -> None:
    assert operator.post(f"/cities/{home.code}/visits/", values).status_code == 422
    with in_city(home):
        assert not OperatorVisit.objects.exists()


def test_a_second_wish_waits_for_the_first(home: City, operator: Client) -> None:
    ask(operator, home)
    again = operator.post(f"/cities/{home.code}/visits/", {"reason": WHY, "minutes": 30})
    assert "すでに申請中" in again.content.decode()


def test_a_refused_or_forgotten_wish_opens_nothing(home: City, operator: Client, chief: Client) -> None:
    visit = ask(operator, home)
    chief.post(f"/operator-visits/{visit.id}/", {"act": "refuse", "note": "電話で説明してください"})
    page = operator.get(f"/cities/{home.code}/visits/").content.decode()
    assert "電話で説明してください" in page
    grant(chief, visit)
    with in_city(home):
        visit.refresh_from_db()
    assert not visit.is_granted
    late = ask(operator, home)
    with clock.frozen_at(clock.now() + timedelta(hours=25)), in_city(home):
        assert not late.is_open(clock.now())


@pytest.mark.parametrize(
    "answer",
    [
        {"note": "電話で"},
        {"act": "perhaps", "note": "電話で"},
        {"act": "grant", "note": "電話で" * 100},
        {"act": "grant", "note": "電話で\x00"},
    ],
)
def test_an_answer_that_cannot_be_read_decides_nothing(
    home: City, operator: Client, chief: Client, answer: dict[str, str]
) -> None:
    visit = ask(operator, home)
    refused = chief.post(f"/operator-visits/{visit.id}/", {**answer, "sees_all": "on"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "電話で" in page
    assert 'name="sees_all" checked' in page
    with in_city(home):
        visit.refresh_from_db()
    assert visit.decided_at is None


def test_staff_of_a_city_have_no_way_to_be_visitors(home: City, visitor: Client, chief: Client) -> None:
    assert visitor.post("/operator-visits/enter/guessed-token/").status_code == 404
    assert chief.get("/operator-visits/leave/")["Location"] == "/"
    with in_city(home):
        clerk = StaffFactory.create(counter_clerk=True)
        browser = sign_in(Client(headers=host_of(home)), clerk)
    assert browser.get("/operator-visits/").status_code == 403


@pytest.mark.req("KUR-86")
def test_operators_work_only_from_known_networks(
    home: City, operator: Client, chief: Client, visitor: Client, settings: Any
) -> None:
    allowed, elsewhere = {"x-real-ip": "203.0.113.7"}, {"x-real-ip": "198.51.100.9"}
    settings.MADOGUCHI = {**settings.MADOGUCHI, "OPERATORS_NETWORKS": ("203.0.113.0/24",)}
    assert operator.get("/", headers=allowed).status_code == 200
    answer = operator.post(f"/cities/{home.code}/visits/", {"reason": WHY, "minutes": 15}, headers=allowed)
    assert answer.status_code == 302
    with in_city(home):
        visit = OperatorVisit.objects.latest("asked_at")
    grant(chief, visit)
    page = operator.post(f"/cities/{home.code}/visits/{visit.id}/open/", headers=allowed).content.decode()
    path = urlsplit(re.findall(r'href="(http[^"]+/operator-visits/enter/[^"]+)"', page)[0]).path
    assert visitor.post(path, headers=elsewhere).status_code == 404
    assert visitor.post(path, headers=allowed).status_code == 302
    assert visitor.get("/", headers=allowed).status_code == 200
    refused = visitor.get("/", headers=elsewhere)
    assert (refused.status_code, "この場所からは利用できません" in refused.content.decode()) == (403, True)
    for path in ("/", "/sign-in/", f"/cities/{home.code}/"):
        refused = operator.get(path, headers=elsewhere)
        assert refused.status_code == 403, path
        assert home.name not in refused.content.decode()
    for city in (home, directory().operators()):
        with in_city(city):
            assert AuditAlert.objects.filter(kind="foreign_network").exists()
            attempts = AuditEntry.objects.filter(details__attempted="accounts.network_refused")
            assert {each.address for each in attempts} == {"198.51.100.9"}
    # A city's own staff come from wherever they work.
    assert chief.get("/", headers=elsewhere).status_code == 200


def test_a_visit_of_one_city_opens_no_other(
    home: City, stranger: City, operator: Client, chief: Client, visitor: Client
) -> None:
    visit = ask(operator, home)
    grant(chief, visit)
    path = way_in(operator, home, visit)
    other = Client(headers=host_of(stranger))
    assert other.post(path).status_code == 404
    assert visitor.post(path).status_code == 302
    other.cookies["sessionid"] = visitor.cookies["sessionid"].value
    assert other.get("/").status_code == 302
