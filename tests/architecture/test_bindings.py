"""What binds caches, sessions, tokens and transactions to a city: undoing any of it fails here."""

import ast

import pytest
from django.conf import settings

from tests.architecture.sources import ROOT, product


def test_every_cache_key_carries_its_city() -> None:
    for name, cache in settings.CACHES.items():
        assert cache.get("KEY_FUNCTION") == "django_tenants.cache.make_key", name


def test_sessions_live_in_the_schema_of_their_city() -> None:
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert "django.contrib.sessions" in settings.TENANT_APPS
    assert "madoguchi.accounts.middleware.SessionCityMiddleware" in settings.MIDDLEWARE


def test_the_city_middleware_opens_the_transaction_and_nobody_else() -> None:
    for name, database in settings.DATABASES.items():
        assert not database.get("ATOMIC_REQUESTS"), name
    # What looks into a request may refuse it after the view wrote: it stands before the commit.
    assert settings.MIDDLEWARE[-2:] == [
        "madoguchi.web.middleware.CommitPointMiddleware",
        "madoguchi.web.intake.gate.IntakeMiddleware",
    ]


def test_only_security_static_files_health_and_counters_come_before_the_city() -> None:
    city = settings.MIDDLEWARE.index("madoguchi.web.middleware.CityMiddleware")
    before = {name.rpartition(".")[2] for name in settings.MIDDLEWARE[:city]}
    allowed = {"SecurityMiddleware", "CSPMiddleware", "WhiteNoiseMiddleware", "HealthMiddleware"}
    # The last one draws readings over a finished page and asks nobody.
    assert before <= allowed | {"MetricsMiddleware", "FuriganaMiddleware"}


@pytest.mark.parametrize("module", ["django.core.signing", "itsdangerous", "jwt"])
def test_only_one_module_signs(module: str) -> None:
    signing = {
        source.name
        for source in product()
        for name, _line in source.imported()
        if name == module or name.startswith(f"{module}.")
    }
    # What a city's directory signed is read there, and nothing is signed: no key of ours could.
    readers = {"platform/madoguchi/accounts/identity/tokens.py"} if module == "jwt" else set()
    assert signing <= {"platform/madoguchi/web/signing.py", *readers}
    assert not [name for name in readers if "jwt.encode" in (ROOT / name).read_text(encoding="utf-8")]


def test_tokens_of_the_password_reset_are_not_those_of_django() -> None:
    using = [
        source.name
        for source in product()
        for name, _line in source.imported()
        if name.endswith(("default_token_generator", "PasswordResetView", "PasswordResetConfirmView"))
    ]
    assert using == []


def test_the_browser_only_runs_what_we_serve() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not any("unsafe" in value for values in directives.values() for value in values)


# A mail, the page a proxy serves while we are down, the page a city takes home: they bring all with them.
STANDALONE = frozenset({"mail.html", "proxy_base.html", "proxy_plain.html", "verify.html"})


def test_templates_bring_no_script_or_style_of_their_own() -> None:
    from tests.architecture.sources import ROOMS

    inline = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.html")
        if path.name not in STANDALONE
        if any(
            sign in path.read_text(encoding="utf-8")
            for sign in ("<style", "<script>", ' style="', ' onclick="')
        )
    ]
    assert inline == []


def test_raw_sql_never_contains_what_somebody_typed() -> None:
    formatted = [
        f"{source.name}:{call.lineno}"
        for source in product()
        if not source.name.startswith(("tenants/", "deploy/", "platform/madoguchi/database/"))
        for call in source.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"execute", "executemany"}
        if call.args and isinstance(call.args[0], ast.JoinedStr)
    ]
    assert formatted == []
