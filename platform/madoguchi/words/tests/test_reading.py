"""Readings that the dictionary suggests while somebody writes."""

import sys

import pytest

from madoguchi.words import reading

needs_dictionary = pytest.mark.skipif(not reading.is_available(), reason="no dictionary is installed")


@needs_dictionary
@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("カードを 受け取る 人", "カードを 受《う》け取《と》る 人《ひと》"),
        ("時間外の 受付", "時間《じかん》外《がい》の 受付《うけつけ》"),
        ("市役所へ 来て ください", "市役所《しやくしょ》へ 来《き》て ください"),
        ("自分で 来る", "自分《じぶん》で 来《く》る"),
        ("1人ずつ、2人まで", "｜1人《ひとり》ずつ、｜2人《ふたり》まで"),
        ("3人で 30分", "3人《にん》で 30分《ぷん》"),
        ("12月9日 15分", "12月《がつ》｜9日《ここのか》 15分《ふん》"),
        ("%(size)s人で 来る", "%(size)s人《にん》で 来《く》る"),
        ("通知書（はがき）", "通知《つうち》書《しょ》（はがき）"),
        ("予約(よやく)する", "予約《よやく》する"),
    ],
)
def test_a_reading_is_suggested_for_every_kanji(text: str, suggested: str) -> None:
    assert reading.suggest(text=text) == suggested


@needs_dictionary
def test_readings_that_a_person_wrote_are_kept() -> None:
    assert reading.suggest(text="今日《こんにち》の 予約") == "今日《こんにち》の 予約《よやく》"


@needs_dictionary
def test_a_counter_of_two_kanji_with_its_reading_is_left_alone() -> None:
    assert (
        reading.suggest(text="リンクは 1時間《じかん》 使《つか》えます。")
        == "リンクは 1時間《じかん》 使《つか》えます。"
    )


@needs_dictionary
def test_a_second_run_changes_nothing() -> None:
    once = reading.suggest(text="0時10分に 1人で 市役所へ。{name}様 <b>大切</b> 何回も 開いて いる 一回")
    assert reading.suggest(text=once) == once


@needs_dictionary
def test_placeholders_tags_and_addresses_are_no_words() -> None:
    text = "{氏名} https://例.jp/予約 <a title='表'>"
    assert reading.suggest(text=text) == text


def test_without_a_dictionary_people_type_readings_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    reading._dictionary.cache_clear()
    monkeypatch.setitem(sys.modules, "sudachipy", None)
    with pytest.raises(reading.Unavailable):
        reading.suggest(text="予約")
    monkeypatch.undo()
    reading._dictionary.cache_clear()
