"""The rules of the register: reasons, whose card it is, what follows, and when a file may be taken."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from plugins.card_management.rules.facts import Flag
from plugins.card_management.rules.register_matching import (
    Held,
    fold_address,
    fold_name,
    grounds,
    match,
    names_of,
)
from plugins.card_management.rules.register_pickup import (
    is_good_pattern,
    is_ready,
    missing_days,
    next_look,
    read_name,
    sequence_problem,
)
from plugins.card_management.rules.register_reasons import (
    WORDS,
    Reason,
    Standing,
    UnknownReason,
    read_reason,
    standing_after,
)
from plugins.card_management.rules.renewals import Exceptional, Match, compare, exception_of

TODAY = date(2026, 11, 21)
SOON = timedelta(days=60)
CARD = {"name": "見本 花子", "address": "埼玉県熊谷市宮町二丁目４７番地１"}


def test_every_reason_of_the_standard_is_read_by_its_word() -> None:
    assert len(WORDS) == 38
    for reason, word in WORDS.items():
        if reason is not Reason.NOT_IN_FILE:
            assert read_reason(word) is reason
            assert read_reason(reason.value) is reason


@pytest.mark.parametrize("text", ["転出しました", "99", "全件データになし"])
def test_a_word_that_is_no_reason_is_not_guessed(text: str) -> None:
    with pytest.raises(UnknownReason):
        read_reason(text)


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("国内転出", Standing.MOVED_OUT),
        ("国外転出", Standing.MOVED_OUT),
        ("死亡", Standing.DIED),
        ("職権消除", Standing.REMOVED),
        ("異動の取消し（減）", Standing.REMOVED),
        ("異動の取消し（増）", Standing.PRESENT),
        ("改製（消除）", Standing.PRESENT),
        ("転居", Standing.PRESENT),
        ("", Standing.PRESENT),
    ],
)
def test_only_leaving_ends_being_a_resident(word: str, standing: Standing) -> None:
    assert standing_after(read_reason(word)) is standing


@pytest.mark.parametrize(
    "written",
    [
        "埼玉県熊谷市宮町2-47-1",
        "熊谷市宮町２丁目４７番１号",
        "宮町二丁目47番地の1",
        "埼玉県熊谷市宮町２－４７－１　コーポ花１０１",
    ],
)
def test_an_address_is_the_same_however_it_is_written(written: str) -> None:
    assert fold_address(written, city="熊谷市") == fold_address(CARD["address"], city="熊谷市")


def test_another_number_is_another_address() -> None:
    assert fold_address("宮町2-47-2") != fold_address("宮町2-47-1")


def test_a_name_is_the_same_in_old_signs_and_without_gaps() -> None:
    assert fold_name("髙﨑　邊") == fold_name("高崎辺")
    resident = {"name": "NGUYEN VAN A", "common_name": "山田 太郎", "former_name": ""}
    assert fold_name("山田太郎") in names_of(resident)
    assert fold_name("佐藤 花子") in names_of({"name": "見本 花子", "former_name": "佐藤"})


def test_a_name_decides_and_an_address_only_between_namesakes() -> None:
    other = {"name": "見本 華子", "address": "熊谷市別町9"}
    own = {"name": "見本花子", "address": "熊谷市別町1"}
    namesake = {**own, "address": CARD["address"]}
    assert match(card=CARD, residents=[other, own]).index == 1
    assert match(card=CARD, residents=[own, namesake]).index == 1
    assert match(card=CARD, residents=[own, own]).is_ambiguous
    # Somebody else of the same reading and birth date at another address is another person.
    assert match(card=CARD, residents=[other]) == match(card=CARD, residents=[])
    # The only one at the same address is the holder under a new name.
    assert match(card=CARD, residents=[{**other, "address": CARD["address"]}]).index == 0


def against(resident: dict[str, str] | None = None, **held: object) -> set[Flag]:
    fields = {"name": "見本 花子", "address": CARD["address"], **(resident or {})}
    said = Held(standing=held.pop("standing", Standing.PRESENT), **held)  # type: ignore[arg-type]
    return set(grounds(card=CARD, resident=fields, held=said, today=TODAY, soon=SOON, city="熊谷市"))


def test_what_the_register_says_against_a_card() -> None:
    assert against() == set()
    assert against(standing=Standing.MOVED_OUT) == {Flag.MOVED_OUT}
    assert against(standing=Standing.DIED) == {Flag.DIED}
    assert against(standing=Standing.REMOVED) == {Flag.REMOVED}
    assert against({"name": "佐藤 花子"}) == {Flag.NAME_CHANGED}
    assert against({"address": "埼玉県熊谷市宮町9-9"}) == {Flag.ADDRESS_CHANGED}
    assert against(stay_until=TODAY - timedelta(days=1)) == {Flag.STAY_EXPIRED}
    assert against(stay_until=TODAY) == {Flag.STAY_ENDS_SOON}
    assert against(stay_until=TODAY + timedelta(days=61)) == set()


def test_a_rule_for_names_reads_day_and_number() -> None:
    rule = "JUKI_{日付}_{連番}.csv"
    named = read_name(pattern=rule, name="JUKI_20261121_007.csv")
    assert named is not None
    assert (named.for_day, named.sequence) == (TODAY, 7)
    for other in (
        "JUKI_20261121_007.csv.done",
        "JUKI_20261321_1.csv",
        "xJUKI_20261121_1.csv",
        "JUKI_2026_1.csv",
    ):
        assert read_name(pattern=rule, name=other) is None
    assert read_name(pattern="*.txt", name="a.txt") is not None
    assert read_name(pattern="a.csv", name="abcsv") is None
    assert read_name(pattern="JUKI_{date}_{number}.csv", name="JUKI_20261121_007.csv") == named
    assert [is_good_pattern(text) for text in (rule, "{日付}{日付}", "a/b.csv", "{x}.csv", " ")] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_file_is_complete_by_its_mark_or_when_it_rests() -> None:
    marked = {"a.csv": (9, "1"), "a.csv.done": (0, "1")}
    assert is_ready(name="a.csv", rule="marker", marker=".done", now=marked, before={})
    assert not is_ready(name="a.csv", rule="marker", marker=".done", now={"a.csv": (9, "1")}, before={})
    resting = {"a.csv": (9, "1")}
    assert is_ready(name="a.csv", rule="stable", marker="", now=resting, before={"a.csv": (9, "1")})
    assert not is_ready(name="a.csv", rule="stable", marker="", now=resting, before={"a.csv": (8, "1")})
    assert not is_ready(name="a.csv", rule="stable", marker="", now=resting, before={})


def test_numbers_follow_one_another() -> None:
    assert [sequence_problem(number=number, last=7) for number in (8, 9, 7, None)] == [
        "",
        "gap",
        "old",
        "no_number",
    ]
    assert sequence_problem(number=3, last=None) == ""


def test_a_missing_day_is_named_once_its_hour_is_over() -> None:
    saturday = datetime(2026, 11, 21, 9, 0, tzinfo=UTC).replace(tzinfo=None)
    since = date(2026, 11, 18)
    asked = {"by": time(8, 0), "now": saturday, "taken": [date(2026, 11, 19)], "since": since}
    assert missing_days(expected="workdays", **asked) == [date(2026, 11, 18), date(2026, 11, 20)]  # type: ignore[arg-type]
    assert missing_days(expected="daily", **asked)[-1] == TODAY  # type: ignore[arg-type]
    early = {**asked, "now": saturday.replace(hour=7)}
    assert TODAY not in missing_days(expected="daily", **early)  # type: ignore[arg-type]
    assert missing_days(expected="never", **asked) == []  # type: ignore[arg-type]


def test_failures_are_tried_again_ever_later() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    ten = timedelta(minutes=10)
    waits = [next_look(failures=count, every=ten, now=now) - now for count in (0, 1, 2, 3, 9, 99)]
    assert waits == [ten, ten, 2 * ten, 4 * ten, timedelta(hours=4), timedelta(hours=4)]


def test_a_renewal_meets_its_card_by_name_and_number() -> None:
    listed = {"name": "見本 花子", "reference": ""}
    own, other = (
        {"name": "見本　花子", "reference": "ABC123456"},
        {"name": "見本 華子", "reference": "ABC123457"},
    )
    assert compare(listed=listed, issued=[]) == (Match.ONLY_LIST, None)
    assert compare(listed=listed, issued=[own]) == (Match.BOTH, 0)
    assert compare(listed=listed, issued=[other]) == (Match.CONFLICT, None)
    assert compare(listed=listed, issued=[own, own]) == (Match.CONFLICT, None)
    assert compare(listed={**listed, "reference": "ABC123456"}, issued=[other, own]) == (Match.BOTH, 1)
    assert compare(listed={**listed, "reference": "ABC999999"}, issued=[own]) == (Match.CONFLICT, None)


def test_the_gravest_exception_is_named() -> None:
    usual = {"expires_on": date(2026, 1, 1), "flags": (), "today": TODAY}
    assert exception_of(standing=Standing.DIED, **usual) is Exceptional.DIED  # type: ignore[arg-type]
    assert exception_of(standing=Standing.MOVED_OUT, **usual) is Exceptional.MOVED  # type: ignore[arg-type]
    assert exception_of(standing=Standing.PRESENT, **usual) is Exceptional.EXPIRED  # type: ignore[arg-type]
    usual["expires_on"] = TODAY
    assert exception_of(standing=Standing.PRESENT, **usual) is None  # type: ignore[arg-type]
