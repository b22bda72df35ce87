"""Every refusal of the API as problem+json (RFC 9457), with the codes that pages use too."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override
from rest_framework import exceptions
from rest_framework.response import Response

from madoguchi.errors import DomainError
from madoguchi.web.errors import PROBLEM_JSON
from madoguchi.web.languages import DEFAULT

# As re.escape writes "{method}".
GAP = re.compile(r"\\{(\w+)\\}")
KEEPS_CHANGES = (
    exceptions.AuthenticationFailed,
    exceptions.NotAuthenticated,
    exceptions.PermissionDenied,
    exceptions.Throttled,
)
"""Refused sign-ins keep what was written, or the counter that locks out would be lost."""


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer with a problem; everything but a refused sign-in is rolled back."""
    if isinstance(error, DomainError):
        _forget_changes()
        return problem_of(error)
    known = _as_api_error(error)
    if known is None:
        return None
    if not isinstance(known, KEEPS_CHANGES):
        _forget_changes()
    return _api_problem(known)


def problem_of(error: DomainError) -> Response:
    """Write a refusal as a problem; what was written down before it is kept."""
    return _problem(status=error.status, code=error.code, detail=str(error.message or _usual(error.status)))


def _as_api_error(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return error if isinstance(error, exceptions.APIException) else None


def _api_problem(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        detail = _("入力内容を確認してください")
        response = _problem(status=error.status_code, code="invalid", detail=detail)
        response.data["errors"] = error.detail
    else:
        code = error.detail.code if hasattr(error.detail, "code") else error.default_code
        response = _problem(status=error.status_code, code=str(code), detail=_said(error))
    authenticate = getattr(error, "auth_header", None)
    if authenticate:
        response["WWW-Authenticate"] = authenticate
    wait = getattr(error, "wait", None)
    if wait:
        response["Retry-After"] = str(int(wait))
    return response


def _said(error: exceptions.APIException) -> str:
    wait = getattr(error, "wait", None)
    if wait:
        # The framework knows this sentence in English alone.
        return _("送る回数が多すぎます。%(seconds)d秒あとに、もう一度送ってください。") % {
            "seconds": int(wait)
        }
    # The error wrote its sentence down when it was raised, in the language in which the view works.
    with override(DEFAULT):
        told = _gaps(str(error.default_detail), str(error.detail))
    return str(error.detail) if told is None else str(error.default_detail).format(**told)


def _gaps(sentence: str, said: str) -> Mapping[str, str] | None:
    """Read what was put into the gaps of a sentence; None where something else was said."""
    pattern = GAP.sub(r"(?P<\1>.*)", re.escape(sentence))
    found = re.fullmatch(pattern, said, re.DOTALL)
    return found.groupdict() if found else None


def _usual(status: int) -> object:
    """Say something of a refusal without words of its own: its code is no sentence."""
    usual: Mapping[int, object] = {
        403: exceptions.PermissionDenied.default_detail,
        404: exceptions.NotFound.default_detail,
        422: _("入力内容を確認してください"),
    }
    return usual.get(status, _("受け付けられませんでした"))


def _problem(*, status: int, code: str, detail: str) -> Response:
    content = {
        "type": "about:blank",
        "title": detail,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return Response(content, status=status, content_type=PROBLEM_JSON)


def _forget_changes() -> None:
    # The city middleware rolls the whole request back once the answer is written.
    connection.request_failed = True  # type: ignore[attr-defined]
