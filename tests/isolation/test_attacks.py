"""The fourteen attacks of one city on another, and the test that holds each door shut.

Every refusal stands beside its positive control. Where a door was shut before, its test is named.

| # | attack | held shut by |
|---|---|---|
| 1 | a login cookie sent to another city | test_two_cities: a_login_cookie_…, a_session_row_copied_… |
| 2 | the same, sessions in a cache or a cookie, same person in both | test_a_session_kept_elsewhere_… |
| 3 | what an anonymous visitor has proven in one city | test_an_anonymous_visitors_proof_… |
| 4 | the same cache key | test_two_cities: a_cached_value_… |
| 5 | cache_page | test_a_cached_page_… |
| 6 | a password reset code | test_two_cities: a_reset_code_… |
| 7 | a signed value | test_two_cities: a_signed_value_…; test_nobody_signs_but_… |
| 8 | Host: evil, IP, www, trailing dot, userinfo, X-Forwarded-Host | test_a_strange_host_… |
| 9 | a new thread inside a request | test_a_thread_inside_a_request_… |
| 10 | sync_to_async(thread_sensitive=False) | test_no_code_leaves_the_thread_… |
| 11 | a view that raises after it switched the city | test_a_view_that_switches_the_city_… |
| 12 | a transaction pooler, queries in autocommit | test_a_pooler_…; database/tests/test_binding |
| 13 | the same with TENANT_LIMIT_SET_CALLS | test_sparing_the_binding_… |
| 14 | lock-outs counted in the cache | test_lock_outs_are_counted_…; test_lock_out_by_api |
| + | caches of the process: lru_cache, SITE_CACHE, Wagtail's root paths | test_no_cache_of_the_process_… |
"""

import ast
import logging
import tomllib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.cache import cache_page
from pytest_django import Settings

from madoguchi import clock
from madoguchi.accounts.models import Role, Staff
from madoguchi.accounts.tests.factories import StaffFactory, sign_in
from madoguchi.database.checks import isolation_settings
from madoguchi.database.errors import StrictTenancyError
from madoguchi.tenancy import City, current_city, find_city, in_city
from madoguchi.web.access import public
from tests.architecture.sources import product

commits = pytest.mark.django_db(transaction=True)

HOME, STRANGER = "midori.localhost", "kasumi.localhost"
SAME_ID = "11111111-1111-4111-8111-111111111111"
Ask = Callable[..., Any]
in_tests = public("exists in tests only")


# -- views that somebody might write ---------------------------------------------------------


@in_tests
@cache_page(60)
def kept(request: HttpRequest) -> HttpResponse:
    """Answer from the cache when the same page was asked for before."""
    return HttpResponse(current_city().name)


@in_tests
def threaded(request: HttpRequest) -> HttpResponse:
    """Ask the database in a thread of one's own, and say what came of it."""
    said: list[str] = []

    def ask() -> None:
        try:
            said.append(f"read {Role.objects.count()}")
        except Exception as error:
            said.append(f"refused {error.__class__.__name__}")
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return HttpResponse(f"{said[0]}; own {Role.objects.count()}")


@in_tests
def switching(request: HttpRequest) -> HttpResponse:
    """Try to read another city, as a mistaken view would."""
    Role.objects.count()
    connection.set_tenant(find_city(code=request.GET["code"]))  # type: ignore[attr-defined]
    raise AssertionError("the switch was allowed")


@in_tests
def switching_early(request: HttpRequest) -> HttpResponse:
    """Switch before the first query of the request, and break."""
    connection.set_tenant(find_city(code=request.GET["code"]))  # type: ignore[attr-defined]
    raise RuntimeError("a bug")


