"""The view that every address of the machine API is made of."""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.access import Access
from madoguchi.web.api import answers, limits, tokens
from madoguchi.web.api.authentication import TokenAuthentication
from madoguchi.web.api.exceptions import problem_of
from madoguchi.web.api.machine import machine_of
from madoguchi.web.api.models import ApiToken
from madoguchi.web.api.parsers import ShallowJSONParser
from madoguchi.web.api.schema import ApiSchema
from madoguchi.web.languages import DEFAULT, language_of_program

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEY = "Idempotency-Key"


class Changed(DomainError):
    """Somebody changed it since the program looked."""

    code = "changed"
    status = 412
    message = gettext_lazy("見たあとに変わっています。もう一度読んでから送ってください。")


class Answered(Exception):
    """This very request was answered before."""

    def __init__(self, earlier: answers.Earlier) -> None:
        super().__init__()
        self.earlier = earlier


class ApiView(APIView):
    """An address for programs: ``scopes`` names the permission that each method asks of the token."""

    scopes: ClassVar[Mapping[str, str]] = {}
    # An upload is larger than a fingerprint is worth: what it brings in knows its own repetitions.
    keeps_answers: ClassVar[bool] = True
    # What was written down before such a refusal stays, or the counts that end guessing would be lost.
    counted_refusals: ClassVar[tuple[type[DomainError], ...]] = ()
    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    parser_classes: Any = (ShallowJSONParser,)
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    schema = ApiSchema()
    _spent: limits.Allowance | None = None
    _key: str = ""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Make the view, with the declaration of what it asks of a token."""
        view = super().as_view(**initkwargs)
        asked = " ".join(f"{method}={scope}" for method, scope in sorted(cls.scopes.items()))
        view.access = Access("token", asked)  # type: ignore[attr-defined]
        return view

    @classmethod
    def further_scopes(cls) -> tuple[str, ...]:
        """Name permissions that this address may ask beside those of its methods."""
        return ()

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Work in Japanese whatever the program reads: what is written down is for the city's staff."""
        with translation.override(DEFAULT):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for the token, its scope and its allowance; give the first answer to a repetition.

        Raises NotAuthenticated, PermissionDenied, Throttled or Answered.
        """
        super().initial(request, *args, **kwargs)
        if request.method in WRITES and self.keeps_answers and KEY in request.headers:
            self._take_key(request)

    def check_permissions(self, request: Request) -> None:
        """Refuse a request without a token, or with one that may not do this.

        Raises NotAuthenticated or PermissionDenied.
        """
        if request.auth is None:
            raise exceptions.NotAuthenticated
        scope = self.scopes.get("GET" if request.method == "HEAD" else str(request.method))
        if scope is not None and not machine_of(request).has_permission(scope):
            path = request.path.replace("\0", "%00")
            tokens.note_refusal(token=_token_of(request), reason="scope", path=path, now=clock.now())
            raise exceptions.PermissionDenied

    def check_throttles(self, request: Request) -> None:
        """Count the request.

        Raises Throttled.
        """
        name = str(machine_of(request).token_id)
        self._spent = limits.spend(name=name, limit=limits.PER_MINUTE, now=clock.now())
        if self._spent.is_spent:
            raise exceptions.Throttled(wait=self._spent.resets_in)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a repetition with what was answered first, and a refusal with a problem."""
        if isinstance(exc, Answered):
            return Response(
                exc.earlier.content, status=exc.earlier.status, headers={"Idempotent-Replayed": "true"}
            )
        with translation.override(language_of_program(self.request._request)):
            answer = (
                self._refuse_and_keep(exc)
                if isinstance(exc, self.counted_refusals)
                else super().handle_exception(exc)
            )
            answer["Content-Language"] = translation.get_language()
        patch_vary_headers(answer, ("Accept-Language",))
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the allowance and the tag; keep the answer under the key that came with the request."""
        answer: Any = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self._spent.headers if self._spent else {}).items():
            answer[name] = value
        if not isinstance(answer, Response) or answer.status_code >= 400:
            return answer
        content = JSONRenderer().render(answer.data)
        if self._key:
            key, self._key = self._key, ""
            answers.keep(
                token_id=machine_of(request).token_id,
                key=key,
                status=answer.status_code,
                content=content.decode(),
            )
        return _tagged(request, answer, content)

    def read(self, wanted: type[Serializer[Any]], given: Any) -> dict[str, Any]:
        """Read what was sent, or the parameters of the address.

        Raises ValidationError with a sentence for each field.
        """
        form = wanted(data=given)
        with translation.override(language_of_program(self.request._request)):
            form.is_valid(raise_exception=True)
        found: dict[str, Any] = form.validated_data
        return found

    def ensure_unchanged(self, request: Request, content: Any) -> None:
        """Refuse a write when If-Match names another state of things than today's.

        Raises Changed.
        """
        wanted = request.headers.get("If-Match", "")
        if wanted and wanted != _tag(JSONRenderer().render(content)):
            raise Changed

    @property
    def actor(self) -> Actor:
        """Name the program for the audit list."""
        return machine_of(self.request).actor

    def _refuse_and_keep(self, refusal: DomainError) -> Response:
        if self._key:
            # Nothing was done: the same key may be sent again.
            answers.drop(token_id=machine_of(self.request).token_id, key=self._key)
            self._key = ""
        answer = problem_of(refusal)
        answer.exception = True
        return answer

    def _take_key(self, request: Request) -> None:
        key = request.headers[KEY]
        content = f"{request.method} {request.get_full_path()}\n".encode() + request._request.body
        earlier = answers.begin(
            token_id=machine_of(request).token_id, key=key, request=content, now=clock.now()
        )
        if earlier is not None:
            raise Answered(earlier)
        self._key = key


def _token_of(request: Request) -> ApiToken:
    assert isinstance(request.auth, ApiToken)
    return request.auth


def _tagged(request: Request, answer: Response, content: bytes) -> Response:
    if request.method not in ("GET", "HEAD"):
        return answer
    tag = _tag(content)
    if request.headers.get("If-None-Match", "") == tag:
        answer.data, answer.status_code = None, 304
    answer["ETag"] = tag
    return answer


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
