"""The house style, as far as a machine can see it."""

import ast

from tests.architecture.sources import Function, product

LONGEST_PARAMETER_LIST = 6

# A cache of the process is shared by all cities: each of these holds nothing of any city.
PROCESS_CACHES: frozenset[str] = frozenset(
    (
        "tenants/versions.py",
        "tenants/provisioning/template.py",
        "platform/madoguchi/documents/rare.py",
        "platform/madoguchi/documents/typesetting.py",
        "platform/madoguchi/words/reading.py",
        "plugins/card_management/services/postal_dictionary.py",
        "platform/madoguchi/web/counters.py",
        # Menus that are named by every word that stands in them.
        "platform/madoguchi/web/menus.py",
    )
)


def test_nobody_overrides_save_or_delete_of_a_model() -> None:
    overridden = [
        f"{source.name}:{function.lineno}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and "models" in source.name
        for function in node.body
        if isinstance(function, Function) and function.name in {"save", "delete"}
    ]
    assert overridden == []


def test_nobody_listens_to_a_signal_of_ours() -> None:
    # Of a request that failed, and of a worker's process that begins, only their libraries can tell;
    # and one file lets a library hear less.
    allowed = {"django.core.signals.got_request_exception", "django.core.signals", "celery.signals"}
    listening = [
        f"{source.name}:{line} {name}"
        for source in product()
        for name, line in source.imported()
        if ("signals" in name or name.endswith(".receiver")) and not name.startswith(tuple(allowed))
    ]
    apart = ("deploy/local/", "platform/madoguchi/database/deletion.py")
    assert [entry for entry in listening if not entry.startswith(apart)] == []


def test_only_the_clock_reads_the_clock() -> None:
    readers = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time")
    reading = [
        f"{source.name}:{call.lineno} {ast.unparse(call.func)}"
        for source in product()
        if source.name != "platform/madoguchi/clock.py" and not source.name.startswith("deploy/local")
        for call in source.calls()
        if ast.unparse(call.func).endswith(readers)
    ]
    assert reading == []


def test_services_and_queries_are_told_the_time_instead_of_asking() -> None:
    asking = [
        f"{source.name}:{call.lineno}"
        for source in product()
        if "/services/" in source.name or "/rules/" in source.name or source.path.stem == "queries"
        for call in source.calls()
        if ast.unparse(call.func) in {"clock.now", "clock.today", "now", "today"}
    ]
    assert asking == []


def test_no_module_keeps_a_cache_that_cities_would_share() -> None:
    caching = {
        source.name
        for source in product()
        for name, _line in source.imported()
        if name in {"functools.cache", "functools.lru_cache"}
    }
    assert caching <= PROCESS_CACHES


def test_no_function_takes_more_than_six_arguments() -> None:
    long = {}
    for source in product():
        for function in source.functions():
            arguments = function.args
            names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            taken = [name for name in names if name.arg not in {"self", "cls"}]
            if len(taken) > LONGEST_PARAMETER_LIST:
                long[f"{source.name}:{function.lineno} {function.name}"] = len(taken)
    assert long == {}


def test_nobody_names_the_schema_of_a_city() -> None:
    naming = [
        f"{source.name}:{node.lineno}"
        for source in product()
        if not source.name.startswith(("tenants/", "platform/madoguchi/database/", "deploy/"))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "search_path" in node.value.lower()
    ]
    assert naming == []


def test_nobody_enters_a_city_but_through_in_city() -> None:
    entering = [
        f"{source.name}:{call.lineno}"
        for source in product()
        if not source.name.startswith(
            ("platform/madoguchi/tenancy.py", "platform/madoguchi/database/", "tenants/")
        )
        for call in source.calls()
        if ast.unparse(call.func).endswith((".set_tenant", ".set_schema", ".set_schema_to_public"))
    ]
    assert entering == []


# The server that mails come back to: it only listens in its loop, and asks the database in one plain thread.
ASYNCHRONOUS = ("platform/madoguchi/notifications/channels/inbox.py",)


def test_async_code_stays_out_of_the_city() -> None:
    asynchronous = [
        f"{source.name}:{node.lineno}"
        for source in product()
        if not source.name.startswith("deploy/") and source.name not in ASYNCHRONOUS
        for node in ast.walk(source.tree)
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert asynchronous == []
