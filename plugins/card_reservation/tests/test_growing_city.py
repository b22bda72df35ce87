"""A city grows by itself: a site and ten people, on its own pages, without an operator."""

import re

import pytest
from django.test import Client

from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.places.models import Place
from plugins.card_reservation.tests import way
from plugins.card_reservation.tests.stand_ins import People

pytestmark = pytest.mark.django_db
HOST = "staff.midori.localhost"
PASSWORD = "a-long-password-9"
SITE = {
    "name": "東市民センター",
    "name_en": "East Civic Centre",
    "address": "みどり市東町1番2号",
    "phone": "0942-00-0001",
    "access": "東駅から歩いて5分",
    "counters": "1 カード交付",
}
PEOPLE = "\n".join(f"E{number:03},東 {number},窓口職員,東市民センター" for number in range(1, 11))
WEEK = {f"d{day}_opens": "09:00" for day in range(7)} | {f"d{day}_closes": "18:00" for day in range(7)}


@pytest.fixture
def admin(hall: Place) -> Client:
    """The browser of the city's administrator, in a city that takes bookings."""
    return sign_in(Client(headers={"host": HOST}), StaffFactory.create(city_admin=True))


@pytest.mark.req("FUJ-32")
def test_an_administrator_adds_a_site_and_ten_people_and_both_work_at_once(
    admin: Client, resident: Client, people: People
) -> None:
    added = admin.post("/places/add/", SITE)
    place = Place.objects.get(name=SITE["name"])
    assert added["Location"] == f"/places/{place.id}/hours/"
    assert admin.post(f"/places/{place.id}/hours/", WEEK).status_code == 303
    token = way.open_link(resident, people)
    resident.post(f"/booking/start/{token}/", {"agreed": "on"})
    assert SITE["name"] not in resident.get("/booking/place/").content.decode()
    assert resident.get("/booking/place/").status_code == 200
    assert admin.post(f"/places/{place.id}/visibility/").status_code == 303
    assert SITE["name"] in resident.get("/booking/place/").content.decode()
    page = admin.post("/staff/several/", {"rows": PEOPLE}).content.decode()
    codes = re.findall(r"[2-9A-Z]{5}(?:-[2-9A-Z]{5}){3}", page)
    assert len(codes) == 10
    for number, code in enumerate(codes, start=1):
        browser = Client(headers={"host": HOST})
        chosen = {"reset_code": code, "new_password": PASSWORD, "repeated": PASSWORD}
        browser.post("/sign-in/reset/", chosen)
        browser.post("/sign-in/", {"staff_code": f"E{number:03}", "password": PASSWORD})
        new = browser.get(f"/reservations/new/?place={place.id}")
        assert new.status_code == 200
        assert 'name="slot"' in new.content.decode()
    refused = admin.post("/staff/several/", {"rows": f"{PEOPLE}\nE999,東,市長"})
    assert refused.status_code == 422
    assert Staff.objects.filter(staff_code="E999").count() == 0
    assert browser.post("/places/add/", SITE).status_code == 403
    assert browser.post("/staff/several/", {"rows": "E999,東,管理者"}).status_code == 403
