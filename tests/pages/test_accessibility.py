"""The check list of JIS X 8341-3 is whole, kept for this release, true to the tests, and public."""

import tomllib

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.test import Client

from cms.accessibility import check_list
from deploy.local.layout import ROOT
from madoguchi.tenancy import City
from tests.pages import checklist

OF_JIS = 38
ALL = 56
LINK = "/accessibility/results/"


def test_the_list_is_whole_and_kept_for_this_release() -> None:
    found = check_list()
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert found["released"] == release, "a new release: look at every criterion again, then name it"
    assert len(found["criteria"]) == ALL
    assert list(found["criteria"])[:OF_JIS] == sorted(list(found["criteria"])[:OF_JIS])
    kept = checklist.place().read_text(encoding="utf-8")
    assert kept == checklist.text(), "run python -m tests.pages.checklist"
    for where, _what in checklist.TESTS.values():
        assert (ROOT / where).exists(), where


def test_what_a_machine_is_said_to_check_it_does() -> None:
    axe = AXE_FILE_PATH.read_text(encoding="utf-8")
    said = [number for number, one in check_list()["criteria"].items() if one["how"] == "axe"]
    assert said
    for number in said:
        assert f'"wcag{number.replace(".", "")}"' in axe, number


@pytest.mark.req("NAN-16")
@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "word"), [("", "試験結果"), ("/en", "Results"), ("/ja-easy", "しらべた")])
def test_a_citys_site_shows_its_statement_and_the_list_in_every_language(
    home: City, resident_client: Client, prefix: str, word: str
) -> None:
    statement = resident_client.get(f"{prefix}/accessibility/")
    assert statement.status_code == 200
    assert f"{prefix}{LINK}" in statement.content.decode()
    shown = resident_client.get(f"{prefix}{LINK}").content.decode()
    assert word in shown
    assert shown.count("<tr>") == ALL + 1
    assert "JIS X 8341-3:2016" in shown
    assert check_list()["released"] in shown