@in_tests
def whose(request: HttpRequest) -> HttpResponse:
    """Say in which schema this request reads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user")
        schema, role = cursor.fetchone()
    return HttpResponse(f"{schema} {role}")


urlpatterns = [
    path("kept/", kept),
    path("threaded/", threaded),
    path("switching/", switching),
    path("switching-early/", switching_early),
    path("whose/", whose),
]


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """Ask a path of the views above on any host."""
    urlconfs = dict.fromkeys(settings.MADOGUCHI["URLCONFS"], __name__)
    settings.MADOGUCHI = {**settings.MADOGUCHI, "URLCONFS": urlconfs}
    client = Client(raise_request_exception=False)

    def get(path: str, host: str, **headers: str) -> Any:
        return client.get(path, headers={"host": host, **headers})

    return get


@pytest.fixture
def twins(home: City, stranger: City) -> tuple[Staff, Staff]:
    """The same person in both cities: id, code and password hash, as cities cloned from one would have."""
    with in_city(home):
        first = StaffFactory.create(id=SAME_ID, staff_code="S00001", name="ZZ-HOME")
    with in_city(stranger):
        second = StaffFactory.create(
            id=SAME_ID, staff_code="S00001", name="ZZ-STRANGER", password=first.password
        )
    return first, second


# -- sessions (2, 3) ---------------------------------------------------------------------------


@commits
@pytest.mark.parametrize("engine", ["cache", "cached_db"])
def test_a_session_kept_elsewhere_is_no_login_in_another_city(
    engine: str, settings: Settings, home: City, stranger: City, twins: tuple[Staff, Staff]
) -> None:
    """The check refuses these engines; where somebody silences it, the cookie still opens one city only."""
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
    assert "ZZ-HOME" in client.get("/", headers={"host": f"staff.{HOME}"}).content.decode()
    assert client.get("/", headers={"host": f"staff.{STRANGER}"}).status_code == 302


@commits
def test_a_session_inside_its_cookie_is_believed_by_nobody(
    settings: Settings, home: City, stranger: City, twins: tuple[Staff, Staff]
) -> None:
    with in_city(home):
        control = sign_in(Client(), twins[0])
    assert control.get("/", headers={"host": f"staff.{HOME}"}).status_code == 200
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
    for host in (f"staff.{HOME}", f"staff.{STRANGER}"):
        assert client.get("/", headers={"host": host}).status_code == 302


@commits
def test_an_anonymous_visitors_proof_is_not_read_in_another_city(
    home: City, stranger: City, twins: tuple[Staff, Staff]
) -> None:
    """A sign-in page explains why the last session ended: a fact about a visitor who is not signed in."""
    client = Client()
    with in_city(home):
        sign_in(client, twins[0])
        session = client.session
        session["seen_at"] = clock.now().timestamp() - 3 * 3600
        session.save()
    turned_away = client.get("/", headers={"host": f"staff.{HOME}"})
    assert turned_away.status_code == 302
    shown = {}
    for host in (STRANGER, HOME):
        browser = Client()
        browser.cookies.load({"sessionid": client.cookies["sessionid"].value})
        shown[host] = browser.get("/sign-in/", headers={"host": f"staff.{host}"}).content.decode()
    words = "しばらく操作がなかった"
    assert words in shown[HOME]
    assert words not in shown[STRANGER]


# -- caches, hosts, signatures (5, 7, 8) -------------------------------------------------------


@commits
def test_a_cached_page_is_not_served_to_another_city(ask: Ask, home: City, stranger: City) -> None:
    cache.clear()
    for _twice in range(2):
        assert ask("/kept/", HOME).content.decode() == home.name
        assert ask("/kept/", STRANGER).content.decode() == stranger.name


def test_nobody_signs_but_the_one_place_that_binds_to_the_city() -> None:
    rules = tomllib.loads(Path(django_settings.ROOT, "pyproject.toml").read_text(encoding="utf-8"))
    banned = rules["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert "django.core.signing" in banned
    signing = {
        source.name
        for source in product()
        for name, _line in source.imported()
        if name.startswith(("django.core.signing", "itsdangerous"))
    }
    assert signing <= {"platform/madoguchi/web/signing.py"}


STRANGE_HOSTS = (
    "evil.example",
    "127.0.0.1",
    "127.0.0.1:8000",
    "[::1]",
    "2130706433",
    f"www.{HOME}",
    f"{HOME}.",
    f"user@{HOME}",
    f"user:secret@{HOME}",
    f"{STRANGER}@{HOME}",
    f"{HOME}, {STRANGER}",
    f"{HOME}#{STRANGER}",
    f"{HOME}/{STRANGER}",
    f"{HOME}:80:80",
    "",
)
FORWARDING = ("x-forwarded-host", "x-host", "forwarded", "x-original-host", "x-forwarded-server")


@commits
def test_a_strange_host_opens_no_city(ask: Ask, home: City) -> None:
    assert home.schema_name in ask("/whose/", HOME).content.decode()
    assert home.schema_name in ask("/whose/", HOME.upper()).content.decode()
    assert {host: ask("/whose/", host).status_code for host in STRANGE_HOSTS} == dict.fromkeys(
        STRANGE_HOSTS, 404
    )


@commits
def test_a_forwarded_host_opens_no_other_city(ask: Ask, home: City) -> None:
    for header in FORWARDING:
        value = f"host={STRANGER}" if header == "forwarded" else STRANGER
        assert home.schema_name in ask("/whose/", HOME, **{header: value}).content.decode(), header


# -- threads, switches, poolers (9 to 13) ------------------------------------------------------


@commits
def test_a_thread_inside_a_request_reads_nothing(ask: Ask, home: City) -> None:
    with in_city(home):
        roles = Role.objects.count()
    said = ask("/threaded/", HOME).content.decode()
    assert said == f"refused ProgrammingError; own {roles}"


def test_no_code_leaves_the_thread_that_holds_the_city() -> None:
    leaving = [
        f"{source.name}:{node.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.keyword) and node.arg == "thread_sensitive"
    ]
    assert leaving == []


@pytest.fixture
def refusals(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], set[str]]]:
    """The names of the exceptions that requests ended with."""
    with caplog.at_level(logging.ERROR, logger="django.request"):
        yield lambda: {str(record.exc_info[0]) for record in caplog.records if record.exc_info}


@commits
def test_a_view_that_switches_the_city_is_stopped_and_leaves_nothing_behind(
    ask: Ask, home: City, stranger: City, refusals: Callable[[], set[str]]
) -> None:
    answer = ask(f"/switching/?code={stranger.code}", HOME)
    assert answer.status_code == 500
    assert refusals() == {str(StrictTenancyError)}
    for view in ("switching", "switching-early"):
        for host, city in ((HOME, home), (STRANGER, stranger)):
            assert ask(f"/{view}/?code={stranger.code}", HOME).status_code == 500
            assert connection.schema_name == "public"  # type: ignore[attr-defined]
            assert ask("/whose/", host).content.decode().startswith(f"{city.schema_name} ")


@commits
def test_a_pooler_would_find_nothing_on_the_session(ask: Ask, home: City, stranger: City) -> None:
    """What a transaction leaves on its connection is what a pooler would hand to the next city."""
    for host in (HOME, STRANGER):
        assert ask("/whose/", host).status_code == 200
        with connection.connection.cursor() as raw:
            role, path = raw.execute("SELECT current_user, current_setting('search_path')").fetchone()
        assert (role, path) == (connection.settings_dict["USER"], '"$user", public')


@commits
def test_sparing_the_binding_is_not_possible(
    ask: Ask, home: City, stranger: City, settings: Settings
) -> None:
    for is_sparing in (False, True):
        settings.TENANT_LIMIT_SET_CALLS = is_sparing
        for host, city in ((HOME, home), (STRANGER, stranger), (HOME, home)):
            assert ask("/whose/", host).content.decode().startswith(f"{city.schema_name} ")


# -- lock-outs and caches of the process (14, +) -----------------------------------------------


def test_lock_outs_are_counted_in_the_city_and_not_in_the_cache(settings: Settings) -> None:
    from axes.models import AccessAttempt

    assert isolation_settings() == []
    settings.AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
    assert [message.id for message in isolation_settings()] == ["madoguchi.E006"]
    assert AccessAttempt._meta.app_config.name in django_settings.TENANT_APPS
    assert "axes" not in django_settings.SHARED_APPS


def test_no_cache_of_the_process_is_shared_by_cities() -> None:
    assert find_spec("django.contrib.sites") is not None
    assert not apps.is_installed("django.contrib.sites")
    rules = tomllib.loads(Path(django_settings.ROOT, "pyproject.toml").read_text(encoding="utf-8"))
    banned = rules["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    assert {"functools.cache", "functools.lru_cache"} <= set(banned)


@commits
def test_the_root_paths_of_wagtails_sites_are_kept_per_city(home: City, stranger: City) -> None:
    from wagtail.models import Site

    with in_city(home):
        Site.clear_site_root_paths_cache()
        own = Site.get_site_root_paths()
        assert {path.root_url for path in own} == {home.resident_url}
    with in_city(stranger):
        assert {path.root_url for path in Site.get_site_root_paths()} == {stranger.resident_url}
    with in_city(home):
        assert Site.get_site_root_paths() == own
    shown = {host: Client().get("/", headers={"host": host}).content.decode() for host in (HOME, STRANGER)}
    assert home.name in shown[HOME]
    assert stranger.name in shown[STRANGER]
    assert home.name not in shown[STRANGER]
    assert stranger.name not in shown[HOME]
