"""Furigana in plain text: written once, drawn on pages, in brackets in mails, gone where nobody wants it."""

from time import process_time

import pytest

from madoguchi.words import ruby

READ = "<ruby>予約<rp>（</rp><rt>よやく</rt><rp>）</rp></ruby>"


def test_a_reading_stands_over_the_kanji_before_it() -> None:
    assert ruby.to_html("カードの 予約《よやく》です") == f"カードの {READ}です"


def test_a_bar_says_where_the_words_under_a_reading_begin() -> None:
    assert "<ruby>1人<rp>" in ruby.to_html("｜1人《ひとり》ずつ")


def test_everything_else_is_escaped() -> None:
    drawn = ruby.to_html("<b>予約《よやく》</b>｜<script>《よみ》")
    assert drawn == f"&lt;b&gt;{READ}&lt;/b&gt;｜&lt;script&gt;《よみ》"


@pytest.mark.parametrize("text", ["《重要》", "お知らせ《号外》", "予約《yoyaku》", "予約《》", "あ《い》"])
def test_brackets_that_hold_no_reading_are_left_alone(text: str) -> None:
    assert ruby.to_html(text) == text
    assert ruby.without(text) == text


def test_a_reading_can_be_left_out_or_written_in_brackets() -> None:
    text = "電話《でんわ》で 予約《よやく》する"
    assert ruby.without(text) == "電話で 予約する"
    assert ruby.in_brackets(text) == "電話(でんわ)で 予約(よやく)する"
    assert ruby.from_brackets(ruby.in_brackets(text)) == text


@pytest.mark.parametrize(
    ("people", "read"),
    [("1", "｜1人《ひとり》"), ("2", "｜2人《ふたり》"), ("12", "12人《にん》"), ("3", "3人《にん》")],
)
def test_one_and_two_people_have_words_of_their_own(people: str, read: str) -> None:
    assert ruby.to_html(f"{people}人《にん》") == ruby.to_html(read)


def test_a_page_shows_readings_in_its_text_alone() -> None:
    page = (
        "<title>予約《よやく》</title><h1 aria-label='予約《よやく》'>予約《よやく》</h1>"
        "<select><option>予約《よやく》</option></select><svg><text>予約《よやく》</text></svg>"
    )
    assert ruby.in_page(page, is_shown=True) == (
        f"<title>予約</title><h1 aria-label='予約'>{READ}</h1>"
        "<select><option>予約</option></select><svg><text>予約</text></svg>"
    )


def test_a_page_can_be_shown_without_any_reading() -> None:
    assert ruby.in_page("<p>予約《よやく》する</p>", is_shown=False) == "<p>予約する</p>"


@pytest.mark.parametrize(
    "typed",
    [
        '<input name="n" value="山田《やまだ》">',
        "<textarea>山田《やまだ》</textarea>",
        "<script>'山田《やまだ》'</script>",
    ],
)
def test_what_a_visitor_typed_stays_as_it_was_typed(typed: str) -> None:
    assert ruby.in_page(typed, is_shown=True) == typed


def test_a_hostile_text_gains_nothing_from_the_notation() -> None:
    page = "<p>&lt;img src=x onerror=alert(1)&gt;｜&quot;&gt;&lt;b&gt;《よみ》</p>"
    assert ruby.in_page(page, is_shown=True) == page


@pytest.mark.parametrize("name", ["href", "src", "action", "formaction"])
def test_an_address_stays_as_it_is(name: str) -> None:
    page = f'<a {name}="｜javascript:alert(1)//《よみ》" title="予約《よやく》">予約《よやく》</a>'
    shown = f'<a {name}="｜javascript:alert(1)//《よみ》" title="予約">予約</a>'
    assert ruby.in_page(page, is_shown=False) == shown


@pytest.mark.parametrize("typed", ["漢" * 800_000, "漢《か》" * 200_000, "｜漢《か" * 200_000])
@pytest.mark.parametrize(
    "field", ['<input value="{}">', '<p title="{}">', "<p>{}</p>", "<textarea>{}</textarea>"]
)
def test_no_text_keeps_a_page_waiting(typed: str, field: str) -> None:
    page = f"<p>予約《よやく》</p>{field.format(typed)}"
    began = process_time()
    ruby.in_page(page, is_shown=True)
    ruby.from_brackets(typed)
    assert process_time() - began < 10, "the largest form that is taken in, in seconds and not in hours"


def test_signs_that_belong_to_no_reading_are_found() -> None:
    assert ruby.strays("予約《よやく》《する｜") == ["《", "｜"]
    assert ruby.strays("｜1人《ひとり》") == []


def test_kanji_without_a_reading_are_found() -> None:
    assert ruby.unread("窓口《まどぐち》の 場所と 時間《じかん》") == ["場所"]


def test_the_words_with_a_reading_are_listed() -> None:
    assert list(ruby.pairs("｜1人《ひとり》の 予約《よやく》")) == [("1人", "ひとり"), ("予約", "よやく")]
