"""The step after the password: apps, codes on paper and by mail, who must have one, and how it is lost."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.credentials import AuthenticatorApp, MailCode, RecoveryCode
from madoguchi.accounts.methods import authenticator, mail_codes, policy, recovery
from madoguchi.accounts.methods.policy import SignInRules
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.accounts.tests.test_sign_in import WRONG, client_of, post
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.ledger.outbox.models import OutboxEvent
from madoguchi.tenancy import City, directory, in_city

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def staff_client(home: City) -> Client:
    return client_of(home)


def with_app(**facts: Any) -> Staff:
    """Make a person whose app holds a known secret."""
    staff = StaffFactory.create(**{"staff_code": "A1001", **facts})
    authenticator.add(staff=staff, secret=SECRET, step=0, now=clock.now())
    return staff


def digits(offset: int = 0) -> str:
    """Read the app."""
    return authenticator.digits_at(secret=SECRET, step=authenticator.step_of(clock.now()) + offset)


def ask_for(required: policy.Required, **more: Any) -> None:
    """Let the city ask for a second step."""
    policy.keep(rules=SignInRules(required=required, **more), actor=SYSTEM, now=clock.now())


def is_signed_in(client: Client) -> bool:
    """Tell whether the staff home opens."""
    return client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_digits_are_those_of_the_standard(moment: int, expected: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert authenticator.digits_at(secret=secret, step=moment // 30) == expected


def test_with_an_app_the_password_alone_opens_nothing(staff_client: Client) -> None:
    with_app()
    response = post(staff_client, "A1001", PASSWORD, next="/password/")
    assert response["Location"] == "/sign-in/second/?next=%2Fpassword%2F"
    assert not is_signed_in(staff_client)
    page = staff_client.get(response["Location"]).content.decode()
    assert "認証アプリの6桁の数字" in page
    answer = staff_client.post("/sign-in/second/", {"code": digits(), "next": "/password/"})
    assert answer["Location"] == "/password/"
    assert is_signed_in(staff_client)
    entry = AuditEntry.objects.get(action="accounts.signed_in")
    assert entry.details == {"method": ["password", "app"]}


def test_digits_open_once_and_old_ones_never(staff_client: Client, home: City) -> None:
    with_app()
    now = clock.now()
    with clock.frozen_at(now):
        for client, code, expected in (
            (staff_client, digits(-2), 422),
            (staff_client, digits(), 302),
            (client_of(home), digits(), 422),
            (client_of(home), digits(-1), 422),
            (client_of(home), digits(+1), 302),
        ):
            post(client, "A1001", PASSWORD)
            assert client.post("/sign-in/second/", {"code": code}).status_code == expected


def test_digits_typed_with_an_input_method_are_read_and_kana_are_refused(staff_client: Client) -> None:
    with_app()
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.post("/sign-in/second/", {"code": "あいうえおか"}).status_code == 422
    wide = digits().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert staff_client.post("/sign-in/second/", {"code": wide}).status_code == 302


def test_nobody_comes_to_the_second_step_without_the_first(staff_client: Client) -> None:
    with_app()
    response = staff_client.post("/sign-in/second/", {"code": digits()})
    assert response["Location"] == "/sign-in/"
    assert not is_signed_in(staff_client)


def test_a_second_step_waits_ten_minutes_and_not_past_a_new_password(staff_client: Client) -> None:
    staff = with_app()
    post(staff_client, "A1001", PASSWORD)
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        assert staff_client.post("/sign-in/second/", {"code": digits()})["Location"] == "/sign-in/"
    post(staff_client, "A1001", PASSWORD)
    Staff.objects.filter(id=staff.id).update(session_stamp="00000000-0000-4000-8000-000000000000")
    assert staff_client.post("/sign-in/second/", {"code": digits()})["Location"] == "/sign-in/"


def test_ten_wrong_codes_rest_for_half_an_hour_and_the_right_one_then_opens(staff_client: Client) -> None:
    staff = with_app()
    post(staff_client, "A1001", PASSWORD)
    for _ in range(10):
        assert staff_client.post("/sign-in/second/", {"code": "000000"}).status_code == 422
    answer = staff_client.post("/sign-in/second/", {"code": digits()})
    assert "30分ほど止めています" in answer.content.decode()
    with clock.frozen_at(clock.now() + timedelta(minutes=31)):
        post(staff_client, "A1001", PASSWORD)
        assert staff_client.post("/sign-in/second/", {"code": digits()}).status_code == 302
    about = {"object_ids": [str(staff.id)], "details__attempted": "accounts.second_step_refused"}
    denied = AuditEntry.objects.filter(**about)
    assert denied.count() == 11


def test_a_code_from_paper_opens_once_however_it_is_typed(staff_client: Client, home: City) -> None:
    staff = with_app()
    code = recovery.make_codes(staff=staff, now=clock.now())[3]
    typed = code.lower().replace("-", " ").translate(str.maketrans("23456789", "２３４５６７８９"))
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.post("/sign-in/second/", {"code": typed}).status_code == 302
    again = client_of(home)
    post(again, "A1001", PASSWORD)
    assert again.post("/sign-in/second/", {"code": code}).status_code == 422
    assert recovery.count_left(staff_id=staff.id) == 9


def test_neither_secrets_nor_codes_stand_in_the_tables(home: City) -> None:
    staff = with_app()
    codes = recovery.make_codes(staff=staff, now=clock.now())
    mail_codes.send(staff=staff, now=clock.now())
    rows = [bytes(row.sealed) for row in AuthenticatorApp.objects.all()]
    rows += [bytes(row.sealed) for row in MailCode.objects.all()]
    rows += [bytes(row.digest) for row in RecoveryCode.objects.all()]
    told = "".join(str(event.payload) for event in OutboxEvent.objects.all())
    number = mail_codes.read(staff=staff, now=clock.now())
    assert number is not None
    for secret in (SECRET, number, *codes):
        assert not any(secret.encode() in row for row in rows)
        assert secret not in told


def test_an_administrator_without_a_second_step_is_led_to_one_where_the_city_asks(
    staff_client: Client,
) -> None:
    StaffFactory.create(staff_code="A1001", city_admin=True)
    ask_for("administrators")
    assert post(staff_client, "A1001", PASSWORD).status_code == 302
    for address in ("/", "/staff/", "/audit/"):
        assert staff_client.get(address)["Location"] == "/sign-in/methods/"
    page = staff_client.get("/sign-in/methods/app/").content.decode()
    found = re.search(r'id="app-secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    secret = found.group(1).replace(" ", "")
    step = authenticator.step_of(clock.now())
    answer = staff_client.post(
        "/sign-in/methods/app/", {"digits": authenticator.digits_at(secret=secret, step=step)}
    )
    codes = re.findall(r'<span class="mono">([0-9A-Z]{5}-[0-9A-Z]{5})</span>', answer.content.decode())
    assert len(codes) == 10
    assert staff_client.get("/staff/").status_code == 200


def test_a_clerk_is_asked_only_where_everybody_is_and_never_in_a_trusted_network(
    staff_client: Client, home: City
) -> None:
    StaffFactory.create(staff_code="A1001", counter_clerk=True)
    ask_for("administrators")
    post(staff_client, "A1001", PASSWORD)
    assert is_signed_in(staff_client)
    ask_for("everybody", trusted_networks=("10.20.0.0/16",))
    outside, inside = client_of(home), client_of(home)
    post(outside, "A1001", PASSWORD, HTTP_X_REAL_IP="10.21.0.9")
    post(inside, "A1001", PASSWORD, HTTP_X_REAL_IP="10.20.0.9")
    assert outside.get("/")["Location"] == "/sign-in/methods/"
    assert is_signed_in(inside)


def test_a_trusted_network_waives_the_step_of_a_clerk_and_not_of_an_administrator(
    staff_client: Client, home: City
) -> None:
    with_app(counter_clerk=True)
    admin = StaffFactory.create(staff_code="A1002", city_admin=True)
    authenticator.add(staff=admin, secret=SECRET, step=0, now=clock.now())
    ask_for("everybody", trusted_networks=("10.20.0.0/16",))
    inside = {"HTTP_X_REAL_IP": "10.20.0.9"}
    assert post(staff_client, "A1001", PASSWORD, **inside)["Location"] == "/"
    assert post(client_of(home), "A1002", PASSWORD, **inside)["Location"].startswith("/sign-in/second/")


def test_the_floor_of_the_installation_cannot_be_undercut(settings: Any, staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001", city_admin=True)
    ask_for("chosen")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "SECOND_STEP": "administrators"}
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.get("/")["Location"] == "/sign-in/methods/"
    assert policy.sign_in_rules().required == "administrators"
    ask_for("chosen", allows_apps=False, allows_passkeys=False)
    assert policy.sign_in_rules().allows_apps


def test_every_operator_is_an_administrator(settings: Any) -> None:
    settings.MADOGUCHI = {**settings.MADOGUCHI, "SECOND_STEP": "administrators"}
    operators = directory().operators()
    with in_city(operators):
        StaffFactory.create(staff_code="OP01", roles=["operator_viewer"])
    client = client_of(operators)
    post(client, "OP01", PASSWORD)
    assert client.get("/")["Location"] == "/sign-in/methods/"


def test_fifty_failures_from_everywhere_ask_for_a_code_by_mail_and_lock_nobody_out(
    staff_client: Client, home: City
) -> None:
    staff = StaffFactory.create(staff_code="A1001", email="hanako@city.example")
    ask_for("chosen", guesses_a_day=10)
    for number in range(10):
        post(client_of(home), "A1001", WRONG, HTTP_X_REAL_IP=f"198.51.100.{number}")
    assert post(staff_client, "A1001", PASSWORD)["Location"].startswith("/sign-in/second/")
    assert not is_signed_in(staff_client)
    assert "8桁の数字" in staff_client.get("/sign-in/second/").content.decode()
    code = mail_codes.read(staff=staff, now=clock.now())
    assert staff_client.post("/sign-in/second/", {"code": "00000000"}).status_code == 422
    assert staff_client.post("/sign-in/second/", {"code": code}).status_code == 302
    assert is_signed_in(staff_client)
    assert post(client_of(home), "A1001", PASSWORD)["Location"] == "/"


def test_guesses_at_a_code_that_nobody_has_look_the_same(home: City) -> None:
    ask_for("chosen", guesses_a_day=10)
    StaffFactory.create(staff_code="A1001")
    for code in ("A1001", "Z9999"):
        answers = [
            post(client_of(home), code, WRONG, HTTP_X_REAL_IP=f"198.51.100.{number}").status_code
            for number in range(12)
        ]
        assert set(answers) == {422}


def test_an_administrator_takes_lost_methods_away_with_reason_and_own_password(home: City) -> None:
    admin = StaffFactory.create(staff_code="B2001", city_admin=True)
    staff = with_app(email="hanako@city.example")
    recovery.make_codes(staff=staff, now=clock.now())
    client = client_of(home)
    post(client, admin.staff_code, PASSWORD)
    address = f"/staff/{staff.id}/methods/"
    assert "登録あり" in client.get(address).content.decode()
    for body in ({"reason": "紛失", "current": WRONG}, {"reason": "", "current": PASSWORD}):
        assert client.post(address, body).status_code == 422
    assert AuthenticatorApp.objects.filter(staff=staff).exists()
    assert client.post(address, {"reason": "紛失", "current": PASSWORD}).status_code == 302
    assert not AuthenticatorApp.objects.filter(staff=staff).exists()
    entry = AuditEntry.objects.get(action="accounts.methods_reset")
    assert (entry.details, entry.actor_id) == ({"reason": "紛失"}, str(admin.id))
    events = OutboxEvent.objects.filter(kind="accounts.staff_noticed")
    assert events.count() == 1
    assert client.post(f"/staff/{admin.id}/methods/", {"reason": "x", "current": PASSWORD}).status_code == 422


def test_the_last_method_stays_where_the_city_asks_for_one(staff_client: Client) -> None:
    staff = with_app(city_admin=True)
    post(staff_client, "A1001", PASSWORD)
    staff_client.post("/sign-in/second/", {"code": digits()})
    ask_for("administrators")
    staff_client.post("/sign-in/methods/app/remove/")
    assert AuthenticatorApp.objects.filter(staff=staff).exists()
    ask_for("chosen")
    staff_client.post("/sign-in/methods/app/remove/")
    assert not AuthenticatorApp.objects.filter(staff=staff).exists()


def test_a_screen_left_open_is_not_enough_to_change_a_method(staff_client: Client) -> None:
    with_app()
    post(staff_client, "A1001", PASSWORD)
    staff_client.post("/sign-in/second/", {"code": digits()})
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        asked = staff_client.get("/sign-in/methods/app/")
        assert asked["Location"] == "/sign-in/methods/prove/?next=%2Fsign-in%2Fmethods%2Fapp%2F"
        assert staff_client.post("/sign-in/methods/app/remove/")["Location"].startswith(
            "/sign-in/methods/prove/"
        )
        for wrong in ({"current": PASSWORD}, {"code": "000000"}, {"answer": "{}"}):
            assert staff_client.post("/sign-in/methods/prove/", wrong).status_code == 422
        body = {"code": digits(), "next": "/sign-in/methods/app/"}
        assert staff_client.post("/sign-in/methods/prove/", body)["Location"] == "/sign-in/methods/app/"
        assert staff_client.get("/sign-in/methods/app/").status_code == 200


def test_whoever_has_no_second_step_proves_by_the_password(staff_client: Client) -> None:
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        assert staff_client.post("/sign-in/methods/prove/", {"current": WRONG}).status_code == 422
        body = {"current": PASSWORD, "next": "/sign-in/methods/app/"}
        assert staff_client.post("/sign-in/methods/prove/", body)["Location"] == "/sign-in/methods/app/"
        assert staff_client.get("/sign-in/methods/app/").status_code == 200


def test_an_open_screen_changes_no_rules_and_what_was_typed_is_kept(home: City) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    colleague = StaffFactory.create(staff_code="A1001")
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    page = client.get("/sign-in/rules/").content.decode()
    field = re.search(r'name="(_?draft[^"]*)" value="([^"]+)"', page)
    assert field is not None
    typed = {
        "part": "sign_in",
        "sign_in-required": "everybody",
        "sign_in-allows_apps": "on",
        "sign_in-guesses_a_day": "61",
        field[1]: html.unescape(field[2]),
    }
    with clock.frozen_at(clock.now() + timedelta(minutes=20)):
        asked = client.post("/sign-in/rules/", typed)["Location"]
        assert asked.startswith("/sign-in/methods/prove/?next=%2Fsign-in%2Frules%2F%3Fdraft")
        assert client.get("/sign-in/rules/")["Location"].startswith("/sign-in/methods/prove/")
        code = client.post(f"/staff/{colleague.id}/reset-code/")
        assert "prove" in code["Location"]
        assert str(colleague.id) in code["Location"]
        assert policy.sign_in_rules().required == "chosen"
        target = parse_qs(urlsplit(asked).query)["next"][0]
        proved = client.post("/sign-in/methods/prove/", {"current": PASSWORD, "next": target})
        again = html.unescape(client.get(proved["Location"]).content.decode())
        assert 'value="61"' in again
        assert "入力の続きから" in again
        assert client.post("/sign-in/rules/", typed)["Location"] == "/sign-in/rules/"
        assert client.post(f"/staff/{colleague.id}/reset-code/").status_code == 200
    assert policy.sign_in_rules().required == "everybody"


def test_the_policy_page_refuses_what_nobody_could_live_with(home: City) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    good = {
        "part": "sign_in",
        "sign_in-required": "everybody",
        "sign_in-allows_apps": "on",
        "sign_in-trusted_networks": "10.20.1.9/16\n2001:db8::/32\n",
        "sign_in-guesses_a_day": "60",
    }
    for wrong in (
        {"sign_in-trusted_networks": "0.0.0.0/0"},
        {"sign_in-trusted_networks": "市役所"},
        {"sign_in-guesses_a_day": "3"},
        {"sign_in-required": "nobody"},
        {"sign_in-allows_apps": ""},
    ):
        assert client.post("/sign-in/rules/", {**good, **wrong}).status_code == 422
    assert client.post("/sign-in/rules/", good).status_code == 302
    rules = policy.sign_in_rules()
    assert rules.trusted_networks == ("10.20.0.0/16", "2001:db8::/32")
    entry = AuditEntry.objects.get(action="accounts.policy_changed")
    assert entry.details["sign_in.required"] == {"from": "chosen", "to": "everybody"}
    assert "すべての職員に求める" in html.unescape(client.get("/sign-in/rules/").content.decode())


def test_a_new_password_does_not_excuse_from_adding_a_method(staff_client: Client) -> None:
    ask_for("everybody")
    StaffFactory.create(staff_code="A1001")
    post(staff_client, "A1001", PASSWORD)
    assert staff_client.get("/")["Location"] == "/sign-in/methods/"
    chosen = "kaki-no-ha-zushi-7781"
    form = {"current": PASSWORD, "new_password": chosen, "repeated": chosen}
    assert staff_client.post("/password/", form).status_code == 302
    assert staff_client.get("/")["Location"] == "/sign-in/methods/"
