"""Rules for passwords: per city, above the platform's floor, told in words with and without scripts."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import services
from madoguchi.accounts.credentials import AccountPolicy, FormerPassword
from madoguchi.accounts.methods import policy
from madoguchi.accounts.methods.policy import PasswordRules
from madoguchi.accounts.models import Staff
from madoguchi.accounts.tests.factories import PASSWORD, StaffFactory
from madoguchi.accounts.tests.test_sign_in import client_of, post
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db

GOOD = "kawa-no-nagare-7"
FORM = {
    "part": "passwords",
    "passwords-shortest": "14",
    "passwords-classes": "3",
    "passwords-remembered": "3",
    "passwords-expires_days": "90",
    "passwords-forbidden_words": "つつじ祭り\nkurumeramen",
}


@pytest.fixture
def person(home: City) -> Staff:
    return StaffFactory.create(
        staff_code="A1001", name="久留米 花子", name_kana="クルメ ハナコ", email="hanako@city.example"
    )


@pytest.fixture
def staff_client(home: City, person: Staff) -> Client:
    client = client_of(home)
    post(client, "A1001", PASSWORD)
    return client


def choose(**rules: Any) -> None:
    policy.keep(rules=PasswordRules(**rules), actor=SYSTEM, now=clock.now())


def change(client: Client, password: str, current: str = PASSWORD, **more: str) -> Any:
    body = {"current": current, "new_password": password, "repeated": password, **more}
    return client.post("/password/", body)


def broken(answer: Any) -> set[str]:
    """Name the rules that the page shows as broken."""
    return set(re.findall(r'data-rule="(\w+)" data-value="[^"]*" data-met="no"', answer.content.decode()))


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("kawa-no-na7", "length"),
        ("7382916504721", "digits"),
        ("abababababab", "repeats"),
        ("kawa-A1001-nagare", "words"),
        ("ｋａｗａ-ａ１００１-nagare", "words"),
        ("きれいな久留米の川の流れの音", "words"),
        ("hanako@city.example", "words"),
        ("Password12345", "common"),
        ("qwertyuiop2026", "common"),
        (PASSWORD, "former"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_with_the_rule(
    staff_client: Client, password: str, rule: str
) -> None:
    answer = change(staff_client, password)
    assert answer.status_code == 422
    assert rule in broken(answer)
    assert "守られていない決まり" in answer.content.decode()


def test_a_good_password_is_taken_and_the_rules_were_told_before(staff_client: Client) -> None:
    page = staff_client.get("/password/").content.decode()
    for words in ("12文字以上", "数字だけにしない", "よく使われるパスワードにしない"):
        assert words in page
    assert change(staff_client, GOOD).status_code == 302


def test_without_scripts_a_button_tells_how_a_password_fares_and_changes_nothing(
    staff_client: Client, person: Staff
) -> None:
    answer = change(staff_client, "kawa", check="yes")
    assert (answer.status_code, broken(answer)) == (200, {"length", "repeats"})
    fine = change(staff_client, GOOD, check="yes")
    assert "すべて守られています" in fine.content.decode()
    assert GOOD not in fine.content.decode()
    assert Staff.objects.get(id=person.id).check_password(PASSWORD)


def test_the_rules_of_a_city_hold_at_the_next_change_only(staff_client: Client, home: City) -> None:
    choose(shortest=16, classes=3, forbidden_words=("つつじ祭り", "kurumeramen"))
    assert post(client_of(home), "A1001", PASSWORD)["Location"] == "/"
    assert "length" in broken(change(staff_client, "Kawa-nagare-7"))
    assert "classes" in broken(change(staff_client, "kawa no nagare no oto"))
    assert "words" in broken(change(staff_client, "Kurumeramen-9-oishii"))
    assert change(staff_client, "Kawa-no-nagare-no-7").status_code == 302


def test_what_is_weaker_than_the_floor_is_refused_and_never_counts(home: City) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    client = client_of(home)
    post(client, "B2001", PASSWORD)
    for wrong in (
        {"passwords-shortest": "8"},
        {"passwords-shortest": "11"},
        {"passwords-classes": "0"},
        {"passwords-remembered": "0"},
        {"passwords-expires_days": "7"},
        {"passwords-expires_days": "-1"},
        {"passwords-forbidden_words": "あ"},
    ):
        assert client.post("/sign-in/rules/", {**FORM, **wrong}).status_code == 422
    assert policy.password_rules() == PasswordRules()
    assert client.post("/sign-in/rules/", FORM).status_code == 302
    assert policy.password_rules().forbidden_words == ("つつじ祭り", "kurumeramen")
    entry = AuditEntry.objects.get(action="accounts.policy_changed")
    assert entry.details["passwords.shortest"] == {"from": 12, "to": 14}
    AccountPolicy.objects.filter(part="passwords").update(chosen={"shortest": 4, "classes": "x"})
    assert policy.password_rules() == PasswordRules()


def test_former_passwords_stay_refused_for_as_many_changes_as_the_city_asks(
    staff_client: Client, home: City
) -> None:
    choose(remembered=3)
    used = [PASSWORD, "kawa-no-nagare-1", "kawa-no-nagare-2", "kawa-no-nagare-3"]
    for old, new in itertools.pairwise(used):
        assert change(staff_client, new, current=old).status_code == 302
    for again in used[1:]:
        assert "former" in broken(change(staff_client, again, current=used[-1]))
    assert change(staff_client, PASSWORD, current=used[-1]).status_code == 302
    assert all(row.password.startswith("md5$") for row in FormerPassword.objects.all())


def test_a_password_too_old_must_be_changed_where_the_city_wants_that(home: City, person: Staff) -> None:
    now = clock.now()
    services.set_password(staff=person, password=PASSWORD, now=now)
    with clock.frozen_at(now + timedelta(days=400)):
        assert post(client_of(home), "A1001", PASSWORD)["Location"] == "/"
        choose(expires_days=90)
        client = client_of(home)
        post(client, "A1001", PASSWORD)
        assert client.get("/")["Location"] == "/password/"
        change(client, GOOD)
        assert client.get("/").status_code == 200


def test_a_password_from_before_the_rules_gets_its_whole_time(home: City, person: Staff) -> None:
    choose(expires_days=90)
    now = clock.now()
    assert post(client_of(home), "A1001", PASSWORD)["Location"] == "/"
    with clock.frozen_at(now + timedelta(days=91)):
        client = client_of(home)
        post(client, "A1001", PASSWORD)
        assert client.get("/")["Location"] == "/password/"


def test_a_reset_code_knows_whose_name_is_not_to_be_used(home: City, person: Staff) -> None:
    code = services.issue_reset_code(staff_id=person.id, actor=SYSTEM, now=clock.now())
    client = client_of(home)
    body = {"reset_code": code, "new_password": "kawa-a1001-nagare", "repeated": "kawa-a1001-nagare"}
    answer = client.post("/sign-in/reset/", body)
    assert (answer.status_code, broken(answer)) == (422, {"words"})
    assert client.post("/sign-in/reset/", {**body, "new_password": GOOD, "repeated": GOOD}).status_code == 302
    assert post(client, "A1001", GOOD).status_code == 302


@pytest.mark.req("NAN-42")
def test_a_city_sets_its_rules_and_each_holds_from_the_next_change_on(home: City, person: Staff) -> None:
    StaffFactory.create(staff_code="B2001", city_admin=True)
    admin, client = client_of(home), client_of(home)
    post(admin, "B2001", PASSWORD)
    weaker = admin.post("/sign-in/rules/", {**FORM, "passwords-shortest": "8"})
    assert (weaker.status_code, policy.password_rules()) == (422, PasswordRules())
    assert "12文字以上にしてください" in weaker.content.decode()
    assert admin.post("/sign-in/rules/", FORM).status_code == 302
    assert post(client, "A1001", PASSWORD)["Location"] == "/"
    page = client.get("/password/").content.decode()
    for words in ("14文字以上", "3種類以上を使う", "3回分のパスワード", "よく使われるパスワード"):
        assert words in page
    for password, rule in (
        ("Kawa-nagare-7", "length"),
        ("kawa no nagare no oto", "classes"),
        ("Password123456!", "common"),
        (PASSWORD, "former"),
        ("Kurumeramen-9-oishii", "words"),
    ):
        answer = change(client, password)
        assert answer.status_code == 422
        assert rule in broken(answer)
    assert change(client, "Kawa-no-nagare-no-7").status_code == 302
    with clock.frozen_at(clock.now() + timedelta(days=91)):
        late = client_of(home)
        post(late, "A1001", "Kawa-no-nagare-no-7")
        assert late.get("/")["Location"] == "/password/"
