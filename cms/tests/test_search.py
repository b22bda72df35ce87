"""Residents find pages by the words on them, however they spell them."""

from typing import Any

import pytest
from django.test import Client

from cms import search
from cms.models import FaqPage, HomePage, InfoPage
from cms.rules.words import fold
from cms.words import PageWords
from madoguchi.tenancy import in_city
from madoguchi.testing.people import host

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> InfoPage:
    """Publish a page of words that stand nowhere else."""
    home = HomePage.objects.get(locale__language_code="ja")
    page = InfoPage(title="コンビニのキオスク端末", slug="kiosk", lead="", locale=home.locale)
    home.add_child(instance=page)
    page.body = [("text", "<p>めずらしい<b>ヴァイオリン</b>の話　ＡＢＣ</p>")]
    page.save_revision().publish()
    return page


def _found(client: Client, query: str, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/search/", {"q": query})
    assert answer.status_code == 200, query
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("one", "other"),
    [("ｷｵｽｸ", "きおすく"), ("ガス", "がす"), ("ｶﾞｽ", "ガス"), ("ＡＢＣ", "abc"), ("①", "1"), ("ヴ", "ゔ")],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "query",
    [
        "キオスク",
        "きおすく",
        "ｷｵｽｸ",
        "コンビニ キオスク",
        "コンビニ　ヴァイオリン",
        "abc",
        "ａｂｃ",
        "キオスク 話 めずらしい",
    ],
)
@pytest.mark.usefixtures("page")
def test_a_page_is_found_by_every_spelling_and_all_its_words(resident_client: Client, query: str) -> None:
    assert 'href="/kiosk/"' in _found(resident_client, query)


@pytest.mark.parametrize("query", ["キオスク 図書券", "%", "キオス_", "<script>alert(1)</script>"])
@pytest.mark.usefixtures("page")
def test_every_word_must_stand_on_the_page_as_it_is(resident_client: Client, query: str) -> None:
    words = _found(resident_client, query)
    assert 'href="/kiosk/"' not in words
    assert "<script>alert" not in words


@pytest.mark.usefixtures("page")
def test_what_was_found_is_marked(resident_client: Client) -> None:
    words = _found(resident_client, "きおすく")
    assert "コンビニの<mark>キオスク</mark>端末" in words


def test_marks_fall_on_the_letters_as_they_were_written() -> None:
    entry: Any = PageWords(page=InfoPage(title="ｶﾞｽと水道"), text="①ガス（ｶﾞｽ）")
    hit = search.hit(entry, words=["がす"])
    assert [(piece.text, piece.is_hit) for piece in hit.title] == [("ｶﾞｽ", True), ("と水道", False)]
    assert [piece.text for piece in hit.excerpt if piece.is_hit] == ["ガス", "ｶﾞｽ"]


def test_questions_of_a_service_are_found(resident_client: Client) -> None:
    assert 'href="/card-pickup/"' in _found(resident_client, "メールを使っていません")


def test_readings_do_not_hide_a_word_of_plain_japanese(resident_client: Client) -> None:
    words = _found(resident_client, "暗証番号", prefix="/ja-easy")
    assert 'href="/ja-easy/pin-reset/"' in words


def test_each_language_finds_its_own_pages(resident_client: Client) -> None:
    assert 'href="/en/card-renewal/"' in _found(resident_client, "CERTIFICATES", prefix="/en")
    assert "card-renewal" not in _found(resident_client, "certificates rewritten").partition("<main")[2]


def test_nothing_found_gives_advice_and_a_telephone_number(resident_client: Client) -> None:
    words = _found(resident_client, "みつからないことば")
    assert "見つかりませんでした" in words
    assert "tel:" in words.partition("<main")[2]


@pytest.mark.parametrize("query", ["\0", "あ" * 5000, "a\0b"])
def test_a_query_that_nobody_types_is_refused_gently(resident_client: Client, query: str) -> None:
    answer = resident_client.get("/search/", {"q": query})
    assert answer.status_code == 400
    assert 'role="search"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_search_asks_the_database_little(
    resident_client: Client, django_assert_max_num_queries: Any
) -> None:
    resident_client.get("/search/", {"q": "カード"})
    with django_assert_max_num_queries(16):
        resident_client.get("/search/", {"q": "カード 予約 受け取り"})


def test_drafts_and_withdrawn_pages_are_not_found(resident_client: Client, page: InfoPage) -> None:
    page.title = "まだ秘密のチェロ"
    page.save_revision()
    assert 'href="/kiosk/"' not in _found(resident_client, "チェロ")
    page.unpublish()
    assert 'href="/kiosk/"' not in _found(resident_client, "キオスク")


def test_a_copy_is_found_after_the_next_round(resident_client: Client, page: InfoPage) -> None:
    page.copy(update_attrs={"slug": "kiosk-two", "title": "コンビニのキオスク端末の二"})
    PageWords.objects.filter(page__slug="kiosk-two").delete()
    assert 'href="/kiosk-two/"' not in _found(resident_client, "キオスク")
    assert search.catch_up() >= 1
    assert 'href="/kiosk-two/"' in _found(resident_client, "キオスク")


def test_every_starter_page_is_found_from_the_first_day() -> None:
    assert search.catch_up() == 0
    assert PageWords.objects.filter(
        page__in=FaqPage.objects.all(), folded__contains=fold("フリーダイヤル")
    ).exists()


@pytest.mark.django_db(transaction=True)
def test_a_search_of_one_city_finds_nothing_of_another(home: Any, stranger: Any) -> None:
    with in_city(stranger):
        first = HomePage.objects.get(locale__language_code="ja")
        page = InfoPage(title="かすみだけの秘密", slug="himitsu", locale=first.locale)
        first.add_child(instance=page)
        page.save_revision().publish()
    here, there = (Client(headers={"host": host(city.resident_url)}) for city in (home, stranger))
    assert "himitsu" in _found(there, "かすみだけの秘密")
    assert "himitsu" not in _found(here, "かすみだけの秘密")
