"""The booking is short, needs no app, and is written in words that people say."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from madoguchi.testing import catalogues
from madoguchi.words import ruby
from plugins.card_reservation.views.screens import STEPS
from tests.architecture.sources import ROOT
from tests.words.plainness import measure
from tests.words.reading import SENTENCE_ENDS, sentences_of
from tests.words.walk import STRAIGHT, Walk

pytestmark = pytest.mark.django_db

# From the city's home to the page with the number, both among them.
MOST_SCREENS = 6
LONGEST_SENTENCE = {"ja": 60, "ja-easy": 60}
MOST_KANJI = {"ja": 0.45, "ja-easy": 0.45}
SCRIPT = ROOT / "docs" / "how-to" / "watch-an-older-user.md"
APP = re.compile(r"アプリを|App Store|Google Play|ダウンロード")
MARKUP = re.compile(r"</?b>|%\((\w+)\)s")
FORWARD = re.compile(r'<button class="btn btn--primary[^"]*" type="submit"')


@pytest.mark.req("NAN-12")
def test_six_plain_screens_without_an_app_lead_to_a_booking_and_a_script_watches_older_users(
    walked: Callable[[str], Walk],
) -> None:
    screens = walked("ja").screens
    main = {name: screens[name].partition("<main")[2].partition("</main>")[0] for name in STRAIGHT}
    assert len(["home", *STRAIGHT]) == MOST_SCREENS
    assert [name for name in STRAIGHT if FORWARD.search(main[name])] == [*STRAIGHT[:1], *STRAIGHT[2:4]]
    assert max(map(int, re.findall(r"ステップ \d／(\d)", "".join(main.values())))) == STEPS
    assert not [name for name, page in main.items() if APP.search(page)]
    assert _too_hard(screens, "ja") == {}
    script = SCRIPT.read_text(encoding="utf-8")
    assert all(word in script for word in ("over 65", "## Tasks", "What counts as good", "交付通知書"))


def test_plain_japanese_is_plainer(walked: Callable[[str], Walk]) -> None:
    assert _too_hard(walked("ja-easy").screens, "ja-easy") == {}


def test_a_hard_text_would_be_noticed() -> None:
    hard = measure(["交付通知書を持参の上、指定期日迄に来庁願います。"])
    assert hard.office_words == ("来庁", "持参", "願います", "期日")
    assert hard.share_of_kanji > max(MOST_KANJI.values())


@pytest.mark.parametrize("room", catalogues.rooms(), ids=lambda room: room.name)
def test_sentences_of_plain_japanese_are_short(room: Path) -> None:
    texts = catalogues.translations(room, "ja_Easy").values()
    sentences = [part for text in texts for part in SENTENCE_ENDS.split(MARKUP.sub("", ruby.without(text)))]
    assert [part for part in sentences if len(part) > LONGEST_SENTENCE["ja-easy"]] == []


def _too_hard(screens: dict[str, str], language: str) -> dict[str, object]:
    """Name each screen of the booking that is harder than promised, with what makes it hard."""
    measured = {
        name: measure(sentences_of(page))
        for name, page in screens.items()
        if not name.startswith(("site ", "search"))
    }
    return {
        name: one
        for name, one in measured.items()
        if len(one.longest) > LONGEST_SENTENCE[language]
        or one.share_of_kanji > MOST_KANJI[language]
        or one.office_words
    }
