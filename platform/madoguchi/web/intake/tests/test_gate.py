"""No My Number is taken in, by whichever page, form or program; nothing repeats or keeps it."""

import json
import logging
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from madoguchi.accounts.models import Role
from madoguchi.tenancy import City, in_city
from madoguchi.web.intake.fields import refuse_harm, refuse_my_number
from madoguchi.web.intake.my_number import find_my_number
from madoguchi.web.intake.tests.samples import document

MINE = "1234-5678-9018"
MEANT = "個人番号"
# Fields with validators of their own instead of their parent's: the gate answers for them.
BEHIND_THE_GATE = ("URLOrAbsolutePathField", "WagtailImageField", "a slug in any script")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _pages(settings: Any) -> None:
    """Serve the careless pages on every host."""
    urlconfs = dict.fromkeys(settings.MADOGUCHI["URLCONFS"], "madoguchi.web.intake.tests.views")
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "midori.localhost"}, raise_request_exception=False)


def rows(city: City) -> int:
    with in_city(city):
        return Role.objects.count()


@pytest.mark.parametrize(
    ("field", "value"),
    [("note", f"番号は {MINE} です"), ("note", "１２３４５６７８９０１８"), ("page", "123456789018")],
)
def test_a_form_explains_it_beside_the_field(browser: Client, field: str, value: str) -> None:
    errors = browser.post("/form/", {field: value}).json()
    assert list(errors) == [field]
    assert errors[field][-1]["code"] == "my_number"
    assert MINE not in errors[field][-1]["message"]
    assert browser.post("/form/", {field: "123456789012"}).json() == {}


@pytest.mark.parametrize("sign", ["\a", "\x0b", "\x1b", "\x7f", "\x85", "\u202e", "\u2066"])
def test_a_sign_that_nobody_sees_is_refused_where_somebody_types(browser: Client, sign: str) -> None:
    errors = browser.post("/form/", {"note": f"久留{sign}米", "scanned": f"ABC{sign}123"}).json()
    assert list(errors) == ["note"]
    assert errors["note"][-1]["code"] == "unseen"
    assert sign not in errors["note"][-1]["message"]


def test_lines_tabs_and_joined_emoji_are_words(browser: Client) -> None:
    assert browser.post("/form/", {"note": "一行目\r\n\t二行目 👨‍👩‍👧 葛󠄀城"}).json() == {}


def test_a_page_without_a_form_keeps_nothing_of_it(browser: Client, home: City) -> None:
    before = rows(home)
    refused = browser.post("/raw/", {"note": f"番号は {MINE}"})
    assert refused.status_code == 422
    assert MEANT in refused.content.decode()
    assert MINE not in refused.content.decode()
    assert rows(home) == before
    assert browser.post("/raw/", {"note": "番号は 1234-5678-9012"}).status_code == 200
    assert rows(home) == before + 1


def test_a_sign_that_no_column_takes_is_refused_and_is_no_failure_of_ours(
    browser: Client, home: City
) -> None:
    before = rows(home)
    refused = browser.post("/raw/", {"note": "a\x00b"})
    assert refused.status_code == 422
    assert "見えない文字" in refused.content.decode()
    assert rows(home) == before
    assert "見えない文字" in browser.post("/form/", {"note": "a\x00b"}).json()["note"][-1]["message"]


@pytest.mark.parametrize(
    "sent", [{"note": MINE}, {"deep": [{"er": [f"x {MINE} x"]}]}, {MINE: 1}, {"number": 123456789018}]
)
def test_a_program_is_refused_as_well(browser: Client, home: City, sent: Any) -> None:
    before = rows(home)
    refused = browser.post("/raw/", json.dumps(sent), content_type="application/json")
    assert refused.status_code == 422
    assert rows(home) == before


def test_a_form_that_refused_only_one_of_two_numbers_does_not_let_the_other_through(
    browser: Client,
) -> None:
    other = next(f"1111 1111 111{last}" for last in range(10) if _is_mine(f"1111 1111 111{last}"))
    assert browser.post("/form/", {"note": MINE, "unknown": MINE}).status_code == 200
    assert browser.post("/form/", {"note": MINE, "unknown": other}).status_code == 422


def _is_mine(text: str) -> bool:
    return find_my_number(text=text) is not None


def test_an_address_with_a_my_number_opens_nothing(browser: Client) -> None:
    assert browser.get("/form/", {"q": MINE}).status_code == 422
    assert browser.get("/form/", {"q": "0123456789ab"}).status_code == 200


def test_neither_the_refusal_nor_the_number_is_logged(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        browser.post("/raw/", {"note": MINE})
        browser.get("/form/", {"q": MINE})
        browser.post("/form/", {"note": MINE})
    words = " ".join(str(vars(record)) for record in caplog.records)
    assert MINE not in words
    assert "123456789018" not in words


def test_a_my_number_in_a_document_is_found_however_it_was_typed(browser: Client) -> None:
    for runs, is_mine in (
        (("番号 1234", "5678", "9018 です"), True),
        (("番号 123456789018",), True),
        (("番号 123456789012",), False),
    ):
        paper = SimpleUploadedFile("letter.docx", document(*runs))
        errors = browser.post("/form/", {"paper": paper}).json().get("paper", [])
        assert [error["code"] for error in errors] == (["my_number"] if is_mine else [])


def test_every_field_for_words_or_files_of_every_form_has_its_guard() -> None:
    get_resolver("deploy.urls.staff").url_patterns  # noqa: B018 - loads every form there is
    get_resolver("deploy.urls.resident").url_patterns  # noqa: B018
    get_resolver("deploy.urls.operators").url_patterns  # noqa: B018
    checked, open_fields = 0, []
    for kind in _all_subclasses(forms.BaseForm):
        for name, field in getattr(kind, "base_fields", {}).items():
            guard = refuse_harm if isinstance(field, forms.FileField) else refuse_my_number
            if isinstance(field, forms.CharField | forms.FileField):
                checked += 1
                if guard not in field.validators and _kind(field) not in BEHIND_THE_GATE:
                    open_fields.append(f"{kind.__module__}.{kind.__name__}.{name}")
    assert checked > 100
    assert open_fields == []


def _kind(field: forms.Field) -> str:
    is_any_slug = isinstance(field, forms.SlugField) and field.allow_unicode
    return "a slug in any script" if is_any_slug else type(field).__name__


def _all_subclasses(kind: type) -> set[type]:
    found: set[type] = set(kind.__subclasses__())
    return found.union(*(_all_subclasses(each) for each in found))
