"""Signing in by the city's own directory, against a real provider that speaks OpenID Connect."""

import re
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread

from madoguchi import clock
from madoguchi.accounts.credentials import IdentityProvider, ProviderAccount
from madoguchi.accounts.identity import providers, wire
from madoguchi.accounts.methods import authenticator
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.accounts.tests.test_second_step import SECRET
from madoguchi.accounts.tests.test_sign_in import client_of, post
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db

CLIENT_SECRET = "the-secret-of-the-city"
PEOPLE = (
    User(sub="sub-hanako", claims={"employee_id": "a1001", "name": "窓口 花子"}),
    User(sub="sub-mail", claims={"email": "taro@city.example", "email_verified": True}),
    User(sub="sub-unsure", claims={"email": "taro@city.example", "email_verified": False}),
    User(sub="sub-new", claims={"employee_id": "N7001", "name": "新人 一郎"}),
    User(sub="sub-twice", claims={"employee_id": "A1001", "amr": ["pwd", "mfa"]}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def provider(issuer: str) -> IdentityProvider:
    return add(issuer)


def entry(issuer: str, **more: Any) -> providers.Entry:
    facts = {
        "label": "庁内アカウントでサインイン",
        "issuer": issuer,
        "client_id": "madoguchi",
        "secret": CLIENT_SECRET,
        "staff_code_claim": "employee_id",
        "matches_mail": False,
        "adds_staff": False,
        "counts_as_two": False,
    }
    return providers.Entry(**{**facts, **more})


def add(issuer: str, *, is_on: bool = True, **more: Any) -> IdentityProvider:
    """Write a directory down, as tried and switched on."""
    cache.clear()
    metadata = providers.discover(issuer=issuer)
    found = IdentityProvider.objects.filter(issuer=issuer).first()
    row = providers.save(
        provider=found, entry=entry(issuer, **more), metadata=metadata, actor=SYSTEM, now=clock.now()
    )
    if is_on:
        providers.note_trial(provider=row, actor=SYSTEM, now=clock.now())
        row.refresh_from_db()
        providers.switch(provider=row, is_on=True, actor=SYSTEM, now=clock.now())
    return row


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def choose(address: str, sub: str) -> str:
    """Sign in on the page of the directory and give the address that it leads back to."""
    opener = urllib.request.build_opener(_Stay)
    body = urlencode({"sub": sub}).encode()
    try:
        opener.open(urllib.request.Request(address, data=body))
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the directory led nowhere")


def go(client: Client, provider: IdentityProvider, sub: str, target: str = "/") -> Any:
    """Walk the whole way to the directory and back."""
    start = client.get(f"/sign-in/provider/{provider.id}/", {"next": target})
    assert start.status_code == 302, start.content
    return come_back(client, choose(start["Location"], sub))


def come_back(client: Client, address: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def test_a_person_of_the_directory_comes_in_by_the_staff_code(home: City, provider: IdentityProvider) -> None:
    staff = StaffFactory.create(staff_code="A1001")
    client = client_of(home)
    assert provider.label in client.get("/sign-in/").content.decode()
    assert go(client, provider, "sub-hanako", "/password/")["Location"] == "/password/"
    assert client.get("/").status_code == 200
    assert ProviderAccount.objects.get().staff == staff
    signed_in = AuditEntry.objects.get(action="accounts.signed_in")
    assert (signed_in.actor_id, signed_in.details) == (str(staff.id), {"method": ["provider"]})


def test_the_link_holds_when_the_directory_changes_the_code(home: City, provider: IdentityProvider) -> None:
    staff = StaffFactory.create(staff_code="A1001")
    go(client_of(home), provider, "sub-hanako")
    Staff.objects.filter(id=staff.id).update(staff_code="A9999")
    other = StaffFactory.create(staff_code="A1001")
    client = client_of(home)
    assert go(client, provider, "sub-hanako")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(staff.id) != str(other.id)
    assert go(client_of(home), provider, "sub-twice")["Location"] == "/"


def test_a_mail_address_counts_only_when_the_directory_has_checked_it(home: City, issuer: str) -> None:
    provider = add(issuer, matches_mail=True)
    StaffFactory.create(staff_code="T1", email="Taro@city.example")
    assert go(client_of(home), provider, "sub-unsure")["Location"] == "/sign-in/"
    assert go(client_of(home), provider, "sub-mail")["Location"] == "/"


def test_nobody_is_let_in_whom_the_city_did_not_write_down(home: City, provider: IdentityProvider) -> None:
    client = client_of(home)
    assert go(client, provider, "sub-new")["Location"] == "/sign-in/"
    assert "職員の登録がありません" in client.get("/sign-in/").content.decode()
    assert not Staff.objects.filter(staff_code="N7001").exists()
    StaffFactory.create(staff_code="A1001", is_active=False)
    assert go(client_of(home), provider, "sub-hanako")["Location"] == "/sign-in/"


def test_a_city_may_have_people_added_without_any_role(home: City, issuer: str) -> None:
    provider = add(issuer, adds_staff=True)
    client = client_of(home)
    assert go(client, provider, "sub-new")["Location"] == "/"
    added = Staff.objects.get(staff_code="N7001")
    assert (added.name, added.granted_permissions) == ("新人 一郎", frozenset())


def test_the_second_step_stays_unless_the_directory_took_one(home: City, provider: IdentityProvider) -> None:
    staff = StaffFactory.create(staff_code="A1001")
    authenticator.add(staff=staff, secret=SECRET, step=0, now=clock.now())
    assert go(client_of(home), provider, "sub-hanako")["Location"].startswith("/sign-in/second/")
    ProviderAccount.objects.all().delete()
    assert go(client_of(home), provider, "sub-twice")["Location"] == "/"


def test_an_answer_that_nobody_asked_for_opens_nothing(home: City, provider: IdentityProvider) -> None:
    StaffFactory.create(staff_code="A1001")
    attacker, victim = client_of(home), client_of(home)
    start = attacker.get(f"/sign-in/provider/{provider.id}/")
    back = choose(start["Location"], "sub-hanako")
    # Somebody else's browser, no browser's state, a repeated answer, a late one.
    assert come_back(victim, back)["Location"] == "/sign-in/"
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert come_back(attacker, back.replace(state, "x" * len(state)))["Location"] == "/sign-in/"
    assert come_back(attacker, back)["Location"] == "/sign-in/"
    late = client_of(home)
    back = choose(late.get(f"/sign-in/provider/{provider.id}/")["Location"], "sub-hanako")
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert come_back(late, back)["Location"] == "/sign-in/"
    refused = client_of(home)
    refused.get(f"/sign-in/provider/{provider.id}/")
    assert (
        refused.get("/sign-in/provider/back/", {"error": "access_denied", "state": "?"})["Location"]
        == "/sign-in/"
    )


def test_the_answer_of_one_city_opens_nothing_in_another(
    home: City, stranger: City, issuer: str, provider: IdentityProvider
) -> None:
    with in_city(stranger):
        StaffFactory.create(staff_code="A1001")
        add(issuer)
    client = client_of(home)
    back = choose(client.get(f"/sign-in/provider/{provider.id}/")["Location"], "sub-hanako")
    other = client_of(stranger)
    other.cookies = client.cookies
    assert come_back(other, back)["Location"] == "/sign-in/"
    assert client_of(stranger).get(f"/sign-in/provider/{provider.id}/").status_code == 404


def test_the_secret_is_sealed_and_never_shown(home: City, provider: IdentityProvider) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    page = client.get(f"/sign-in/providers/{provider.id}/").content.decode()
    assert CLIENT_SECRET not in page
    assert CLIENT_SECRET.encode() not in bytes(IdentityProvider.objects.get().sealed_secret)
    assert providers.secret_of(IdentityProvider.objects.get()) == CLIENT_SECRET


def test_an_administrator_adds_tries_and_switches_a_directory_on(home: City, issuer: str) -> None:
    cache.clear()
    StaffFactory.create(staff_code="B2001", city_admin=True)
    StaffFactory.create(staff_code="A1001")
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    typed = {
        "label": "庁内アカウント",
        "issuer": "http://localhost:9/",
        "client_id": "madoguchi",
        "secret": CLIENT_SECRET,
        "staff_code_claim": "employee_id",
    }
    wrong = client.post("/sign-in/providers/new/", typed)
    assert (wrong.status_code, "正しい答えがありませんでした" in wrong.content.decode()) == (422, True)
    assert (
        client.post("/sign-in/providers/new/", {**typed, "issuer": issuer})["Location"] == "/sign-in/rules/"
    )
    number = IdentityProvider.objects.get().id
    client.post(f"/sign-in/providers/{number}/switch/", {"on": "yes"})
    assert not IdentityProvider.objects.get().is_active
    assert client_of(home).get(f"/sign-in/provider/{number}/").status_code == 404
    page = client.post(f"/sign-in/providers/{number}/try/").content.decode()
    found = re.search(r'href="(http://localhost:\d+/oauth2/authorize[^"]+)"', page)
    assert found is not None
    trial = come_back(client, choose(found.group(1).replace("&amp;", "&"), "sub-hanako"))
    assert "A1001" in trial.content.decode()
    assert client.session["_auth_user_id"] == str(Staff.objects.get(staff_code="B2001").id)
    assert not ProviderAccount.objects.exists()
    client.post(f"/sign-in/providers/{number}/switch/", {"on": "yes"})
    assert IdentityProvider.objects.get().is_active
    changed = {**typed, "issuer": issuer, "secret": "", "staff_code_claim": "another"}
    client.post(f"/sign-in/providers/{number}/", changed)
    assert not IdentityProvider.objects.get().is_active
    assert providers.secret_of(IdentityProvider.objects.get()) == CLIENT_SECRET


def test_another_directory_gets_neither_the_secret_nor_the_people_of_the_former(
    home: City, provider: IdentityProvider
) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    StaffFactory.create(staff_code="A1001")
    go(client_of(home), provider, "sub-hanako")
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    address = f"/sign-in/providers/{provider.id}/"
    page = client.get(address).content.decode()
    assert "いま結び付いている職員：1人" in page
    typed = {
        "label": provider.label,
        "issuer": provider.issuer,
        "client_id": "another",
        "secret": "",
        "staff_code_claim": "employee_id",
    }
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "新しいクライアントシークレットが必要です" in refused.content.decode()
    assert IdentityProvider.objects.get().client_id == "madoguchi"
    assert ProviderAccount.objects.count() == 1
    assert client.post(address, {**typed, "secret": "a-new-secret"}).status_code == 302
    changed = IdentityProvider.objects.get()
    assert (changed.client_id, changed.is_active, changed.tested_at) == ("another", False, None)
    assert providers.secret_of(changed) == "a-new-secret"
    assert not ProviderAccount.objects.exists()
    entry = AuditEntry.objects.get(action="accounts.provider_changed")
    assert entry.details["links_ended"] == 1


def test_an_open_screen_changes_no_directory(home: City, provider: IdentityProvider) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    address = f"/sign-in/providers/{provider.id}/"
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        for page in (client.get(address), client.post(address), client.post(f"{address}switch/")):
            assert page["Location"].startswith("/sign-in/methods/prove/")
        assert client.post(f"{address}remove/")["Location"].startswith("/sign-in/methods/prove/")
    assert IdentityProvider.objects.get().is_active


def test_no_transaction_waits_for_the_directory(
    home: City, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from madoguchi.accounts.identity import signing_in

    order: list[str] = []
    asked = wire.ask
    monkeypatch.setattr(signing_in, "let_transaction_go", lambda: order.append("let go"))

    def ask(**what: Any) -> dict[str, Any]:
        order.append("asked")
        return asked(**what)

    monkeypatch.setattr(wire, "ask", ask)
    StaffFactory.create(staff_code="A1001")
    go(client_of(home), provider, "sub-hanako")
    assert order[0] == "let go"
    assert "asked" in order


def test_a_directory_that_is_down_rests_and_the_password_still_works(
    home: City, provider: IdentityProvider
) -> None:
    StaffFactory.create(staff_code="A1001")
    dead = {**provider.metadata, "token_endpoint": "http://127.0.0.1:9/token"}
    providers.keep_metadata(provider=provider, metadata=dead, now=clock.now())
    client = client_of(home)
    assert go(client, provider, "sub-hanako")["Location"] == "/sign-in/"
    assert client.get(f"/sign-in/provider/{provider.id}/")["Location"] == "/sign-in/"
    assert post(client, "A1001", PASSWORD)["Location"] == "/"
    cache.clear()


def test_an_unknown_number_is_no_directory(home: City) -> None:
    assert client_of(home).get(f"/sign-in/provider/{UUID(int=1)}/").status_code == 404
