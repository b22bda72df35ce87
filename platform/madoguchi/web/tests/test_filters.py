"""Small words that many pages share."""

from datetime import date

from django.utils import translation
from django.utils.html import strip_tags

from madoguchi.web.templatetags.madoguchi import of_city, visit_day
from madoguchi.words import ruby


def test_a_section_is_named_with_its_city_once() -> None:
    assert of_city("市民課", "みどり市") == "みどり市 市民課"
    assert of_city("みどり市 市民課", "みどり市") == "みどり市 市民課"


def test_the_day_of_a_visit_is_never_broken_before_its_weekday() -> None:
    with translation.override("ja"):
        assert visit_day(date(2026, 12, 9)) == '2026年（令和8年）<span class="nw">12月9日（水）</span>'
    with translation.override("ja-easy"):
        assert strip_tags(ruby.without(visit_day(date(2026, 12, 9)))) == "2026年12月9日（水曜日）"
    with translation.override("en"):
        assert visit_day(date(2026, 12, 9)) == "Wednesday 9 December 2026"
