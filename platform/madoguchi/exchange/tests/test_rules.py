"""The pure rules of the exchange: encodings, headings and My Number."""

import io
import zipfile

import pytest

from madoguchi.exchange.rules.encodings import Undecodable, recognise
from madoguchi.exchange.rules.layout import Layout, Mismatch, read_layout
from madoguchi.exchange.services.inspection import undecodable
from madoguchi.web.intake.my_number import find_my_number, has_valid_check_digit

COLUMNS = ("番号", "氏名", "住所")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("髙橋,①㈱".encode("cp932"), "cp932"),
        ("髙橋,𠮷".encode(), "utf-8"),
        ("髙橋".encode("utf-8-sig"), "utf-8-sig"),
        (b"plain", "utf-8"),
    ],
)
def test_a_whole_file_has_one_encoding(content: bytes, encoding: str) -> None:
    assert recognise(content=content) == encoding


def test_the_first_bad_byte_is_told_with_its_line() -> None:
    content = "番号\n髙橋\n".encode("cp932") + b"ab\xff\n"
    assert recognise(content=content) == Undecodable(reason="bad_byte", encoding="cp932", position=12, line=3)


@pytest.mark.parametrize(
    ("part", "reason"), [("[Content_Types].xml", "excel"), ("番号.csv", "packed"), ("xl/fake.txt", "packed")]
)
def test_only_what_office_wrote_is_called_a_spreadsheet(part: str, reason: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(part, "番号,氏名")
    found = recognise(content=content.getvalue())
    assert isinstance(found, Undecodable)
    assert found.reason == reason
    assert undecodable(failure=found).details["reason"] == reason


def test_a_file_that_ends_inside_a_character_is_cut() -> None:
    found = recognise(content="番号\n髙".encode("cp932")[:-1])
    assert isinstance(found, Undecodable)
    assert (found.reason, found.line) == ("cut", 2)


@pytest.mark.parametrize(
    "heading", ["番号,氏名,住所", "住所\t番号\t氏名", '"番号","氏名","住所"', "番号 ,氏名, 住所"]
)
def test_columns_are_found_in_any_order_and_with_tabs(heading: str) -> None:
    found = read_layout(first_line=heading, columns=COLUMNS)
    assert isinstance(found, Layout)
    assert sorted(found.positions) == [0, 1, 2]


def test_missing_unknown_and_repeated_columns_are_named() -> None:
    found = read_layout(first_line="番号,名前,番号", columns=COLUMNS)
    assert found == Mismatch(missing=("氏名", "住所"), unknown=("名前",), repeated=("番号",))


@pytest.mark.parametrize(
    "text", ["123456789018", "1234 5678 9018", "１２３４－５６７８－９０１８", "a,123456789018,b"]
)
def test_twelve_digits_with_the_right_check_digit_are_found(text: str) -> None:
    assert find_my_number(text=text) is not None


@pytest.mark.parametrize(
    "text", ["123456789012", "1234567890180", "09012345678", "2026-11-02,830-0000,123456", ""]
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_my_number(text=text) is None


def test_exactly_one_last_digit_fits_each_number() -> None:
    fitting = [last for last in "0123456789" if has_valid_check_digit(digits="12345678901" + last)]
    assert fitting == ["8"]
