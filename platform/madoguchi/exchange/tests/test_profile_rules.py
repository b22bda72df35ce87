"""The pure rules of profiles: layouts, guards, guesses and ailments."""

import io
from typing import Any

import pytest

from madoguchi.exchange.rules.ailments import examine
from madoguchi.exchange.rules.closing import pattern_of_closing
from madoguchi.exchange.rules.guards import Counts, Limits, judge
from madoguchi.exchange.rules.guessing import guess_shape, suggest
from madoguchi.exchange.rules.profiles import BadLayout, ProfileLayout, Source, check_layout, compile_trailer
from madoguchi.exchange.services.profiled import ProfiledSource
from madoguchi.exchange.services.reporting import CharacterReport

COLUMNS = ("番号", "氏名", "生年月日")


def layout(*given: tuple[str, str], **changes: Any) -> ProfileLayout:
    """describe a file by column and source."""
    dates = changes.pop("dates", {})
    sources = tuple(
        Source(column=column, source=source, date=dates.get(column, "auto")) for column, source in given
    )
    return ProfileLayout(sources=sources, **changes)


def read(content: bytes, wanted: ProfileLayout, encoding: str = "utf-8") -> Any:
    """read a whole file."""
    report = CharacterReport()
    source = ProfiledSource(
        stream=io.BytesIO(content),
        encoding=encoding,
        layout=wanted,
        columns=COLUMNS,
        parse=list,
        report=report,
    )
    rows, problems = [], []
    for chunk in source.chunks():
        rows += [cells for _line, cells in chunk.rows]
        problems += [each.line for each in chunk.problems]
    return rows, problems, source.shape, report.listed()


def test_a_delimited_file_is_read_by_names_or_by_numbers() -> None:
    named = layout(
        ("番号", "No"), ("氏名", "名前"), heading_rows=2, delimiter="|", trailer=r"END(?P<count>\d+)"
    )
    rows, problems, shape, _signs = read("表題\nNo|名前|他\nA1|山田|x\nA2|田中\nEND2\n".encode(), named)
    assert rows == [["A1", "山田", ""]]
    assert problems == [4]
    assert (shape.announced, shape.has_trailer, shape.is_cut) == (2, True, False)
    numbered = layout(("番号", "2"), ("氏名", "1"), heading_rows=0, has_names=False, delimiter="\t")
    assert read("山田\tA1\n".encode(), numbered)[0] == [["A1", "山田", ""]]


def test_fixed_width_is_cut_by_the_bytes_of_the_file() -> None:
    wanted = layout(("番号", "1-3"), ("氏名", "4-13"), ("生年月日", "14-20"), shape="fixed", heading_rows=0)
    content = "A01髙橋花子  3630229\r\nA02山田".encode("cp932")
    rows, problems, shape, _signs = read(content, wanted, "cp932")
    assert rows == [["A01", "髙橋花子", "3630229"]]
    assert problems == [2]
    assert shape.is_cut


def test_era_digits_and_the_numbers_of_excel_become_days() -> None:
    wanted = layout(
        ("番号", "1"), ("生年月日", "2"), heading_rows=0, has_names=False, dates={"生年月日": "era_digit"}
    )
    assert read(b"A,3630229\nB,S630229\n", wanted)[0] == [
        ["A", "", "昭和63年2月29日"],
        ["B", "", "昭和63年2月29日"],
    ]
    serial = layout(("生年月日", "1"), heading_rows=0, has_names=False, dates={"生年月日": "serial"})
    assert read(b"32202\n", serial)[0] == [["", "", "1988-02-29"]]


def test_a_pattern_reads_lines_and_codes_are_put_into_words() -> None:
    sources = (Source(column="番号", source="n"), Source(column="氏名", source="k", codes={"1": "新規"}))
    wanted = ProfileLayout(sources=sources, shape="regex", pattern=r"(?P<n>\w+):(?P<k>\d)", heading_rows=0)
    assert read(b"A1:1\nnonsense\n", wanted)[:2] == ([["A1", "新規", ""]], [2])


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"shape": "regex", "pattern": "(?P<n>a+)+"}, "pattern"),
        ({"shape": "regex", "pattern": "(?P<n>["}, "pattern"),
        ({"shape": "fixed"}, "番号"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"heading_rows": 0}, "heading_rows"),
        ({"trailer": "("}, "trailer"),
    ],
)
def test_a_layout_that_could_never_read_a_file_is_refused(changes: dict[str, Any], part: str) -> None:
    with pytest.raises(BadLayout) as refusal:
        check_layout(layout=layout(("番号", "n"), **changes), required=("番号",))
    assert refusal.value.part == part
    with pytest.raises(BadLayout) as unmapped:
        check_layout(layout=layout(("番号", "n")), required=("番号", "氏名"))
    assert unmapped.value.part == "氏名"


