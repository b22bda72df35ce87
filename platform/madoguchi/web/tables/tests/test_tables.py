"""What an address may ask of a list, what is shown of it, and what stands in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from django.http import QueryDict
from django.utils.safestring import SafeString

from madoguchi.web.tables import Asked, Column, Filter, Mark, Table, read, rows_of
from madoguchi.web.tables.asking import columns_of
from madoguchi.web.tables.drawing import Drawn, content, written
from madoguchi.web.tables.files import csv_text, table_text


@dataclass(frozen=True)
class Fruit:
    """A row of a list."""

    id: int
    name: str
    colour: str
    ripe_on: date | None
    weight: int


FRUIT = [
    Fruit(1, "りんご", "red", date(2026, 10, 1), 300),
    Fruit(2, "ミカン", "orange", date(2026, 12, 1), 100),
    Fruit(3, "いちご100%", "red", None, 20),
]
TABLE = Table(
    name="tests.fruit",
    label="果物",
    columns=(
        Column(name="name", label="名前", sort=("name",), is_fixed=True, is_link=True),
        Column(name="colour", label="色", value=lambda row: Mark("ok", row.colour)),
        Column(name="ripe_on", label="熟す日", sort=("ripe_on",)),
        Column(name="weight", label="重さ", css="num", sort=("weight", "name"), has_total=True),
        Column(name="id", label="番号", is_shown=False),
    ),
    filters=(
        Filter(name="colour", label="色", choices=(("red", "赤"), ("orange", "だいだい"))),
        Filter(name="until", label="いつまで", kind="day", apply=lambda rows, value: rows),
        Filter(name="taste", label="味", kind="text", apply=lambda rows, value: rows),
    ),
    search=("name",),
    sort="name",
    sizes=(2, 10),
)


def asked(query: str = "") -> Asked:
    return read(QueryDict(query), table=TABLE)


def names(query: str) -> list[str]:
    drawn = Drawn(table=TABLE, asked=asked(query), rows=rows_of(FRUIT))
    return [row.name for row in drawn.shown]


@pytest.mark.parametrize(
    "rubbish",
    [
        "page=-1&size=7&sort=password&colour=%00&until=%00",
        "page=99999999999&size=x&sort=-&colour=blue",
        "page=１&size=&until=&words=%00",
        "sort=colour&sort=id&page=",
    ],
)
def test_what_makes_no_sense_is_as_if_it_were_not_there(rubbish: str) -> None:
    assert asked(rubbish) == asked()


def test_what_makes_sense_is_asked() -> None:
    found = asked("words=ご&colour=red&sort=-weight&page=2&size=10&taste=甘い&until=2026-11-21")
    assert (found.words, found.sort, found.page, found.size) == ("ご", "-weight", 2, 10)
    assert found.chosen == {"colour": "red", "taste": "甘い", "until": "2026-11-21"}


@pytest.mark.parametrize("typed", ["2026-02-30", "R9999.1.1", "0001-01-01", "9999-12-31", "あした"])
def test_a_day_that_no_calendar_has_shows_no_rows_and_is_kept_for_whoever_typed_it(typed: str) -> None:
    found = asked(f"until={typed}&size=10")
    assert found.unread == {"until": typed}
    assert found.is_narrowed
    assert "until=" in found.query(sort="weight")
    drawn = Drawn(table=TABLE, asked=found, rows=rows_of(FRUIT))
    assert (drawn.shown, drawn.total) == ([], 0)
    assert [typed in words for words in drawn.unread] == [True]
    assert "until" not in found.kept(table=TABLE)


@pytest.mark.parametrize("typed", ["2026-11-24", "R8.11.24", "令和8年11月24日", "２０２６／１１／２４"])
def test_a_day_is_read_however_staff_write_it(typed: str) -> None:
    found = asked(f"until={typed}")
    assert (found.chosen, found.unread) == ({"until": "2026-11-24"}, {})


def test_rows_are_narrowed_searched_and_sorted_whatever_the_width_of_the_letters() -> None:
    assert names("size=10&sort=-weight") == ["りんご", "ミカン", "いちご100%"]
    assert names("colour=red&size=10&sort=weight") == ["いちご100%", "りんご"]
    assert names("words=みかん&size=10") == ["ミカン"]
    assert names("words=%EF%BC%91%EF%BC%90%EF%BC%90") == ["いちご100%"]
    assert names("words=_") == []


@pytest.mark.parametrize("order", ["ripe_on", "-ripe_on"])
def test_what_has_no_date_comes_last_in_both_directions(order: str) -> None:
    assert names(f"sort={order}&size=10")[-1] == "いちご100%"


def test_a_page_beyond_the_last_shows_the_last() -> None:
    drawn = Drawn(table=TABLE, asked=asked("page=9"), rows=rows_of(FRUIT))
    assert (drawn.page, drawn.first, drawn.last, drawn.total) == (2, 3, 3, 3)
    assert drawn.next_query == ""
    assert "page=1" in drawn.previous_query


def test_a_head_turns_the_order_round_and_says_which_it_is() -> None:
    drawn = Drawn(table=TABLE, asked=asked("sort=name"), rows=rows_of(FRUIT))
    by_name = drawn.heads[0]
    assert by_name.direction == "ascending"
    assert "sort=-name" in by_name.query
    assert drawn.heads[1].query == ""


def test_a_chip_takes_one_thing_away_and_leaves_the_rest() -> None:
    drawn = Drawn(table=TABLE, asked=asked("words=ご&colour=red"), rows=rows_of(FRUIT))
    word, colour = drawn.chips
    assert (word.value, colour.value) == ("ご", "赤")
    assert "colour=red" in word.query
    assert "words" not in word.query
    assert "colour" not in colour.query


def test_a_saved_view_keeps_no_word_that_somebody_typed() -> None:
    kept = asked("words=見本花子&taste=甘い&colour=red&sort=-weight").kept(table=TABLE)
    assert "red" in kept
    assert "%E8" not in kept
    assert "taste" not in kept
    assert "words" not in kept


def test_chosen_columns_keep_the_order_of_the_table_and_the_fixed_ones() -> None:
    assert columns_of(["id", "weight", "no such"], table=TABLE) == ("name", "weight", "id")
    assert columns_of([], table=TABLE) == TABLE.usual_columns


def test_totals_add_up_the_page() -> None:
    drawn = Drawn(table=TABLE, asked=asked("size=10"), rows=rows_of(FRUIT))
    assert drawn.totals[-1] == "420"


def test_a_cell_escapes_what_people_wrote() -> None:
    assert content("<b>") == "<b>"
    assert not isinstance(content("<b>"), SafeString)
    assert "&lt;i&gt;" in content(Mark("ok", "<i>"))
    assert content(None) == "—"
    assert written(date(2026, 12, 9)) == "R8.12.09"
    assert written(["赤", "青"]) == "赤、青"


def test_a_file_runs_nothing_and_opens_in_a_spreadsheet() -> None:
    rows = [Fruit(4, "=HYPERLINK()", "@red", None, 1), Fruit(5, "＋梨", "-x", None, 2)]
    text = csv_text(table_text(columns=TABLE.columns, rows=rows))
    assert text.startswith("\ufeff名前,色,熟す日,重さ,番号")
    lines = text.splitlines()[1:]
    assert lines == ["'=HYPERLINK(),'@red,,1,4", "'＋梨,'-x,,2,5"]


def test_a_source_of_its_own_is_asked_piece_by_piece() -> None:
    class Endless:
        """Rows that nobody can count."""

        def narrowed(self, *, table: Table, asked: Asked) -> "Endless":
            return self

        def total(self) -> int | None:
            return None

        def piece(self, *, first: int, count: int) -> Sequence[Fruit]:
            return [Fruit(first + number, "梨", "green", None, 1) for number in range(count)]

    drawn = Drawn(table=TABLE, asked=asked("page=5"), rows=rows_of(Endless()))
    assert [row.id for row in drawn.shown] == [8, 9]
    assert "page=6" in drawn.next_query
    assert drawn.numbers == []
