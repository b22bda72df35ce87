"""The pages of the register: what they show, whom they refuse, and what they write down."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import RoleFactory, StaffFactory, sign_in
from madoguchi.jobs.tasks import CITY_HEADER
from madoguchi.ledger.audit.models import AuditEntry
from madoguchi.tenancy import City
from plugins.card_management.declarations.intake import IMPORT_ADDRESSES
from plugins.card_management.declarations.register import KEEP_SOURCES, VIEW_REGISTER
from plugins.card_management.formats import register as register_format
from plugins.card_management.models import Card
from plugins.card_management.models.register import (
    FilePickup,
    FileSource,
    PostalCorrection,
    PostalQuestion,
    RenewalTarget,
)
from plugins.card_management.services import postal_filling, register_picking
from plugins.card_management.services.postal_dictionary import data_version
from plugins.card_management.tasks import register as tasks
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.intake import address_profile
from plugins.card_management.tests.register import file_of, renewal_list, source, take
from plugins.card_management.tests.test_register_files import ADMIN

pytestmark = pytest.mark.django_db
PAGES = (
    "/cards/register/",
    "/cards/register/residents/",
    "/cards/register/flags/",
    "/cards/register/files/",
    "/cards/register/postcodes/",
    "/cards/register/renewals/",
)


def add_renewal(**changes: str) -> UUID:
    """Put a card into the ledger that was made for a renewal."""
    card = add_card(**changes)
    Card.objects.filter(pk=card).update(kind="renewal")
    return card


def client_of(city: City, role: str) -> Client:
    client = Client(headers={"host": urlsplit(city.staff_url).netloc})
    return sign_in(client, StaffFactory.create(roles=[role]))


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


@pytest.fixture
def admin(home: City) -> Client:
    return client_of(home, "city_admin")


def reads(purpose: str) -> list[AuditEntry]:
    return list(
        AuditEntry.objects.filter(
            action="personal_data.read", details__purpose=f"card_management.{purpose}"
        ).order_by("id")
    )


@pytest.mark.req("NAN-02")
def test_without_the_register_every_page_of_cards_works(clerk: Client) -> None:
    card = add_card()
    for page in (*PAGES, "/cards/", f"/cards/{card}/"):
        assert clerk.get(page).status_code == 200, page
    # Only what would compare with the register is missing.
    assert "住民票コード" not in clerk.get(f"/cards/{card}/").content.decode()
    moved = clerk.post(f"/cards/{card}/move/", {"action": "pull"})
    assert moved.status_code == 302
    assert Card.objects.get(pk=card).state == "pulled"


@pytest.mark.req("FUJ-20")
def test_the_resident_code_is_shown_by_its_end_alone(clerk: Client) -> None:
    card = add_card()
    take(file_of({"異動事由": "転居", "異動日": "2026-11-01", "在留期限": "2026-12-01"}))
    listed = clerk.get("/cards/register/residents/").content.decode()
    person = clerk.get(f"/cards/{card}/").content.decode()
    flag = clerk.get(f"/cards/register/flags/{card}/").content.decode()
    for page in (listed, person, flag):
        assert "12345678901" not in page
        assert "*********01" in page
    assert "転居" in listed
    assert "在留期間の満了が近い" in person
    assert reads("resident_list")
    assert reads("resident_of_card")
    file = clerk.get("/cards/register/residents/", {"file": "csv"}).content
    assert b"12345678901" not in file


def test_a_flag_is_taken_away_by_an_administrator_with_a_reason_alone(clerk: Client, admin: Client) -> None:
    card = add_card()
    take(file_of({"異動事由": "国内転出"}))
    page = f"/cards/register/flags/{card}/"
    assert "転出" in clerk.get("/cards/register/flags/").content.decode()
    assert clerk.post(f"{page}clear/", {"flag": "moved_out", "reason": "確かめた"}).status_code == 403
    assert admin.post(f"{page}clear/", {"flag": "moved_out", "reason": " "}).status_code == 422
    assert Card.objects.get(pk=card).flags == ["moved_out"]
    cleared = admin.post(f"{page}clear/", {"flag": "moved_out", "reason": "転出は取り消された"})
    assert cleared.status_code == 302
    assert Card.objects.get(pk=card).flags == []
    # Why it was taken away is for those who may do so.
    assert "転出は取り消された" in admin.get(page).content.decode()
    assert "転出は取り消された" not in clerk.get(page).content.decode()


def test_a_holder_is_chosen_between_two(admin: Client) -> None:
    card = add_card()
    take(
        file_of(
            {"住民票コード": "12345678901", "住所": "福岡県久留米市甲町1", "異動事由": "死亡"},
            {"住民票コード": "12345678902", "住所": "福岡県久留米市乙町1"},
        )
    )
    assert "見本 花子" in admin.get("/cards/register/holders/").content.decode()
    page = f"/cards/register/holders/{card}/"
    assert admin.get(page).status_code == 200
    assert admin.post(page, {}).status_code == 200
    from plugins.card_management.models.register import Resident

    dead = Resident.objects.get(standing="died")
    assert admin.post(page, {"resident": str(dead.id)}).status_code == 302
    assert Card.objects.get(pk=card).flags == ["died"]


FORM = {
    "name": "住基異動",
    "format": "register_changes",
    "protocol": "sftp",
    "host": "files.example.jp",
    "user": "juki",
    "secret": "himitsu-no-kagi",
    "folder": "/out",
    "pattern": "JUKI_{日付}_{連番}.csv",
    "done_rule": "marker",
    "marker_suffix": ".done",
    "expected": "workdays",
    "expected_by": "08:30",
    "every_minutes": "10",
    "is_on": "on",
}


def test_a_place_of_files_is_kept_and_its_password_never_shown(admin: Client, clerk: Client) -> None:
    assert clerk.get("/cards/register/sources/add/").status_code == 403
    added = admin.post("/cards/register/sources/add/", FORM)
    place = FileSource.objects.get()
    assert added.headers["Location"] == f"/cards/register/sources/{place.id}/"
    for page in (added.headers["Location"], f"/cards/register/sources/{place.id}/edit/", "/cards/register/"):
        assert "himitsu-no-kagi" not in admin.get(page).content.decode()
    sealed = bytes(place.sealed or b"")
    changed = {**FORM, "secret": "", "folder": "/other"}
    assert admin.post(f"/cards/register/sources/{place.id}/edit/", changed).status_code == 302
    place.refresh_from_db()
    assert (bytes(place.sealed or b""), place.folder) == (sealed, "/other")
    kept = AuditEntry.objects.filter(action__startswith="card_management.file_source").order_by("id")
    assert [entry.action.rpartition(".")[2] for entry in kept] == ["file_source_added", "file_source_changed"]
    assert not any("himitsu" in str(entry.details) for entry in kept)


def test_a_source_that_is_off_says_how_it_is_switched_on(admin: Client, clerk: Client) -> None:
    words = "「この取得元を使う」に印を付けると"
    page = admin.post("/cards/register/sources/add/", FORM | {"is_on": ""})["Location"]
    assert words in admin.get(page).content.decode()
    assert words not in clerk.get(page).content.decode()
    admin.post(f"{page}edit/", FORM)
    assert words not in admin.get(page).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": ""}, "サーバー名を入力してください"),
        ({"protocol": "smb", "user": ""}, "ユーザー名を入力してください"),
        ({"protocol": "smb", "folder": "/"}, "共有名を入力してください"),
        ({"pattern": "../{日付}.csv"}, "フォルダー（/）は入れられません"),
        ({"marker_suffix": ""}, "完了の印の名前を入力してください"),
        ({"checks_sequence": "on", "pattern": "*.csv"}, "{連番}を入れてください"),
        ({"every_minutes": "0"}, "5"),
        ({"format": "another"}, "表示されている中から選んでください"),
    ],
)
def test_a_place_that_cannot_work_is_refused_beside_its_field(
    admin: Client, change: dict[str, str], words: str
) -> None:
    page = admin.post("/cards/register/sources/add/", FORM | change)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not FileSource.objects.exists()


def test_a_place_of_files_takes_what_its_keeper_may_bring_in_and_the_citys_profiles(home: City) -> None:
    keeper = RoleFactory.create(permissions=[KEEP_SOURCES, VIEW_REGISTER, IMPORT_ADDRESSES])
    client = sign_in(
        Client(headers={"host": urlsplit(home.staff_url).netloc}), StaffFactory.create(roles=[keeper])
    )
    refused = client.post("/cards/register/sources/add/", FORM)
    assert refused.status_code == 422
    assert "住民の全件" not in refused.content.decode()
    own = address_profile()
    added = client.post("/cards/register/sources/add/", FORM | {"format": f"profile:{own.id}"})
    place = FileSource.objects.get()
    assert place.format == f"profile:{own.id}"
    assert "住所リスト" in client.get(added.headers["Location"]).content.decode()


def test_a_profile_that_nobody_uses_any_more_stops_the_file_and_not_the_worker(home: City) -> None:
    place = source(format="profile:11111111-1111-4111-8111-111111111111")
    pickup = FilePickup.objects.create(
        source=place, file_name="a.csv", state="checking", found_at=clock.now(), taken_at=clock.now()
    )
    register_picking.take_in(pickup=pickup, content=b"a,b\n1,2\n", now=clock.now())
    assert (pickup.state, pickup.problem) == ("stopped", "refused")
    assert pickup.words == ["この取込定義は見つかりません。"]


def test_the_sample_of_an_import_shows_the_end_of_the_resident_code_alone(clerk: Client) -> None:
    file = SimpleUploadedFile("juki.csv", file_of({}), content_type="text/csv")
    page = clerk.post("/imports/", {"format": register_format.CHANGES, "file": file}, follow=True)
    text = page.content.decode()
    assert "見本 花子" in text
    assert "*********01" in text
    assert "12345678901" not in text


def test_a_stopped_file_says_why_and_waits_for_a_decision(clerk: Client) -> None:
    place = source()
    stopped = FilePickup.objects.create(
        source=place, file_name="JUKI.csv", state="stopped", problem="checksum", found_at=clock.now()
    )
    assert "止まっている連携ファイル" in clerk.get("/").content.decode()
    page = f"/cards/register/files/{stopped.id}/"
    shown = clerk.get(page).content.decode()
    assert "チェックサムが合いません" in shown
    assert "確かめたので取り込む" not in shown
    clerk.post(page, {"do": "accept"})
    stopped.refresh_from_db()
    assert stopped.state == "stopped"
    clerk.post(page, {"do": "discard"})
    stopped.refresh_from_db()
    assert stopped.state == "discarded"


@pytest.mark.req("NAN-24")
def test_a_postal_code_is_chosen_from_candidates_and_remembered(clerk: Client) -> None:
    card = add_card(postcode="", address="埼玉県熊谷市宮町商店街3")
    postal_filling.fill(actor=ADMIN, now=clock.now(), tell=lambda done, total: None)
    listed = clerk.get("/cards/register/postcodes/").content.decode()
    assert data_version() in listed
    assert "360-0041" in listed
    page = f"/cards/register/postcodes/{card}/"
    assert "埼玉県熊谷市宮町商店街" in clerk.get(page).content.decode()
    assert clerk.post(page, {"code": "999-9999"}).status_code == 422
    assert clerk.post(page, {"code": "12"}).status_code == 422
    assert PostalQuestion.objects.exists()
    assert clerk.post(page, {"code": "３６０－００４１", "for_area": "on"}).status_code == 302
    assert not PostalQuestion.objects.exists()
    correction = PostalCorrection.objects.get()
    assert correction.edition == data_version()
    assert "埼玉県熊谷市宮町商店街" in clerk.get("/cards/register/postcodes/places/").content.decode()
    clerk.post("/cards/register/postcodes/places/", {"correction": str(correction.id)})
    assert not PostalCorrection.objects.exists()


@pytest.mark.req("NAN-25")
def test_a_renewal_list_is_updated_and_never_doubled(clerk: Client) -> None:
    people = (
        {"有効期限": "2027-01-31"},
        {"氏名": "例示 太郎", "氏名カナ": "レイジ タロウ", "有効期限": "2027-02-28"},
    )
    first = take(renewal_list(*people), name="renewal_targets")
    assert (first.new, first.changed, first.same) == (2, 0, 0)
    again = take(renewal_list(*people), name="renewal_targets")
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    later = take(renewal_list({"有効期限": "2027-03-31"}, people[1]), name="renewal_targets")
    assert (later.new, later.changed, later.same) == (0, 1, 1)
    assert RenewalTarget.objects.count() == 2
    bad = take(renewal_list({"有効期限": "いつか"}), name="renewal_targets")
    assert [each["column"] for each in bad.problems] == ["有効期限"]


@pytest.mark.req("NAN-26")
def test_the_renewal_list_meets_the_cards_that_were_made(clerk: Client) -> None:
    own = add_renewal()
    add_renewal(reference="ABC123457", name="別名 次郎", kana="クイチガイ ジロウ")
    lonely = add_renewal(reference="ABC123458", name="作成 三郎", kana="サクセイ サブロウ")
    died = {"住民票コード": "12345678909", "氏名": "逝去 四郎", "氏名カナ": "セイキョ シロウ"}
    take(file_of({**died, "異動事由": "死亡"}))
    take(
        renewal_list(
            {"有効期限": "2027-01-31"},
            {"氏名": "違名 次郎", "氏名カナ": "クイチガイ ジロウ", "有効期限": "2027-01-31"},
            {**died, "有効期限": "2027-01-31"},
            {"氏名": "期限 五郎", "氏名カナ": "キゲン ゴロウ", "有効期限": "2020-01-31"},
        ),
        name="renewal_targets",
    )
    rows = RenewalTarget.objects.order_by("state", "exception")
    assert [(row.state, row.exception, row.card_id) for row in rows] == [
        ("both", "", own),
        ("conflict", "", None),
        ("only_list", "died", None),
        ("only_list", "expired", None),
    ]
    issued = clerk.get("/cards/register/renewals/issued/").content.decode()
    assert str(lonely) in issued
    assert str(own) not in issued
    exceptions = clerk.get("/cards/register/renewals/exceptions/").content.decode()
    assert "逝去 四郎" in exceptions
    assert "期限 五郎" in exceptions
    assert "見本 花子" not in exceptions


def test_a_conflict_is_settled_by_a_person_and_stays_so(clerk: Client) -> None:
    card = add_renewal(name="別名 花子")
    take(renewal_list({"有効期限": "2027-01-31"}), name="renewal_targets")
    target = RenewalTarget.objects.get()
    assert target.state == "conflict"
    page = f"/cards/register/renewals/{target.id}/"
    assert "別名 花子" in clerk.get(page).content.decode()
    clerk.post(page, {"card": "00000000-0000-0000-0000-000000000000"})
    target.refresh_from_db()
    assert not target.is_settled
    clerk.post(page, {"card": str(card)})
    from plugins.card_management.services import renewals

    renewals.match_all(now=clock.now())
    target.refresh_from_db()
    assert (target.state, target.card_id, target.is_settled) == ("both", card, True)


def test_a_number_with_another_reading_or_birth_date_is_a_conflict(clerk: Client) -> None:
    card = add_renewal(kana="ミホン ハナヨ")
    elsewhere = add_renewal(
        reference="ABC123457", name="他人 一郎", kana="タニン イチロウ", born_on="1990-01-01"
    )
    listed = {"有効期限": "2027-01-31", "交付通知書番号": "ABC123456"}
    other = {**listed, "氏名": "番号 違", "氏名カナ": "バンゴウ チガウ", "交付通知書番号": "ABC123457"}
    take(renewal_list(listed, other), name="renewal_targets")
    doubtful = RenewalTarget.objects.get(state="conflict")
    page = clerk.get(f"/cards/register/renewals/{doubtful.id}/").content.decode()
    assert str(card) in page
    # A number alone names nobody: cities use them again.
    assert RenewalTarget.objects.get(state="only_list").id != doubtful.id
    assert str(elsewhere) not in page
    clerk.post(f"/cards/register/renewals/{doubtful.id}/", {"card": str(card)})
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.card_id) == ("both", card)


def test_an_expiry_far_away_is_a_slip(clerk: Client) -> None:
    far = take(renewal_list({"有効期限": "2206-01-31"}), name="renewal_targets")
    assert [each["column"] for each in far.problems] == ["有効期限"]


def test_the_nightly_round_flags_matches_and_looks_up(home: City) -> None:
    card = add_card(postcode="", address="埼玉県熊谷市宮町二丁目47番地1")
    today = clock.today()
    take(file_of({"在留期限": (today + timedelta(days=5)).isoformat(), "住所": "埼玉県熊谷市宮町2-47-1"}))
    stamp = {CITY_HEADER: {"schema": home.schema_name, "uuid": str(home.uuid)}}
    for task in (tasks.follow_register, tasks.follow_stays, tasks.match_renewals, tasks.look_at_file_sources):
        assert task.apply(headers=stamp).successful()
    assert Card.objects.get(pk=card).flags == ["stay_ends_soon"]
    assert not PostalQuestion.objects.exists()