@pytest.mark.parametrize(
    ("counts", "codes"),
    [
        ({"rows": 0}, ["no_rows"]),
        ({"rows": 10, "has_trailer": False}, ["no_trailer"]),
        ({"rows": 10, "announced": 12, "has_trailer": True}, ["announced"]),
        ({"rows": 10, "is_cut": True}, ["cut"]),
        ({"rows": 10, "wrong_width": 8, "broken": 8}, ["layout"]),
        ({"rows": 10, "broken": 8}, ["mostly_broken"]),
        ({"rows": 100, "changed": 40, "same": 60}, ["mass_change"]),
        ({"rows": 100, "changed": 10, "same": 90}, []),
        ({"rows": 100, "gone": 30, "known": 100}, ["mass_removal"]),
        ({"rows": 3, "broken": 3}, []),
        ({"rows": 100, "new": 100, "has_trailer": True, "announced": 100}, []),
    ],
)
def test_guards_stop_what_is_half_empty_strange_or_too_much(counts: dict[str, Any], codes: list[str]) -> None:
    stops = judge(counts=Counts(**counts), limits=Limits(most_changed=30, most_gone=10))
    assert [stop.code for stop in stops] == codes
    assert all(stop.may_pass == stop.code.startswith("mass") for stop in stops)


def test_the_shape_of_a_file_is_guessed_from_its_first_lines() -> None:
    bars = guess_shape(
        lines=["題|||", "番号|氏名|生年月日|x", "A1|山田|1988|1"], encoding="utf-8", columns=COLUMNS
    )
    assert (bars.shape, bars.delimiter, bars.heading_rows, bars.width) == ("delimited", "|", 2, 4)
    fixed = guess_shape(lines=["A01山田  1", "A02髙橋　2", "A03佐藤  3"], encoding="cp932", columns=COLUMNS)
    assert (fixed.shape, fixed.width) == ("fixed", 10)
    assert suggest(
        columns=("番号", "氏名カナ", "通称"),
        required=("番号", "氏名カナ"),
        names=["カナ氏名", "No", "棚"],
        samples=["ミホン ハナコ", "SMP300001", "見本"],
    ) == {"番号": 1, "氏名カナ": 0}


HEADS = ["交付通知書番号", "氏名", "氏名カナ", "生年月日", "郵便番号", "住所"]
GOOD = [
    "SMP300001",
    "見本 花子",
    "ミホン ハナコ",
    "1988-02-29",
    "830-0001",
    "福岡県久留米市テスト町1丁目1番地",
]


def sick(**changes: str) -> list[str]:
    """write one row with other cells."""
    return [changes.get(head, cell) for head, cell in zip(HEADS, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (sick(郵便番号="60001"), "excel_zeros", "郵便番号"),
        (sick(生年月日="32202"), "excel_serial", "生年月日"),
        (sick(交付通知書番号="1.23E+11"), "excel_power", "交付通知書番号"),
        (sick(氏名="#N/A"), "excel_error", "氏名"),
        (sick(郵便番号="8300001.0"), "excel_dot_zero", "郵便番号"),
        (sick(生年月日="63/2/29"), "short_year", "生年月日"),
        (sick(生年月日="2/29/1988"), "day_first", "生年月日"),
        (sick(氏名="縺ソ縺九ｓ"), "garbled", ""),
        (["SMP300001", "", *GOOD[1:5]], "shifted", ""),
        (["合計", "", "", "", "", ""], "total_row", ""),
        (HEADS, "heading_again", ""),
        (GOOD, "same_rows", ""),
    ],
)
def test_the_marks_of_excel_and_of_hurry_are_known(row: list[str], code: str, column: str) -> None:
    rows = [(2, GOOD), (3, row), (4, sick(氏名="例示 太郎"))]
    found = {ailment.code: ailment for ailment in examine(heads=HEADS, rows=rows)}
    assert code in found
    assert found[code].column == column
    assert 3 in found[code].lines


def test_a_healthy_file_has_no_ailments_and_swapped_columns_are_named() -> None:
    rows = [(line, sick(交付通知書番号=f"SMP30000{line}")) for line in range(2, 8)]
    assert examine(heads=HEADS, rows=rows) == ()
    swapped = [(line, [cells[0], *cells[1:4], cells[5], cells[4]]) for line, cells in rows]
    assert {each.column for each in examine(heads=HEADS, rows=swapped)} >= {"住所", "郵便番号"}


def test_characters_that_may_not_come_out_are_counted_with_their_lines() -> None:
    wanted = layout(("番号", "1"), ("氏名", "2"), heading_rows=0, has_names=False)
    signs = read("A,\ue000\nB,𠮷\nC,〓\nD,葛\U000e0100\n".encode(), wanted)[3]
    assert [(each["kind"], each["lines"]) for each in signs] == [
        ("replaced", [3]),
        ("own", [1]),
        ("variant", [4]),
        ("rare", [2]),
    ]


@pytest.mark.parametrize(
    ("line", "other", "count"),
    [
        ("END000040", "END000041", "000041"),
        ("合計,40件\n", "合計,7件", "7"),
        ("T|000040|20261120", "T|000041|20261121", "000041"),
        ("9(0001)[2]*", "9(0002)[3]*", "3"),
        ("EOF", "EOF", None),
    ],
)
def test_a_closing_line_becomes_a_pattern(line: str, other: str, count: str | None) -> None:
    found = compile_trailer(pattern_of_closing(line)).compiled.fullmatch(other)
    assert found is not None
    assert found.groupdict().get("count") == count
    assert compile_trailer(pattern_of_closing(line)).compiled.fullmatch("SMP300001,1") is None
