"""What was typed into a long form is there again after the next sign-in: for its typist, and nobody else."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.models import Draft, Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory, sign_in
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = {"staff_code": "N100", "name": "新入 職員", "name_kana": "シンニュウ ショクイン", "section": "市民課"}


def browser_at(city: City) -> Client:
    return Client(headers={"host": urlsplit(city.staff_url).netloc})


def signed_in(city: City, person: Staff) -> Client:
    with in_city(city):
        return sign_in(browser_at(city), person)


def opened_form(browser: Client) -> dict[str, str]:
    """Open the form and give its hidden mark."""
    page = browser.get("/staff/new/").content.decode()
    found = re.search(r'name="_draft" value="([^"]+)"', page)
    assert found is not None
    return {"_draft": found[1]}


def come_back(browser: Client, person: Staff, *, to: str) -> str:
    """Sign in where the page led and give what it shows."""
    values = {"staff_code": person.staff_code, "password": PASSWORD, "next": to}
    page: str = browser.post("/sign-in/", values, follow=True).content.decode()
    return page


def ended_and_sent(browser: Client) -> str:
    """Send the form after the session has ended, and give where it goes on."""
    hidden = opened_form(browser)
    browser.post("/sign-out/")
    answer = browser.post("/staff/new/", {**TYPED, **hidden, "password": "never-keep-this"})
    assert answer.status_code == 302
    asked = browser.get(answer["Location"]).content.decode()
    assert "30分間" in asked
    assert TYPED["name"] not in asked
    found = re.search(r'name="next" value="([^"]+)"', asked)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_typed_words_survive_a_session_that_ended(home: City) -> None:
    with in_city(home):
        person = StaffFactory.create(roles=["city_admin"])
    browser = signed_in(home, person)
    going_on = ended_and_sent(browser)
    with in_city(home):
        draft = Draft.objects.get()
        assert "新入".encode() not in bytes(draft.sealed)
        assert not Staff.objects.filter(staff_code="N100").exists(), "nothing was saved meanwhile"
    page = come_back(browser, person, to=going_on)
    assert "入力の続きから再開しました" in page
    assert all(f'value="{word}"' in page for word in TYPED.values())
    assert "never-keep-this" not in page


def test_another_person_at_the_same_pc_gets_nothing(home: City) -> None:
    with in_city(home):
        person, other = StaffFactory.create(roles=["city_admin"]), StaffFactory.create(roles=["city_admin"])
    browser = signed_in(home, person)
    going_on = ended_and_sent(browser)
    page = come_back(browser, other, to=going_on)
    assert "新入" not in page
    assert "入力の続き" not in page
    assert "入力の続き" not in browser.get("/").content.decode()
    browser.post("/sign-out/")
    assert "新入 職員" in come_back(browser, person, to=going_on)


def test_another_city_gets_nothing_even_of_the_same_person(home: City, stranger: City) -> None:
    with in_city(home):
        person = StaffFactory.create(roles=["city_admin"])
    with in_city(stranger):
        twin = StaffFactory.create(
            id=person.id, staff_code=person.staff_code, password=person.password, roles=["city_admin"]
        )
    going_on = ended_and_sent(signed_in(home, person))
    page = come_back(browser_at(stranger), twin, to=going_on)
    assert "新入" not in page
    assert "新入 職員" in come_back(browser_at(home), person, to=going_on)


def test_after_half_an_hour_nothing_is_left(home: City) -> None:
    with in_city(home):
        person = StaffFactory.create(roles=["city_admin"])
    browser = signed_in(home, person)
    going_on = ended_and_sent(browser)
    with clock.frozen_at(clock.now() + timedelta(minutes=31)):
        assert "新入" not in come_back(browser, person, to=going_on)
        ended_and_sent(signed_in(home, person))
    with in_city(home):
        assert Draft.objects.count() == 1, "keeping a new one forgets the old ones"


def test_a_form_nobody_opened_is_not_kept(home: City) -> None:
    for field in ({}, {"_draft": "forged"}, {"_draft": "a.b"}):
        answer = browser_at(home).post("/staff/new/", {**TYPED, **field})
        assert answer.status_code == 302
    with in_city(home):
        assert not Draft.objects.exists()


def test_the_home_reminds_of_a_form_that_was_not_finished_and_forgets_it_when_it_is(home: City) -> None:
    with in_city(home):
        person = StaffFactory.create(roles=["city_admin"])
    browser = signed_in(home, person)
    going_on = ended_and_sent(browser)
    assert "入力の続きから再開する" in come_back(browser, person, to="/")
    values = {**TYPED, "roles": ["counter_clerk"], "is_active": "on"}
    assert browser.post(going_on, values).status_code == 200
    assert "入力の続き" not in browser.get("/").content.decode()
