"""Small words that many pages share."""

from madoguchi.web.templatetags.madoguchi import of_city


def test_a_section_is_named_with_its_city_once() -> None:
    assert of_city("市民課", "みどり市") == "みどり市 市民課"
    assert of_city("みどり市 市民課", "みどり市") == "みどり市 市民課"
