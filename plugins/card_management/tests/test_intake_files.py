"""Files that a city maps by profiles: taken in, stopped, taken back, and said what is wrong with them."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi import clock
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.exchange.errors import Stopped
from madoguchi.exchange.models import ImportJob, ImportPiece, ImportProfile
from madoguchi.exchange.services import applying, stops
from madoguchi.hooks.contracts.pickups import Found, MonthDay, Unknown
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.tenancy import City
from plugins.card_management import queries
from plugins.card_management.models import SEALED, Card, CardMovement
from plugins.card_management.rules.life_cycle import Action
from plugins.card_management.services import moving
from plugins.card_management.tests.intake import (
    CLERK,
    apply,
    bring,
    client_of,
    current_profile,
    issuance_profile,
    production_profile,
    sample,
    upload,
)
from samples import generate_files

pytestmark = pytest.mark.django_db
PRODUCTION = sample("production_data.txt")


@pytest.fixture
def clerk(home: City) -> Client:
    return client_of(home, "counter_clerk")


@pytest.fixture
def admin(home: City) -> Client:
    return client_of(home, "city_admin")


def opened() -> dict[str, dict[str, Any]]:
    """open every card by its number."""
    opener = vault.sealer(place=SEALED)
    fields = [opener.open(card.sealed, card.id) for card in Card.objects.all()]
    return {each["reference"]: each for each in fields}


def test_the_generator_writes_the_very_bytes_of_the_samples() -> None:
    assert {name: make() for name, make in generate_files.FILES.items()} == {
        name: sample(name) for name in generate_files.FILES
    }


@pytest.mark.req("KUR-18")
def test_production_data_of_fixed_width_is_checked_taken_in_and_taken_back(clerk: Client) -> None:
    job = bring(clerk, production_profile(), PRODUCTION)
    assert (job.rows, job.new, job.broken, job.encoding) == (40, 40, 0, "cp932")
    page = clerk.get(f"/imports/{job.id}/").content.decode()
    assert "第1版" in page
    assert "U+E000" in page
    assert not Card.objects.exists()
    apply(job)
    assert set(Card.objects.values_list("state", flat=True)) == {"expected"}
    assert Card.objects.filter(kind="renewal").count() == 13
    fields = opened()
    assert (fields["SMP300006"]["born_on"], fields["SMP300006"]["born_text"]) == ("", "昭和62年2月29日")
    assert fields["SMP300007"]["born_precision"] == "year"
    assert bring_again(clerk).new == 0
    assert applying.undo(import_id=job.id, actor=SYSTEM, now=clock.now()).count == 40
    assert not Card.objects.exists()
    # A half-broken line, another layout and a file cut off: listed or refused, nothing half-saved.
    broken = PRODUCTION.split(b"\r\n")
    broken[1] = broken[1][:50]
    half = bring(clerk, ImportProfile.objects.get(), b"\r\n".join(broken))
    assert (half.new, [each["line"] for each in half.problems if each["kind"] == "broken"]) == (39, [2])
    assert upload(clerk, "issuance_notices", PRODUCTION) is None
    assert not Card.objects.exists()


def bring_again(client: Client) -> ImportJob:
    """bring the same production data in once more."""
    return bring(client, ImportProfile.objects.get(name="J-LIS作成情報"), PRODUCTION)


def test_a_card_is_not_bookable_before_it_arrived_and_arrives_by_the_list(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    who = MonthDay(month=3, day=3)
    assert isinstance(queries.find_pickup(reference="SMP300001", birthday=who), Unknown)
    found = issuance_profile()
    arrived = bring(clerk, found, sample("issuance_list.psv"))
    # Two birth dates are odd in the production data: those rows are other people for the list.
    assert (arrived.changed, arrived.new) == (38, 2)
    apply(arrived)
    assert Card.objects.filter(state="arrived").count() == 38
    assert CardMovement.objects.filter(action="receive").count() == 38
    assert isinstance(queries.find_pickup(reference="SMP300001", birthday=who), Found)
    card = opened()["SMP300001"]
    assert card["sex"] in ("male", "female")
    assert Card.objects.filter(kind="renewal").count() == 13


def test_cards_that_an_import_received_are_expected_again_once_it_is_taken_back(clerk: Client) -> None:
    apply(bring(clerk, production_profile(), PRODUCTION))
    before = opened()
    arrived = bring(clerk, issuance_profile(), sample("issuance_list.psv"))
    apply(arrived)
    moved = Card.objects.filter(state="arrived").order_by("id")[0]
    moving.move(card_id=moved.id, action=Action.STORE, actor=CLERK, now=clock.now())
    number = vault.sealer(place=SEALED).open(moved.sealed, moved.id)["reference"]
    page = clerk.post(f"/imports/{arrived.id}/undo/", follow=True).content.decode()
    assert f"別の操作があった1件は、受け入れる前に戻していません：{number}" in page
    assert {each: Card.objects.filter(state=each).count() for each in ("expected", "stored")} == {
        "expected": 39,
        "stored": 1,
    }
    assert {number: fields["address"] for number, fields in opened().items()} == {
        number: fields["address"] for number, fields in before.items()
    }
    back = CardMovement.objects.filter(action="undo", to_state="expected")
    assert set(back.values_list("from_state", "actor_kind")) == {("arrived", "staff")}


@pytest.mark.req("FUJ-08")
def test_staff_take_a_file_in_at_any_time_and_take_the_batch_back(clerk: Client, home: City) -> None:
    found = issuance_profile(most_changed=0)
    content = sample("issuance_list.psv")
    apply(bring(clerk, found, content))
    before = opened()["SMP300001"]
    second = bring(
        clerk, found, content.replace("テスト町4丁目24番地".encode(), "テスト町5丁目1番地".encode())
    )
    apply(second)
    assert "5丁目1番地" in opened()["SMP300001"]["address"]
    undone = clerk.post(f"/imports/{second.id}/undo/", follow=True).content.decode()
    assert f"{second.changed}件を取り消しました" in undone
    assert opened()["SMP300001"] == before
    # Whoever may not bring files in meets no such page.
    stranger = Client(headers={"host": urlsplit(home.staff_url).netloc})
    sign_in(stranger, StaffFactory.create(roles=[]))
    assert stranger.get("/imports/").status_code == 403
    assert stranger.post(f"/imports/{second.id}/undo/").status_code == 403


def test_an_earlier_system_is_moved_over_in_every_state(admin: Client) -> None:
    job = bring(admin, current_profile(), sample("current_system.tsv"))
    assert (job.new, job.broken, job.encoding) == (40, 0, "euc_jp")
    apply(job)
    states = dict.fromkeys(("arrived", "stored", "handed_over", "redo", "withdrawn"), 8)
    assert {state: Card.objects.filter(state=state).count() for state in states} == states
    handed = Card.objects.filter(state="handed_over").values_list("handed_over_on", flat=True)
    assert set(handed) == {date(2026, 10, 30)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: b"\r\n".join(content.split(b"\r\n")[:20]) + b"\r\n", "no_trailer"),
        (lambda content: content.replace(b"END000040", b"END000041"), "announced"),
        (lambda content: content.split(b"\r\n")[0][:100], "cut"),
    ],
)
def test_half_a_file_is_stopped_with_its_reason_and_changes_nothing(
    clerk: Client, change: Any, code: str
) -> None:
    profile = production_profile()
    content = change(PRODUCTION)
    job = upload(clerk, f"profile:{profile.id}", content)
    if code == "cut":
        # Not one whole line: the file is refused as a whole.
        assert job is None
        return
    assert job is not None
    assert stops.codes(job=job) == [code]
    page = clerk.get(f"/imports/{job.id}/").content.decode()
    assert "安全のため取込を止めました" in page
    assert "を取り込む</button>" not in page
    with pytest.raises(Stopped):
        apply(job)
    assert not Card.objects.exists()


def test_a_mass_change_waits_for_somebody_responsible_and_a_reason(clerk: Client, admin: Client) -> None:
    profile = issuance_profile()
    content = sample("issuance_list.psv")
    apply(bring(clerk, profile, content))
    changed = bring(clerk, profile, content.replace("テスト町".encode(), "試験町".encode()))
    assert stops.codes(job=changed) == ["mass_change"]
    address = f"/imports/{changed.id}/pass/"
    assert clerk.post(address, {"reason": "町名変更"}).status_code == 403
    admin.post(address, {"reason": " "})
    changed.refresh_from_db()
    assert stops.holds(job=changed)
    admin.post(address, {"reason": "11月20日の町名変更のため"})
    changed.refresh_from_db()
    assert not stops.holds(job=changed)
    assert "町名変更のため" in clerk.get(f"/imports/{changed.id}/").content.decode()
    apply(changed)
    assert "試験町" in opened()["SMP300001"]["address"]


def test_a_number_that_looks_like_my_number_is_refused_between_other_digits(clerk: Client) -> None:
    profile = production_profile(width=0)
    line = PRODUCTION.split(b"\r\n")[0]
    assert upload(clerk, f"profile:{profile.id}", line[:75] + b"123456789018" + b" " * 48 + b"\r\n") is None
    assert not ImportPiece.objects.exists()


class TestWizard:
    def begin(self, client: Client, name: str, content: bytes, wanted: str) -> Any:
        file = SimpleUploadedFile("sample.txt", content, content_type="text/plain")
        return client.post("/imports/profiles/new/", {"format": wanted, "name": name, "sample_file": file})

    def fields(self, page: Any) -> dict[str, Any]:
        """collect what the browser would send."""
        form = page.context["form"]
        sent = {name: form[name].value() for name in form.fields}
        return {name: value for name, value in sent.items() if value is not None and value is not False}

    def test_a_sample_is_guessed_shown_and_saved_as_a_version(self, admin: Client) -> None:
        page = self.begin(admin, "発行一覧", sample("issuance_list.psv"), "issuance_notices")
        text = page.content.decode()
        assert page.status_code == 200
        assert "見本宮ノ陣 のゑ" in text
        sent = self.fields(page)
        assert (sent["delimiter"], sent["heading_rows"], sent["source_0"]) == ("|", 2, "") or sent["source_3"]
        sent |= {
            "source_0": "No",
            "source_2": "シメイ",
            "source_4": "郵便",
            "source_6": "棚",
            "default_7": "2026-11-20",
        }
        named = {"format": "issuance_notices", "name": "発行一覧"}
        shown = admin.post("/imports/profiles/new/", {**sent, **named, "do": "preview"})
        assert "見本の行が読めました" in shown.content.decode()
        saved = admin.post("/imports/profiles/new/", {**sent, **named, "do": "save"})
        profile = ImportProfile.objects.get()
        assert saved["Location"] == f"/imports/profiles/{profile.id}/"
        assert bring(admin, profile, sample("issuance_list.psv")).new == 40
        change = f"/imports/profiles/{profile.id}/change/"
        kept = self.fields(admin.get(change))
        admin.post(change, {**kept, "note": "上限を変えた", "most_changed": "50", "do": "save"})
        profile.refresh_from_db()
        assert profile.version == 2
        assert "上限を変えた" in admin.get(f"/imports/profiles/{profile.id}/").content.decode()
        assert ImportJob.objects.get().profile_version.number == 1  # type: ignore[union-attr]

    def test_fixed_width_shows_places_to_type_and_names_what_is_missing(self, admin: Client) -> None:
        page = self.begin(admin, "作成情報", PRODUCTION, "card_management.production_data")
        sent = self.fields(page)
        assert (sent["shape"], sent["width"]) == ("fixed", 135)
        named = {"format": "card_management.production_data", "name": "作成情報"}
        refused = admin.post("/imports/profiles/new/", {**sent, **named, "do": "save"})
        assert refused.status_code == 422
        assert "必ず要る列です" in refused.content.decode()
        sent |= {"source_0": "x", "source_1": "10-29", "source_2": "60-66"}
        wrong = admin.post("/imports/profiles/new/", {**sent, **named, "do": "save"})
        assert "「12-20」のように" in wrong.content.decode()

    def test_a_closing_line_is_shown_and_becomes_its_pattern(self, admin: Client) -> None:
        page = self.begin(admin, "作成情報", PRODUCTION, "card_management.production_data")
        named = {"format": "card_management.production_data", "name": "作成情報"}
        sent = {**self.fields(page), **named, "trailer_sample": "END000040", "do": "preview"}
        form = admin.post("/imports/profiles/new/", sent).context["form"]
        assert form["trailer"].value() == "END(?P<count>[0-9]+)"
        assert not form["trailer_sample"].value()

    def test_only_an_administrator_describes_files(self, clerk: Client) -> None:
        assert clerk.get("/imports/profiles/").status_code == 200
        assert (
            self.begin(clerk, "発行一覧", sample("issuance_list.psv"), "issuance_notices").status_code == 403
        )


class TestDoctor:
    HEAD = "交付通知書番号,氏名,氏名カナ,生年月日,郵便番号,住所,保管場所,到着日"

    def look(self, client: Client, content: bytes) -> str:
        file = SimpleUploadedFile("list.csv", content, content_type="text/csv")
        page = client.post("/imports/doctor/", {"format": "issuance_notices", "file": file})
        return page.content.decode()

    def row(self, **changes: str) -> str:
        cells = {
            "n": "SMP300001", "name": "見本 花子", "kana": "ミホン ハナコ", "born": "1988-02-29",
            "post": "060-0001", "address": "福岡県久留米市テスト町1丁目", "store": "A", "day": "2026/11/02",
        }  # fmt: skip
        return ",".join((cells | changes).values())

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([{"post": "600001"}], "先頭の0が消えています"),
            ([{"born": "32202"}], "5桁の通し番号"),
            ([{"name": "#REF!"}], "Excelのエラー"),
        ],
    )
    def test_it_says_in_plain_words_what_excel_did(
        self, clerk: Client, rows: list[dict[str, str]], words: str
    ) -> None:
        content = "\r\n".join([self.HEAD, *(self.row(**each) for each in rows), ""])
        page = self.look(clerk, content.encode("cp932"))
        assert words in page
        assert "元のシステムから書き出したまま" in page
        assert not ImportJob.objects.exists()

    def test_it_knows_titles_above_the_heading_other_delimiters_and_half_files(self, clerk: Client) -> None:
        titled = f"令和8年11月分\n{self.HEAD}\n{self.row()}\n".replace(",", ";").encode()
        page = self.look(clerk, titled)
        assert "セミコロン" in page
        half = f"{self.HEAD}\n{self.row()}\nSMP300002,見本 太".encode("cp932")
        assert "半分のファイル" in self.look(clerk, half)

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([], "データの行が1行もありません"),
            (["SMP300002,,見本 花子,ミホン ハナコ,1988-02-29,,,,2026/11/02"], "8列のところ9列"),
            (['SMP300002,"見本 花子,ミホン ハナコ,1988-02-29,,,,2026/11/02'], "引用符"),
            (["SMP300002,見本 花子,ミホン ハナコ,2999-01-01,,,,2026/11/02"], "「生年月日」："),
        ],
    )
    def test_it_names_the_rows_that_an_import_would_leave_out(
        self, clerk: Client, rows: list[str], words: str
    ) -> None:
        good = [self.row()] if rows else []
        page = self.look(clerk, "\r\n".join([self.HEAD, *good, *rows, ""]).encode("cp932"))
        assert words in page
        assert "悪いところは見つかりません" not in page

    def test_it_knows_the_newlines_of_old_machines(self, clerk: Client) -> None:
        assert "古い形式（CRだけ）" in self.look(clerk, f"{self.HEAD}\r{self.row()}\r".encode())

    def test_what_excel_did_is_not_told_twice(self, clerk: Client) -> None:
        content = "\r\n".join([self.HEAD, *[self.row(born="32202")] * 12, ""])
        page = self.look(clerk, content.encode("cp932"))
        assert "この行は取り込まれません" not in page

    def test_a_healthy_file_is_called_so(self, clerk: Client) -> None:
        assert "悪いところは見つかりません" in self.look(clerk, f"{self.HEAD}\n{self.row()}\n".encode())

    def test_a_refused_upload_shows_the_diagnosis_at_once(self, clerk: Client) -> None:
        file = SimpleUploadedFile(
            "list.csv", f"{self.row()}\n{self.row()}\n".encode(), content_type="text/csv"
        )
        page = clerk.post("/imports/", {"format": "issuance_notices", "file": file})
        assert page.status_code == 422
        assert "1行目が見出しではありません" in page.content.decode()
