"""An administrator makes tokens with what he holds himself, sees them once, and ends them."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.testing.factories import PASSWORD, StaffFactory, sign_in
from madoguchi.web.api.declarations import MANAGE
from madoguchi.web.api.events import TOLD
from madoguchi.web.api.models import ApiToken, Webhook
from madoguchi.web.api.tests.machines import program, token_for

pytestmark = pytest.mark.django_db
PROVE = "/sign-in/methods/prove/"
FORM = {
    "label": "庁内予約表示盤",
    "scopes": ["places.view_places"],
    "days": "90",
    "networks": "127.0.0.0/8\n",
}


def test_a_token_is_made_shown_once_and_works(admin: Client) -> None:
    page = admin.post("/api-access/new/", FORM)
    assert page.status_code == 200
    text = next(
        word
        for word in page.content.decode().replace("<", " ").replace(">", " ").split()
        if word.startswith("mdg_")
    )
    assert program(text).get("/api/v1/places/").status_code == 200
    listed = admin.get("/api-access/").content.decode()
    assert "庁内予約表示盤" in listed
    assert text not in listed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", ["accounts.manage_staff"]),
        ("scopes", []),
        ("sees", ["accounts.password"]),
        ("networks", "everywhere"),
        ("networks", "\n".join(f"203.0.113.{turn}/32" for turn in range(11))),
        ("days", "9999"),
        ("label", ""),
    ],
)
def test_a_wish_that_cannot_be_is_refused(admin: Client, field: str, value: object) -> None:
    assert admin.post("/api-access/new/", {**FORM, field: value}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_replaced_and_ended_by_hand(admin: Client) -> None:
    made = token_for("places.view_places")
    assert "mdg_" in admin.post(f"/api-access/tokens/{made.id}/rotate/").content.decode()
    assert admin.post(f"/api-access/tokens/{made.id}/rotate/").status_code == 302
    last = ApiToken.objects.get(revoked_at=None)
    assert admin.post(f"/api-access/tokens/{last.id}/revoke/").status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_nobody_replaces_a_token_that_does_more_than_they_may(db: None) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    kept = {"is_granted": True, "reason": "x", "until": None, "given_by": "x", "given_on": "2026-01-01"}
    sign_in(browser, StaffFactory.create(roles=["counter_clerk"], overrides={MANAGE: kept}))
    wider = token_for("accounts.manage_staff")
    answer = browser.post(f"/api-access/tokens/{wider.id}/rotate/")
    assert answer.status_code == 302
    assert ApiToken.objects.get(revoked_at=None).id == wider.id
    own = token_for("places.view_places")
    assert "mdg_" in browser.post(f"/api-access/tokens/{own.id}/rotate/").content.decode()


def test_nobody_replaces_a_token_that_sees_more_than_they_may(db: None) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    person = StaffFactory.create(roles=["city_admin"], place_ids=[uuid4()])
    sign_in(browser, person)
    everywhere = token_for("places.view_places")
    assert browser.post(f"/api-access/tokens/{everywhere.id}/rotate/").status_code == 302
    assert ApiToken.objects.get(revoked_at=None).id == everywhere.id
    here = token_for("places.view_places", places=person.place_ids)
    assert "mdg_" in browser.post(f"/api-access/tokens/{here.id}/rotate/").content.decode()


def leave_open(browser: Client) -> None:
    """Let the last proof be an hour ago."""
    session: Any = browser.session
    session["signed_in_at"] -= 3600
    session.save()


def test_a_screen_left_open_makes_no_key_to_the_city(admin: Client) -> None:
    made = token_for("places.view_places")
    leave_open(admin)
    hook = {"label": "表示盤", "address": "https://kiosk.example.jp/", "events": list(TOLD)[:1]}
    asked = {
        "/api-access/new/": admin.post("/api-access/new/", FORM),
        "/api-access/": admin.post(f"/api-access/tokens/{made.id}/rotate/"),
        "/api-access/webhooks/new/": admin.post("/api-access/webhooks/new/", hook),
    }
    for target, answer in asked.items():
        assert answer["Location"] == f"{PROVE}?{urlencode({'next': target})}"
    assert ApiToken.objects.get().id == made.id
    assert not ApiToken.objects.exclude(revoked_at=None).exists()
    assert not Webhook.objects.exists()
    assert admin.post(f"/api-access/tokens/{made.id}/revoke/")["Location"] == "/api-access/", "ending is free"
    admin.post(PROVE, {"current": PASSWORD, "next": "/api-access/new/"})
    assert admin.post("/api-access/new/", FORM).status_code == 200


def test_a_clerk_makes_no_token(db: None) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    sign_in(browser, StaffFactory.create(roles=["counter_clerk"]))
    assert browser.post("/api-access/new/", FORM).status_code == 403
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://kiosk.example.jp/",
        "https://user:secret@kiosk.example.jp/",
        "https://kiosk.example.jp:22/",
        "ftp://kiosk.example.jp/",
        "https:///",
        "https://kiosk.example.jp:99999/",
        "https://192.168.0.1/hook",
        "https://[::1]/hook",
    ],
)
def test_messages_go_to_https_addresses_alone(admin: Client, address: str) -> None:
    form = {"label": "表示盤", "address": address, "events": ["card_reservation.pickup_booked"]}
    assert admin.post("/api-access/webhooks/new/", form).status_code == 422
    assert not Webhook.objects.exists()


def test_the_manual_names_every_address(admin: Client) -> None:
    page = admin.get("/api-access/documentation/").content.decode()
    for address in ("/api/v1/bookings/", "/api/v1/slots/", "/api/v1/places/", "/api/v1/imports/"):
        assert address in page
    assert "システム連携に戻る" in page
    # What is written for programmers stays English, and says so to whoever has the page read aloud.
    assert '<p lang="en">List the bookings of a day, at one place or at all.</p>' in page
    assert not re.findall(r"<(?:p|td|th|td class=[^ ]+)>[A-Z][a-z]+ [a-z]+ [^<]*", page)


def test_who_works_for_some_places_lets_nobody_hear_of_all(db: None) -> None:
    browser = Client(headers={"host": "staff.midori.localhost"})
    sign_in(browser, StaffFactory.create(roles=["city_admin"], place_ids=[uuid4()]))
    form = {
        "label": "表示盤",
        "address": "https://kiosk.example.jp/",
        "events": ["card_reservation.pickup_booked"],
    }
    assert browser.post("/api-access/webhooks/new/", form).status_code == 302
    assert not Webhook.objects.exists()
