"""The same page in another language."""

import pytest
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from madoguchi.web.languages import html_lang, localized_path


@pytest.mark.parametrize(
    ("path", "english", "easy"),
    [
        ("/", "/en/", "/ja-easy/"),
        (
            "/booking/time/?day=2026-12-09",
            "/en/booking/time/?day=2026-12-09",
            "/ja-easy/booking/time/?day=2026-12-09",
        ),
        ("/en/booking/", "/en/booking/", "/ja-easy/booking/"),
        ("/ja-easy/booking/", "/en/booking/", "/ja-easy/booking/"),
        ("/entry/", "/en/entry/", "/ja-easy/entry/"),
        ("/en", "/en/", "/ja-easy/"),
        ("/en?a=b", "/en/?a=b", "/ja-easy/?a=b"),
    ],
)
def test_the_language_switch_keeps_the_page(path: str, english: str, easy: str) -> None:
    assert localized_path(path, language="en") == english
    assert localized_path(path, language="ja-easy") == easy


def test_japanese_lives_without_a_prefix() -> None:
    assert localized_path("/en/booking/", language="ja") == "/booking/"


@pytest.mark.parametrize("path", ["/en//evil.example/", "/ja-easy///evil.example/", "//evil.example/"])
def test_the_language_switch_never_leads_to_another_site(path: str) -> None:
    assert localized_path(path, language="ja") == "/evil.example/"


def test_plain_japanese_is_japanese_for_browsers() -> None:
    assert (html_lang("ja-easy"), html_lang("ja"), html_lang("en")) == ("ja", "ja", "en")


def test_plain_japanese_has_a_name() -> None:
    assert get_language_info("ja-easy")["name_local"] == "やさしい日本語"


def test_texts_change_with_the_language() -> None:
    with override("en"):
        assert _("空きあり") == "Available"
    with override("ja-easy"):
        assert _("満員") == "いっぱい"
    with override("ja"):
        assert _("満員") == "満員"
