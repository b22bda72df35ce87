"""Files of the register: residents, and what they mean for the cards that wait (FUJ-19, FUJ-20, NAN-02)."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.exchange.errors import FileRefused, Stopped
from madoguchi.exchange.models import ImportJob
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.audit.models import AuditEntry
from plugins.card_management.formats import register
from plugins.card_management.models import Card
from plugins.card_management.models.register import (
    RESIDENT_SEALED,
    CardResident,
    FlagMark,
    Resident,
)
from plugins.card_management.rules.facts import Flag
from plugins.card_management.services import register_flags, register_following
from plugins.card_management.tests.factories import add_card
from plugins.card_management.tests.register import HANAKO, TARO, crowd, file_of, take

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[3] / "samples" / "register"
ADMIN = Actor(kind="staff", id="200009", name="管理 太郎")


def flags(card: UUID) -> list[str]:
    return list(Card.objects.get(pk=card).flags)


def test_a_resident_is_kept_with_every_item_and_the_code_stands_nowhere_open() -> None:
    foreign = {
        "氏名": "グエン バン アイン",
        "氏名アルファベット": "NGUYEN VAN ANH",
        "通称": "山田 太郎",
        "旧氏": "佐藤",
        "異動事由": "転居",
        "異動日": "令和8年11月1日",
        "在留期限": "2027-03-31",
    }
    take(file_of(foreign, columns=(*register.COLUMNS, *register.OPTIONAL[:3])))
    row = Resident.objects.get()
    fields = vault.open_sealed(sealed=bytes(row.sealed), place=RESIDENT_SEALED, row=row.id)
    assert fields == {
        "code": "12345678901",
        "name": "グエン バン アイン",
        "kana": "ミホン ハナコ",
        "address": HANAKO["住所"],
        "born_on": "1988-02-29",
        "born_precision": "day",
        "sex": "female",
        "name_alphabet": "NGUYEN VAN ANH",
        "common_name": "山田 太郎",
        "former_name": "佐藤",
    }
    assert (row.standing, row.reason, row.card_held) == ("present", "moved_within", "yes")
    assert (str(row.changed_on), str(row.stay_until)) == ("2026-11-01", "2027-03-31")
    open_columns = [str(getattr(row, each.name)) for each in row._meta.fields if each.name != "sealed"]
    assert not any("12345678901" in text for text in open_columns)


def test_the_same_file_again_changes_nothing_and_a_change_updates() -> None:
    take(file_of({}, TARO))
    assert take(file_of({}, TARO)).same == 2
    moved = take(file_of({"異動事由": "転居", "住所": "福岡県久留米市別町2"}, TARO))
    assert (moved.new, moved.changed, moved.same) == (0, 1, 1)
    assert Resident.objects.count() == 2


def test_an_older_state_never_replaces_a_newer_one() -> None:
    columns = (*register.COLUMNS, "履歴番号")
    take(file_of({"履歴番号": "5", "異動事由": "国内転出"}, columns=columns))
    assert take(file_of({"履歴番号": "4"}, columns=columns)).same == 1
    assert Resident.objects.get().standing == "moved_out"


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"異動事由": "国内転出"}, "moved_out"),
        ({"異動事由": "死亡"}, "died"),
        ({"異動事由": "職権消除"}, "removed"),
        ({"異動事由": "転居", "住所": "福岡県久留米市別町2-3"}, "address_changed"),
    ],
)
def test_a_change_in_the_register_is_flagged_on_the_card(change: dict[str, str], flag: str) -> None:
    card, other = add_card(), add_card(reference="ABC123457", name="例示 太郎", kana="レイジ タロウ")
    take(file_of({}))
    assert flags(card) == []
    take(file_of(change))
    assert (flags(card), flags(other)) == ([flag], [])
    mark = FlagMark.objects.get()
    assert (mark.flag, mark.source) == (flag, "register")
    entry = AuditEntry.objects.filter(action="card_management.flags_kept").latest("id")
    assert entry.object_ids == [str(card)]


def test_a_new_name_is_seen_though_the_reading_changes_with_it() -> None:
    card = add_card()
    take(file_of({}))
    assert CardResident.objects.get().card_id == card
    take(file_of({"氏名": "佐藤 花子", "氏名カナ": "サトウ ハナコ", "異動事由": "職権修正"}))
    assert flags(card) == ["name_changed"]


def test_a_flag_goes_when_the_register_says_so() -> None:
    card = add_card()
    take(file_of({"異動事由": "国内転出"}))
    assert flags(card) == ["moved_out"]
    take(file_of({"異動事由": "異動の取消し（増）"}))
    assert flags(card) == []
    assert FlagMark.objects.get().cleared_at is not None


def test_a_stay_that_ends_warns_first_and_blocks_then() -> None:
    card = add_card()
    today = clock.today()
    take(file_of({"在留期限": (today + timedelta(days=10)).isoformat()}))
    assert flags(card) == ["stay_ends_soon"]
    register_following.follow_stays(now=clock.now() + timedelta(days=11))
    assert flags(card) == ["stay_expired"]


def test_what_a_person_took_away_returns_only_with_new_words() -> None:
    card = add_card()
    moved = {"異動事由": "転居", "住所": "福岡県久留米市別町2-3"}
    take(file_of(moved))
    now = clock.now()
    with pytest.raises(register_flags.FlagReasonMissing):
        register_flags.clear(card_id=card, flag=Flag.ADDRESS_CHANGED, reason=" ", actor=ADMIN, now=now)
    register_flags.clear(
        card_id=card, flag=Flag.ADDRESS_CHANGED, reason="窓口で確かめた", actor=ADMIN, now=now
    )
    assert flags(card) == []
    register_following.follow_cards(cards=[card], now=now)
    assert flags(card) == []
    entry = AuditEntry.objects.get(action="card_management.flag_cleared")
    assert (entry.actor_name, entry.details) == ("管理 太郎", {"flag": "address_changed"})
    take(file_of({**moved, "住所": "福岡県久留米市別町9"}))
    assert flags(card) == ["address_changed"]


def test_a_flag_that_was_taken_away_by_mistake_comes_back_once() -> None:
    card = add_card()
    take(file_of({"異動事由": "転居", "住所": "福岡県久留米市別町2-3"}))
    now = clock.now()
    mark = register_flags.clear(
        card_id=card, flag=Flag.ADDRESS_CHANGED, reason="窓口で確かめた", actor=ADMIN, now=now
    )
    register_flags.bring_back(values={"mark": str(mark)}, actor=ADMIN, now=now)
    assert flags(card) == ["address_changed"]
    kept = FlagMark.objects.get()
    assert (kept.cleared_at, kept.cleared_by_name, kept.sealed_reason) == (None, "", None)
    assert AuditEntry.objects.get(action="card_management.flag_restored").details == {
        "flag": "address_changed"
    }
    with pytest.raises(MovedOn):
        register_flags.bring_back(values={"mark": str(mark)}, actor=ADMIN, now=now)


def test_a_namesake_of_the_same_day_is_not_flagged() -> None:
    card = add_card()
    take(file_of({"氏名": "見本 華子", "住所": "福岡県久留米市遠町1", "異動事由": "死亡"}))
    assert flags(card) == []
    assert not CardResident.objects.exists()


def test_two_who_may_be_meant_wait_for_a_person() -> None:
    card = add_card()
    twins = [
        {"住民票コード": "12345678901", "住所": "福岡県久留米市甲町1", "異動事由": "死亡"},
        {"住民票コード": "12345678902", "住所": "福岡県久留米市乙町1"},
    ]
    take(file_of(*twins))
    assert flags(card) == []
    dead = Resident.objects.get(standing="died")
    register_following.choose(card_id=card, resident_id=dead.id, actor=ADMIN, now=clock.now())
    assert flags(card) == ["died"]


def test_a_card_that_comes_later_meets_its_holder() -> None:
    take(file_of({"異動事由": "国内転出"}))
    card = add_card()
    assert register_following.follow_new_cards(now=clock.now()).joined == 1
    assert flags(card) == ["moved_out"]


def test_whoever_is_missing_from_the_file_of_everybody_is_struck_off() -> None:
    card = add_card()
    people = crowd(40)
    take(file_of({}, *people), name=register.EVERYBODY)
    gone = take(file_of(*people), name=register.EVERYBODY)
    assert (gone.new, gone.changed) == (0, 0)
    assert Resident.objects.filter(standing="removed").count() == 1
    assert flags(card) == ["removed"]
    take(file_of({}, *people), name=register.EVERYBODY)
    assert flags(card) == []


def test_half_a_city_missing_stops_the_file_and_changes_nothing() -> None:
    take(file_of(*crowd(60)), name=register.EVERYBODY)
    with pytest.raises(Stopped):
        take(file_of(*crowd(30)), name=register.EVERYBODY)
    assert Resident.objects.filter(standing="present").count() == 60


def test_a_line_that_cannot_be_read_strikes_nobody_off() -> None:
    take(file_of({}, *crowd(40)), name=register.EVERYBODY)
    broken = take(file_of({"生年月日": "昨日"}, *crowd(40)), name=register.EVERYBODY)
    assert broken.broken == 1
    assert Resident.objects.filter(standing="present").count() == 41


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"住民票コード": "1234567890"}, "住民票コード"),
        ({"異動事由": "なんとなく"}, "異動事由"),
        ({"生年月日": "1988-02-30"}, "生年月日"),
        ({"異動日": "2026-13-01"}, "異動日"),
        ({"カード有無": "たぶん"}, "カード有無"),
        ({"氏名": ""}, "氏名"),
    ],
)
def test_a_bad_cell_names_its_line_and_column(change: dict[str, str], column: str) -> None:
    job = take(file_of({}, {**TARO, **change}))
    assert [(each["line"], each["column"]) for each in job.problems] == [(3, column)]
    assert Resident.objects.count() == 1


def test_a_file_without_rows_or_of_another_layout_is_stopped() -> None:
    with pytest.raises(Stopped):
        take(file_of())
    with pytest.raises(FileRefused):
        take(file_of({}, columns=("氏名", "住所")))
    assert not ImportJob.objects.filter(state="applied").exists()


def test_unknown_and_impossible_birth_dates_are_kept_as_they_stand() -> None:
    take(file_of({"生年月日": "昭和25年頃"}, {**TARO, "生年月日": "1957-02-29"}))
    words = {
        vault.open_sealed(sealed=bytes(row.sealed), place=RESIDENT_SEALED, row=row.id)["born_text"]
        for row in Resident.objects.all()
    }
    assert words == {"昭和25年頃", "1957-02-29"}
    assert not Resident.objects.exclude(holder_index=None).exists()


def test_the_samples_can_be_taken_in_as_they_are() -> None:
    for name, sample in ((register.CHANGES, "changes.csv"), ("renewal_targets", "renewals.csv")):
        job = take((SAMPLES / sample).read_bytes(), name=name)
        assert (job.broken, job.new) == (0, job.rows)
        assert job.rows
