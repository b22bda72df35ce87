"""The change of personnel by file: checked, seen, done on its day in one go, undone."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts import bundles, services
from madoguchi.accounts.models import PersonnelPlan, ResetCode, Role, Staff
from madoguchi.accounts.personnel import planning
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit.models import AuditAlert, AuditEntry
from madoguchi.ledger.audit.origin import originating
from madoguchi.tenancy import City

pytestmark = pytest.mark.django_db

HEAD = "職員コード,区分,氏名,氏名カナ,課・係,役割,担当する場所,メールアドレス\r\n"
PAGE = "/staff/personnel/"


@pytest.fixture
def admin(home: City) -> Staff:
    services.seed_roles()
    return StaffFactory.create(staff_code="A0001", roles=["city_admin"])


@pytest.fixture
def desk(home: City, admin: Staff) -> Client:
    return sign_in(Client(headers={"host": urlsplit(home.staff_url).netloc}), admin)


def send(desk: Client, text: str, *, days: int = 0, encoding: str = "utf-8-sig") -> Any:
    file = SimpleUploadedFile("april.csv", text.encode(encoding), content_type="text/csv")
    day = clock.today() + timedelta(days=days)
    return desk.post(PAGE, {"file": file, "effective_on": day.isoformat()})


def april() -> str:
    """Write the file of a first of April: one joins, one moves, one leaves, one comes back."""
    StaffFactory.create(staff_code="B0001", name="異動 一郎", roles=["counter_clerk"], section="市民課")
    StaffFactory.create(staff_code="B0002", name="退職 二郎", roles=["counter_clerk"])
    StaffFactory.create(staff_code="B0003", name="復帰 三子", roles=["counter_clerk"], is_active=False)
    return HEAD + (
        "C0001,,新人 四子,シンジン ヨツコ,市民課,窓口職員,すべて,c1@example.jp\r\n"
        "b0001,異動,,,税務課,監査担当,,\r\n"
        "B0002,退職,,,,,,\r\n"
        "B0003,,,,,,,\r\n"
    )


def facts(code: str) -> tuple[Any, ...]:
    person = Staff.objects.get(staff_code=code)
    return person.section, person.is_active, sorted(person.roles.values_list("key", flat=True))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_file_is_seen_before_done_in_one_go_and_undone(desk: Client, encoding: str) -> None:
    address = send(desk, april(), encoding=encoding)["Location"]
    page = desk.get(address).content.decode()
    assert "新人 四子" in page
    assert "監査担当" in page
    # Nothing has happened before the confirmation.
    assert not Staff.objects.filter(staff_code="C0001").exists()
    assert desk.post(f"{address}confirm/").status_code == 302
    assert facts("C0001") == ("市民課", True, ["counter_clerk"])
    assert facts("B0001") == ("税務課", True, ["auditor"])
    assert facts("B0002")[1] is False
    assert facts("B0003")[1] is True
    assert Staff.objects.get(staff_code="C0001").email == "c1@example.jp"
    done = AuditEntry.objects.get(action="accounts.personnel_done")
    assert {name: done.details[name] for name in ("joins", "returns", "moves", "leaves")} == {
        "joins": 1,
        "returns": 1,
        "moves": 1,
        "leaves": 1,
    }
    codes = desk.post(f"{address}codes/")
    assert "no-store" in codes["Cache-Control"]
    assert ResetCode.objects.count() == 1
    assert desk.post(f"{address}undo/").status_code == 302
    assert facts("C0001")[1] is False
    assert facts("B0001") == ("市民課", True, ["counter_clerk"])
    assert (facts("B0002")[1], facts("B0003")[1]) == (True, False)
    # A second press changes nothing more.
    assert desk.post(f"{address}undo/").status_code == 422
    assert desk.post(f"{address}confirm/").status_code == 422


def test_a_long_file_costs_as_many_questions_as_a_short_one(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        StaffFactory.create(staff_code=f"P{number:04}", roles=["counter_clerk"], section="市民課")
    lines = [f"P{number:04},異動,,,税務課,監査担当,," for number in range(20)]
    lines += [f"P{number:04},退職,,,,,," for number in range(20, 60)]
    lines += [f"N{number:04},,新人 {number},シンジン,市民課,窓口職員,すべて," for number in range(60)]
    with django_assert_max_num_queries(45):
        address = send(desk, HEAD + "\r\n".join(lines))["Location"]
    with django_assert_max_num_queries(45):
        page = desk.get(address).content.decode()
    assert re.findall(r"<span>(?:登録|変更|停止)</span><b>(\d+)", page) == ["60", "20", "40"]
    with django_assert_max_num_queries(60):
        assert desk.post(f"{address}confirm/").status_code == 302
    assert facts("P0000") == ("税務課", True, ["auditor"])
    assert facts("P0059") == ("市民課", False, ["counter_clerk"])
    assert facts("N0059") == ("市民課", True, ["counter_clerk"])
    with django_assert_max_num_queries(60):
        assert desk.post(f"{address}undo/").status_code == 302
    assert facts("P0000") == ("市民課", True, ["counter_clerk"])
    assert facts("N0059")[1:] == (False, [])


def test_every_fault_of_a_line_is_named_at_once(desk: Client) -> None:
    line = f"Z1,栄転,{'長' * 61},,,王様・女王,月面,nobody,,,\r\n"
    page = send(desk, HEAD + line + "Z1,退職,,,,,,\r\n")
    assert page.status_code == 422
    said = page.content.decode()
    for fault in (
        "2行目：区分は「登録」「異動」「退職」のどれかにしてください。",
        "2行目：「氏名」は60文字までです。",
        "2行目：役割「王様」はありません。",
        "2行目：役割「女王」はありません。",
        "2行目：場所「月面」はありません。",
        "2行目：メールアドレスの形が正しくありません。",
        "3行目：職員コード「Z1」が2回あります。",
    ):
        assert fault in said, fault


def test_what_cannot_be_read_hides_nothing_that_cannot_be_done(desk: Client) -> None:
    page = send(desk, f"{HEAD}C0002,,,,,,,\r\nC0003,,新人,,,市長,,\r\nB9999,退職,,,,,,").content.decode()
    for words in (
        "2行目：新しい職員には氏名が必要です。",
        "3行目：役割「市長」はありません。",
        "4行目：登録されていない職員コードです。",
    ):
        assert words in page
    assert not PersonnelPlan.objects.exists()


def test_the_plan_counts_who_comes_back(desk: Client) -> None:
    page = desk.get(send(desk, april())["Location"]).content.decode()
    counted = re.findall(r"<span>(登録|復帰|変更|停止)</span><b>(\d)", page)
    assert counted == [("登録", "1"), ("復帰", "1"), ("変更", "1"), ("停止", "1")]


def test_a_plan_waits_for_its_day_and_names_who_asked(desk: Client, admin: Staff) -> None:
    address = send(desk, april(), days=2)["Location"]
    desk.post(f"{address}confirm/")
    now = clock.now()
    assert planning.do_due(now=now) == 0
    assert facts("B0001")[0] == "市民課"
    assert planning.do_due(now=now + timedelta(days=2)) == 1
    assert planning.do_due(now=now + timedelta(days=2)) == 0
    assert facts("B0001")[0] == "税務課"
    entry = AuditEntry.objects.get(action="accounts.personnel_done")
    assert entry.actor_id == str(admin.id)


def test_a_plan_is_given_up_before_its_day(desk: Client) -> None:
    address = send(desk, april(), days=2)["Location"]
    desk.post(f"{address}confirm/")
    assert desk.post(f"{address}drop/").status_code == 302
    assert planning.do_due(now=clock.now() + timedelta(days=3)) == 0
    assert facts("B0001")[0] == "市民課"


def test_a_plan_that_became_impossible_changes_nobody_and_says_why(desk: Client) -> None:
    address = send(desk, april(), days=2)["Location"]
    desk.post(f"{address}confirm/")
    Staff.objects.get(staff_code="B0002").delete()
    assert planning.do_due(now=clock.now() + timedelta(days=2)) == 0
    plan = PersonnelPlan.objects.get()
    assert plan.state == "refused"
    assert plan.refusal.startswith("B0002：")
    assert not Staff.objects.filter(staff_code="C0001").exists()
    assert facts("B0001")[0] == "市民課"


def test_a_role_that_is_gone_by_the_day_is_given_to_nobody_and_hinders_no_undo(desk: Client) -> None:
    Role.objects.create(key="spring", name="春の応援")
    StaffFactory.create(staff_code="B0001", roles=["counter_clerk"])
    plan = send(desk, "職員コード,氏名,役割\nB0001,,春の応援\nC0009,新人 一郎,春の応援\n", days=2)["Location"]
    desk.post(f"{plan}confirm/")
    Role.objects.get(key="spring").delete()
    assert planning.do_due(now=clock.now() + timedelta(days=2)) == 1
    given = AuditEntry.objects.filter(action="accounts.rights_changed")
    assert [entry.details["new_roles"] for entry in given] == [[]]
    assert desk.post(f"{plan}undo/").status_code == 302
    assert facts("B0001")[2] == ["counter_clerk"]


def test_what_was_changed_since_is_not_undone(desk: Client) -> None:
    address = send(desk, april())["Location"]
    desk.post(f"{address}confirm/")
    Staff.objects.filter(staff_code="B0001").update(section="総務課")
    assert desk.post(f"{address}undo/").status_code == 422
    # Nobody: not even those whom nobody has touched.
    assert facts("B0002")[1] is False


WRONG = {
    "B9999,退職,,,,,,": "2行目：登録されていない職員コードです。",
    "C0002,,,,,,,": "2行目：新しい職員には氏名が必要です。",
    "C0002,,新人,,,市長,,": "2行目：役割「市長」はありません。",
    "C0002,,新人,,,,月面支所,": "2行目：場所「月面支所」はありません。",
    "C0002,転居,新人,,,,,": "2行目：区分は「登録」「異動」「退職」のどれかにしてください。",
    "C0002,,新人,,,,,not-a-mail": "2行目：メールアドレスの形が正しくありません。",
    "C0002,,新人,,,,,,,,": "",
    ",,新人,,,,,": "2行目：職員コードがありません。",
    "C0002,,新人\r\nC0002,,新人": "3行目：職員コード「C0002」が2回あります。",
    "A0001,退職,,,,,,": "2行目：自分の役割と利用状態は変更できません。",
    "A0001,,,,,監査担当,,": "2行目：自分の役割と利用状態は変更できません。",
    "C0002,,新" + "人" * 80: "2行目：「氏名」は60文字までです。",
}


@pytest.mark.parametrize("line", WRONG)
def test_every_wrong_line_is_named_and_nothing_is_kept(desk: Client, line: str) -> None:
    answer = send(desk, HEAD + line + "\r\n")
    if not WRONG[line]:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert WRONG[line] in answer.content.decode()
    assert not PersonnelPlan.objects.exists()
    assert not AuditEntry.objects.filter(action="accounts.staff_added").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xff\xff", b"name,code\r\n1,2", HEAD.encode(), "氏名\r\n新人".encode(), b'"open', b"a\x00b"],
)
def test_a_file_that_is_none_is_refused_in_words(desk: Client, content: bytes) -> None:
    file = SimpleUploadedFile("x.csv", content, content_type="text/csv")
    answer = desk.post(PAGE, {"file": file, "effective_on": clock.today().isoformat()})
    assert answer.status_code == 422
    assert not PersonnelPlan.objects.exists()


def test_days_of_the_past_and_of_other_decades_are_refused(desk: Client) -> None:
    assert send(desk, april(), days=-1).status_code == 422
    assert send(desk, HEAD + "C0005,,新人", days=4000).status_code == 422


def test_the_last_administrator_is_replaced_in_one_file_but_never_lost(desk: Client, home: City) -> None:
    chief = StaffFactory.create(staff_code="A0002", roles=["city_admin"])
    Staff.objects.filter(staff_code="A0001").update(overrides={})
    # The order of the lines does not matter: who comes in comes first.
    swap = HEAD + "A0002,退職,,,,,,\r\nD0001,,次長 五郎,,,管理者,,\r\n"
    address = send(desk, swap)["Location"]
    desk.post(f"{address}confirm/")
    chief.refresh_from_db()
    assert not chief.is_active
    assert Staff.objects.get(staff_code="D0001").has_permission("accounts.manage_staff")


def test_the_people_of_today_come_as_a_file_that_changes_nobody(desk: Client) -> None:
    april()
    text = desk.get(f"{PAGE}file/").content.decode("utf-8-sig")
    assert text.splitlines()[0] == HEAD.strip()
    address = send(desk, text)["Location"]
    assert all(step.kind == "same" for step in planning.steps(PersonnelPlan.objects.get()))
    desk.post(f"{address}confirm/")
    assert not AuditEntry.objects.filter(action="accounts.rights_changed").exists()


def test_names_with_signs_of_any_width_come_back_as_they_went(desk: Client, admin: Staff) -> None:
    role = bundles.make(name="窓口・電話（応援）", copied_from=None, actor=admin.actor, now=clock.now())
    StaffFactory.create(staff_code="B0009", name="山田　花子（旧姓 佐藤）", roles=[role.key, "auditor"])
    text = desk.get(f"{PAGE}file/").content.decode("utf-8-sig")
    answer = send(desk, text)
    assert answer.status_code == 302, answer.content.decode()
    assert all(step.kind == "same" for step in planning.steps(PersonnelPlan.objects.get()))
    desk.post(answer["Location"] + "confirm/")
    assert Staff.objects.get(staff_code="B0009").name == "山田　花子（旧姓 佐藤）"
    assert len(facts("B0009")[2]) == 2
    wrong = send(desk, HEAD + "B0010,,新人,,,窓口・電話(応援)・電話,,")
    assert "役割「電話」はありません" in wrong.content.decode()


@pytest.mark.parametrize("code", ["=1+1", "-1", "@SUM", "😀1", "カナ", "<B>"])
def test_somebody_new_gets_no_code_that_cannot_be_typed(desk: Client, code: str) -> None:
    entry = {"staff_code": code, "name": "新人", "is_active": "on"}
    for answer in (
        send(desk, HEAD + f"{code},,新人,,,,,"),
        desk.post("/staff/new/", entry),
        desk.post("/staff/several/", {"rows": f"{code}\t新人"}),
    ):
        assert answer.status_code == 422
        assert "英字か数字で始め" in answer.content.decode()
    # Who has such a code from before can still be kept out.
    StaffFactory.create(staff_code=code)
    assert send(desk, HEAD + f"{code},退職,,,,,,").status_code == 302


@pytest.mark.req("NAN-37")
def test_each_member_has_an_id_a_role_and_more_or_less_and_april_comes_in_one_file(desk: Client) -> None:
    """An ID that signs in from two places at once raises an alert."""
    address = send(desk, april())["Location"]
    desk.post(f"{address}confirm/")
    person = Staff.objects.get(staff_code="C0001")
    entry = {"name": "新人 改名", "roles": ["counter_clerk"], "is_active": "on", "email": ""}
    assert desk.post(f"/staff/{person.id}/", entry).status_code == 302
    body = {"permission": "audit.view_entries", "is_granted": "yes", "reason": "代理", "until": ""}
    desk.post(f"/staff/{person.id}/rights/override/", body)
    assert Staff.objects.get(id=person.id).has_permission("audit.view_entries")
    assert desk.post(f"/staff/{person.id}/delete/").status_code == 302
    assert not Staff.objects.filter(id=person.id).exists()
    for sender in ("192.0.2.1", "198.51.100.1"):
        with originating(request_id="r", address=sender):
            one = Staff.objects.get(staff_code="B0001")
            services.record(
                actor=services.staff_actor(one), action="accounts.signed_in", staff=one.id, now=clock.now()
            )
    oddities.look(now=clock.now())
    assert AuditAlert.objects.filter(kind=oddities.TWO_PLACES).exists()
