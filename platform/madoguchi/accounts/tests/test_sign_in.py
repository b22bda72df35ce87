"""Signing in: who gets in, who does not, and what a third party can block."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi import clock
from madoguchi.accounts import services, sessions
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db

WRONG = "wrong-password-entirely"


@pytest.fixture
def staff_client(home: City) -> Client:
    return client_of(home)


def client_of(city: City) -> Client:
    return Client(headers={"host": urlsplit(city.staff_url).netloc}, REMOTE_ADDR="127.0.0.1")


def post(client: Client, staff_code: str, password: str, **extra: Any) -> Any:
    body = {"staff_code": staff_code, "password": password, "next": extra.pop("next", "")}
    return client.post("/sign-in/", body, **extra)


def test_the_right_password_opens_the_staff_home(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    response = post(staff_client, "A1001", PASSWORD)
    assert (response.status_code, response.url) == (302, "/")
    assert staff_client.get("/").status_code == 200
    entry = AuditEntry.objects.get(action="accounts.signed_in")
    assert entry.actor_name == "窓口 花子"


def test_full_width_letters_and_small_letters_are_the_same_code(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    assert post(staff_client, " ａ１００１ ", PASSWORD).status_code == 302


def test_without_signing_in_every_page_leads_to_the_sign_in_page(staff_client: Client) -> None:
    response = staff_client.get("/audit/?page=2")
    assert response["Location"] == "/sign-in/?next=%2Faudit%2F%3Fpage%3D2"
    assert staff_client.get(response["Location"]).status_code == 200


def test_the_page_asked_for_is_shown_after_signing_in_unless_it_is_elsewhere(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    assert post(staff_client, "A1001", PASSWORD, next="/password/").url == "/password/"
    for bad in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert post(staff_client, "A1001", PASSWORD, next=bad).url == "/"


def test_unknown_code_and_wrong_password_get_one_answer(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    answers = [post(staff_client, code, WRONG) for code in ("A1001", "Z9999")]
    assert [answer.status_code for answer in answers] == [422, 422]
    texts = [answer.content.decode().split("<main")[1] for answer in answers]
    without_token = [text.split("csrfmiddlewaretoken")[0] for text in texts]
    assert without_token[0] == without_token[1]
    assert "職員コードまたはパスワードが正しくありません。" in texts[0]


def test_an_unknown_code_costs_a_password_hash_as_a_known_one_does(
    staff_client: Client, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    staff = StaffFactory.create(staff_code="A1001")
    services.set_password(staff=staff, password=PASSWORD, now=clock.now())
    spent = []
    for code in ("A1001", "Z9999"):
        began = time.perf_counter()
        post(staff_client, code, WRONG)
        spent.append(time.perf_counter() - began)
    assert spent[1] > spent[0] / 3


def test_somebody_out_of_service_cannot_sign_in(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001", is_active=False)
    assert post(staff_client, "A1001", PASSWORD).status_code == 422


def test_five_failures_stop_this_code_here_and_nobody_else(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    StaffFactory.create(staff_code="A1002")
    here = {"HTTP_X_REAL_IP": "203.0.113.5"}
    codes = [post(staff_client, "A1001", WRONG, **here).status_code for _ in range(5)]
    assert codes == [422, 422, 422, 422, 429]
    refused = post(staff_client, "A1001", PASSWORD, **here)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1800")
    assert "30分ほど待って" in refused.content.decode()
    assert "_auth_user_id" not in staff_client.session
    colleague = post(staff_client, "A1002", PASSWORD, **here)
    assert colleague.status_code == 302
    staff_client.post("/sign-out/")
    elsewhere = post(staff_client, "A1001", PASSWORD, HTTP_X_REAL_IP="203.0.113.6")
    assert elsewhere.status_code == 302


def test_a_forged_forwarding_header_does_not_reset_the_count(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    codes = [
        post(staff_client, "A1001", WRONG, HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code
        for number in range(6)
    ]
    assert codes[-2:] == [429, 429]


def test_x_real_ip_is_believed_only_from_our_proxy(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    codes = [
        post(
            staff_client, "A1001", WRONG, REMOTE_ADDR="192.0.2.9", HTTP_X_REAL_IP=f"198.51.100.{number}"
        ).status_code
        for number in range(6)
    ]
    assert codes[-2:] == [429, 429]


def test_the_lock_ends_by_itself(staff_client: Client, settings: Any) -> None:
    StaffFactory.create(staff_code="A1001")
    for _ in range(5):
        post(staff_client, "A1001", WRONG)
    assert post(staff_client, "A1001", PASSWORD).status_code == 429
    settings.AXES_COOLOFF_TIME = timedelta(seconds=0.05)
    time.sleep(0.1)
    assert post(staff_client, "A1001", PASSWORD).status_code == 302


def test_failures_in_one_city_do_not_count_in_another(
    staff_client: Client, home: City, stranger: City
) -> None:
    with in_city(home):
        StaffFactory.create(staff_code="A1001")
    for _ in range(5):
        post(staff_client, "A1001", WRONG)
    other = client_of(stranger)
    assert post(other, "A1001", WRONG).status_code == 422
    assert post(staff_client, "A1001", PASSWORD).status_code == 429


def test_signing_in_changes_the_session_key(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    session = staff_client.session
    session["planted"] = True
    session.save()
    before = str(session.session_key)
    staff_client.cookies["sessionid"] = before
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.cookies["sessionid"].value != before


def test_signing_out_ends_the_session(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.get("/sign-out/").status_code == 405
    assert staff_client.post("/sign-out/")["Location"] == "/sign-in/"
    assert staff_client.get("/")["Location"].startswith("/sign-in/")


def test_half_an_hour_without_work_signs_out_and_says_so(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    with clock.frozen_at(clock.now() + timedelta(minutes=29)):
        assert staff_client.get("/").status_code == 200
    with clock.frozen_at(clock.now() + timedelta(minutes=58)):
        assert staff_client.get("/").status_code == 200
    with clock.frozen_at(clock.now() + timedelta(minutes=89)):
        response = staff_client.get("/", follow=True)
    assert "しばらく操作がなかったため" in response.content.decode()


def test_background_polling_does_not_keep_a_session_alive(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    for minutes in (10, 20, 29):
        with clock.frozen_at(clock.now() + timedelta(minutes=minutes)):
            assert staff_client.get("/", headers={"x-background": "1"}).status_code == 200
    with clock.frozen_at(clock.now() + timedelta(minutes=31)):
        assert staff_client.get("/", headers={"x-background": "1"}).status_code == 302


def test_eight_hours_end_the_busiest_session(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    began = clock.now()
    for minutes in range(20, 480, 20):
        with clock.frozen_at(began + timedelta(minutes=minutes)):
            assert staff_client.get("/").status_code == 200
    with clock.frozen_at(began + timedelta(minutes=481)):
        assert staff_client.get("/").status_code == 302


def test_a_session_row_of_one_city_is_worth_nothing_in_another(
    staff_client: Client, home: City, stranger: City
) -> None:
    with in_city(home):
        staff = StaffFactory.create(staff_code="A1001")
        post(staff_client, "A1001", PASSWORD)
        key = staff_client.cookies["sessionid"].value
        content = dict(staff_client.session.items())
    with in_city(stranger):
        # The same person under the same key, with the same session row: the worst that can happen.
        Staff.objects.bulk_create([staff])
        plant(key, content)
    other = client_of(stranger)
    other.cookies["sessionid"] = key
    assert other.get("/").status_code == 302
    with in_city(stranger):
        plant(key, {**content, sessions.CITY: str(stranger.uuid)})
    other.cookies["sessionid"] = key
    assert other.get("/").status_code == 200
    assert staff_client.get("/").status_code == 200


def plant(key: str, content: dict[str, Any]) -> None:
    """Write a session row as it stands."""
    Session.objects.update_or_create(
        session_key=key,
        defaults={
            "session_data": SessionStore().encode(content),
            "expire_date": clock.now() + timedelta(hours=1),
        },
    )


def test_a_new_password_ends_every_other_session(staff_client: Client, home: City) -> None:
    StaffFactory.create(staff_code="A1001")
    other = client_of(home)
    post(staff_client, "A1001", PASSWORD)
    post(other, "A1001", PASSWORD)
    body = {"current": PASSWORD, "new_password": "a-new-and-long-one", "repeated": "a-new-and-long-one"}
    assert staff_client.post("/password/", body).status_code == 302
    assert staff_client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert post(other, "A1001", "a-new-and-long-one").status_code == 302


def test_a_password_that_must_be_changed_comes_before_anything_else(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001", must_change_password=True)
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.get("/")["Location"] == reverse("password_change", urlconf="deploy.urls.staff")
    body = {"current": PASSWORD, "new_password": "123456789012", "repeated": "123456789012"}
    assert staff_client.post("/password/", body).status_code == 422
    body = {"current": PASSWORD, "new_password": "a-new-and-long-one", "repeated": "a-new-and-long-one"}
    assert staff_client.post("/password/", body).status_code == 302
    assert staff_client.get("/").status_code == 200


def test_the_sign_in_page_is_not_on_the_resident_site(home: City) -> None:
    client = Client(headers={"host": urlsplit(home.resident_url).netloc})
    assert client.get("/sign-in/").status_code == 404


def test_operators_sign_in_to_a_world_of_their_own(home: City) -> None:
    operators = directory().operators()
    with in_city(operators):
        StaffFactory.create(staff_code="OP01", name="運用 一郎", roles=["operator_viewer"])
    client = client_of(operators)
    assert post(client, "OP01", PASSWORD).status_code == 302
    assert client.get("/").status_code == 200
    with in_city(operators):
        assert AuditEntry.objects.get(action="accounts.signed_in").actor_kind == "operator"
    assert post(client_of(home), "OP01", PASSWORD).status_code == 422


def test_a_resident_page_asks_for_no_session(home: City) -> None:
    client = Client(headers={"host": urlsplit(home.resident_url).netloc})
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/")
    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert not [
        query for query in asked if "django_session" in query["sql"] or "accounts_staff" in query["sql"]
    ]


@pytest.mark.parametrize("cookie", ['"aaaaaaaaaaaaaaaa\\000"', "x", "A" * 32, "a" * 500])
def test_a_cookie_that_no_session_can_have_counts_as_none(
    staff_client: Client, home: City, cookie: str
) -> None:
    assert staff_client.get("/", headers={"cookie": f"sessionid={cookie}"}).status_code == 302
    resident = Client(headers={"host": urlsplit(home.resident_url).netloc})
    assert resident.get("/booking/", headers={"cookie": f"sessionid={cookie}"}).status_code == 200


def test_no_page_for_staff_is_kept_by_a_browser(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.get("/")["Cache-Control"] == "no-store"


@pytest.mark.req("KUM-27")
def test_only_people_of_this_city_come_in_and_failures_stop_the_pair(home: City, stranger: City) -> None:
    with in_city(home):
        StaffFactory.create(staff_code="A1001")
    assert post(client_of(home), "A1001", PASSWORD).status_code == 302
    at_stranger = post(client_of(stranger), "A1001", PASSWORD)
    unknown = post(client_of(stranger), "Z9999", PASSWORD)
    texts = [
        answer.content.decode().split("<main")[1].split("csrfmiddlewaretoken")[0]
        for answer in (at_stranger, unknown)
    ]
    assert (at_stranger.status_code, unknown.status_code, texts[0]) == (422, 422, texts[1])
    guessing = client_of(home)
    assert [post(guessing, "A1001", WRONG).status_code for _ in range(5)] == [422, 422, 422, 422, 429]
    known, nobody = post(guessing, "A1001", PASSWORD), None
    for _ in range(6):
        nobody = post(guessing, "Z9999", PASSWORD)
    assert nobody is not None
    # Locked reads the same for a code that exists and for one that nobody has.
    pages = [
        answer.content.decode().split("<main")[1].split("csrfmiddlewaretoken")[0]
        for answer in (known, nobody)
    ]
    assert (known.status_code, nobody.status_code, pages[0]) == (429, 429, pages[1])
