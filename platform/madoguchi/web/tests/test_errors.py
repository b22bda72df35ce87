"""What people see when something did not work."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory
from rest_framework import exceptions

from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.gates import NotOfferedHere
from madoguchi.web import errors
from madoguchi.web.api.exceptions import exception_handler

pytestmark = pytest.mark.django_db


class SlotTaken(DomainError):
    code: ClassVar[str] = "slot_taken"
    message: ClassVar[str] = "この時間は満員になりました。"


def request(path: str = "/x/", zone: str = "resident") -> HttpRequest:
    made = RequestFactory().get(path)
    made.zone = zone  # type: ignore[attr-defined]
    return made


PAGES: list[tuple[Callable[[HttpRequest], HttpResponse], int, str]] = [
    (errors.bad_request, 400, "何も保存されていません"),
    (errors.permission_denied, 403, "開くことができません"),
    (errors.csrf_failure, 403, "読み込み直してください"),
    (errors.page_not_found, 404, "ページが見つかりません"),
    (errors.only_acts, 405, "行きたいページを探してください"),
    (errors.too_large, 413, "入力を短くして"),
    (errors.too_many_requests, 429, "時間をおいて"),
    (errors.server_error, 500, "予約はまだ取れていません"),
    (errors.service_unavailable, 503, "ただいま利用できません"),
]


@pytest.mark.parametrize(("view", "status", "text"), PAGES)
@pytest.mark.parametrize("zone", ["resident", "staff"])
def test_every_error_page_says_what_to_do_in_the_look_of_the_city(
    view: Callable[[HttpRequest], HttpResponse], status: int, text: str, zone: str, home: Any
) -> None:
    response = view(request(zone=zone))
    html = response.content.decode()
    assert response.status_code == status
    assert text in html
    assert home.name in html
    assert html.count("<h1") == 1
    assert "<c-" not in html


def test_a_resident_is_told_that_a_service_is_off_and_a_visit_still_stands(home: Any) -> None:
    off = errors.page_not_found(request(), NotOfferedHere("card_reservation"))
    assert off.status_code == 404
    assert "予約した日時にそのままお越しください" in off.content.decode()
    staff = errors.page_not_found(request(zone="staff"), NotOfferedHere("card_reservation"))
    assert "ページが見つかりません" in staff.content.decode()


def test_an_unknown_host_gets_a_plain_page_without_a_city(home: Any) -> None:
    from django.db import connection

    connection.set_schema_to_public()  # type: ignore[attr-defined]
    response = errors.unknown_host(request())
    assert response.status_code == 404
    assert "窓口が見つかりません" in response.content.decode()
    assert home.name not in response.content.decode()


def test_an_error_page_that_fails_too_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("templates are gone")

    monkeypatch.setattr(errors, "render_to_string", fail)
    response = errors.server_error(request())
    assert response.status_code == 500
    assert "Nothing was saved" in response.content.decode()


def test_a_refusal_is_explained_in_its_own_words() -> None:
    response = errors.domain_error_response(request(), SlotTaken())
    assert response.status_code == 409
    assert "この時間は満員になりました。" in response.content.decode()


def test_what_is_missing_without_a_sentence_is_a_page_that_was_not_found() -> None:
    response = errors.domain_error_response(request(), NotFound())
    html = response.content.decode()
    assert response.status_code == 404
    assert "ページが見つかりません" in html
    assert "<p>not_found</p>" not in html


def test_a_refusal_nobody_caught_becomes_its_page() -> None:
    middleware = errors.DomainErrorMiddleware(lambda _: HttpResponse())
    answer = middleware.process_exception(request(), SlotTaken())
    assert answer is not None
    assert answer.status_code == 409
    assert middleware.process_exception(request(), ValueError()) is None


def test_an_address_that_only_acts_is_no_empty_page_when_it_is_opened(home: Any) -> None:
    middleware = errors.DomainErrorMiddleware(lambda _: HttpResponseNotAllowed(["POST"]))
    answer = middleware(request(zone="staff"))
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "開くことができません" in answer.content.decode()


def test_programs_get_a_problem_instead_of_a_page() -> None:
    response = errors.page_not_found(request("/api/v1/nothing/"))
    assert response["Content-Type"] == "application/problem+json"
    assert b'"code": "not_found"' in response.content


def handled(error: Exception) -> Any:
    from django.db import connection

    connection.request_failed = False  # type: ignore[attr-defined]
    response = exception_handler(error, {})
    assert response is not None
    kept = not connection.request_failed  # type: ignore[attr-defined]
    connection.request_failed = False  # type: ignore[attr-defined]
    return response, kept


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (exceptions.AuthenticationFailed(), 401),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.PermissionDenied(), 403),
        (exceptions.Throttled(wait=9), 429),
    ],
)
def test_a_refused_sign_in_keeps_its_counter(error: exceptions.APIException, status: int) -> None:
    response, kept = handled(error)
    assert response.status_code == status
    assert kept


@pytest.mark.parametrize("error", [exceptions.ValidationError({"reference": ["?"]}), SlotTaken()])
def test_every_other_refusal_takes_back_what_was_written(error: Exception) -> None:
    response, kept = handled(error)
    assert not kept
    assert response.data["code"] in {"invalid", "slot_taken"}
    assert response.content_type == "application/problem+json"


def test_a_defect_is_left_to_django() -> None:
    assert exception_handler(ValueError(), {}) is None
