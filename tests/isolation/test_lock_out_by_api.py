"""A refused sign-in through the API counts like one on the page (F4 and F14)."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path
from pytest_django import Settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from madoguchi.accounts.tests.factories import StaffFactory
from madoguchi.tenancy import City, in_city
from madoguchi.web.access import public

pytestmark = pytest.mark.django_db(transaction=True)


class ByHeader(BaseAuthentication):
    """Sign in by two headers, as a machine client might."""

    def authenticate(self, request: Request) -> tuple[object, None]:
        """Ask the same backends as the sign-in page."""
        http: HttpRequest = request._request
        code, password = request.headers["X-Code"], request.headers["X-Password"]
        staff = authenticate(http, staff_code=code, password=password)
        if getattr(http, "axes_locked_out", False):
            raise Throttled
        if staff is None:
            raise AuthenticationFailed
        return staff, None


class WhoAmI(APIView):
    """Say who has signed in."""

    authentication_classes = (ByHeader,)

    def get(self, request: Request) -> Response:
        """Name the caller."""
        return Response({"name": str(request.user)})


urlpatterns = [
    path("who/", public("exists in tests only")(WhoAmI.as_view())),
    path("", include("deploy.urls.staff")),
]


def test_four_refusals_are_kept_and_the_fifth_locks(settings: Settings, home: City, stranger: City) -> None:
    urlconfs = {**settings.MADOGUCHI["URLCONFS"], "staff": __name__}
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}
    with in_city(home):
        StaffFactory.create(staff_code="S00001")
    with in_city(stranger):
        StaffFactory.create(staff_code="S00001")

    def ask(host: str, password: str) -> int:
        headers = {"host": host, "x-code": "S00001", "x-password": password}
        return Client().get("/who/", headers=headers).status_code

    answers = [ask("staff.midori.localhost", "wrong") for _ in range(6)]
    assert answers[:4] == [403] * 4
    assert set(answers[4:]) == {429}
    assert ask("staff.midori.localhost", "tests-only-correct-horse") == 429
    for spelling in ({"username": "S00001"}, {"staff_code": "s00001"}, {"staff_code": "Ｓ00001"}):
        with in_city(home):
            assert authenticate(HttpRequest(), password="tests-only-correct-horse", **spelling) is None
    assert ask("staff.kasumi.localhost", "tests-only-correct-horse") == 200
    with in_city(home):
        assert AccessAttempt.objects.exists()
    with in_city(stranger):
        assert not AccessAttempt.objects.exists()


def test_what_was_typed_as_a_code_is_never_stored(home: City) -> None:
    """People type their password into the wrong field."""
    typed = "my-secret-passw0rd"
    form = {"staff_code": typed, "password": "another-secret"}
    assert Client().post("/sign-in/", form, headers={"host": "staff.midori.localhost"}).status_code == 422
    with in_city(home):
        attempt = AccessAttempt.objects.get()
    stored = f"{attempt.username} {attempt.post_data} {attempt.get_data} {attempt.path_info}"
    assert typed not in stored
    assert "another-secret" not in stored
    assert len(attempt.username) == 64
