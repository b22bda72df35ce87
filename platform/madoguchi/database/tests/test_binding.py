"""Every query runs as one city, inside one transaction, and nothing is ever set on the session."""

from typing import Any

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, ProgrammingError, connection, transaction

from madoguchi.accounts.models import Role
from madoguchi.database.content_types import CachePerSchema
from madoguchi.database.errors import StrictTenancyError
from madoguchi.tenancy import City, NoCity, current_city, directory, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def one(sql: str) -> Any:
    """Ask the database one question."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_a_query_in_a_city_runs_as_its_role_and_schema(home: City) -> None:
    with in_city(home):
        role, schemas = one("SELECT current_user, current_schemas(false)")
    assert role.endswith(f"_{home.schema_name}")
    assert schemas == [home.schema_name]


def test_nothing_stays_on_the_session_after_the_city(home: City) -> None:
    with in_city(home):
        one("SELECT 1")
    login = connection.settings_dict["USER"]
    with connection.connection.cursor() as raw:
        assert raw.execute("SELECT current_user, current_setting('search_path')").fetchone() == (
            login,
            '"$user", public',
        )


def test_a_query_in_a_city_outside_a_transaction_is_refused(home: City) -> None:
    connection.set_tenant(home)
    with pytest.raises(StrictTenancyError):
        Role.objects.count()


def test_another_city_cannot_be_entered_inside_one(home: City, stranger: City) -> None:
    with in_city(home):
        one("SELECT 1")
        with pytest.raises(StrictTenancyError), in_city(stranger):
            pytest.fail("the stranger was entered")
        assert current_city() == home


def test_entering_the_same_city_again_is_a_savepoint(home: City) -> None:
    with in_city(home):
        before = Role.objects.count()
        with in_city(home, rollback=True):
            Role.objects.create(key="passing", name="passing")
        assert Role.objects.count() == before


def test_outside_a_city_there_is_no_current_city() -> None:
    with pytest.raises(NoCity):
        current_city()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM {stranger}.accounts_role",
        "SELECT * FROM public.tenants_city",
        "CREATE TABLE mine (x int)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "UPDATE audit_auditentry SET action = ''",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "SELECT lo_creat(-1)",
    ],
)
def test_a_city_may_not(home: City, stranger: City, sql: str) -> None:
    with in_city(home), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        with transaction.atomic():
            one(sql.format(stranger=stranger.schema_name))


def test_the_positive_control_of_what_a_city_may(home: City) -> None:
    with in_city(home):
        assert one("SELECT count(*) FROM audit_auditentry") is not None
        assert one("SELECT count(*) FROM accounts_role")[0] > 0


def test_operators_read_the_list_of_cities_but_no_citys_rows(home: City) -> None:
    with in_city(directory().operators()):
        assert one("SELECT count(*) FROM tenants_city")[0] >= 2
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            one(f"SELECT * FROM {home.schema_name}.accounts_staff")


def test_a_raw_cursor_that_began_first_is_bound_by_the_next_query(home: City) -> None:
    with in_city(home):
        with connection.connection.cursor() as raw:
            raw.execute("SELECT 1")
        assert one("SELECT current_schemas(false)")[0] == [home.schema_name]


def test_a_server_side_cursor_reads_its_city(home: City) -> None:
    with in_city(home):
        assert list(Role.objects.values_list("key", flat=True).iterator(chunk_size=2))


def test_a_savepoint_that_rolls_back_leaves_the_city_bound(home: City) -> None:
    with in_city(home):
        with pytest.raises(DatabaseError), transaction.atomic():
            one("SELECT 1 / 0")
        assert one("SELECT current_schemas(false)")[0] == [home.schema_name]


def test_a_connection_closed_inside_a_transaction_is_not_believed_bound(home: City) -> None:
    """F11: the flag alone proves nothing."""

    def close_in_the_middle() -> None:
        with in_city(home):
            one("SELECT 1")
            connection.close()
            one("SELECT 1")

    with pytest.raises(DatabaseError):
        close_in_the_middle()
    with in_city(home):
        assert one("SELECT current_schemas(false)")[0] == [home.schema_name]


def test_the_version_is_known_without_a_query_in_a_city(home: City) -> None:
    """F9: a new connection asks for its version before any transaction."""
    connection.close()
    vars(connection).pop("pg_version", None)
    connection.set_tenant(home)
    assert connection.pg_version >= 150000


def test_a_restarted_server_costs_no_error(home: City) -> None:
    with in_city(home):
        pid = one("SELECT pg_backend_pid()")[0]
    with psycopg.connect(**_login(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])  # waits until it is gone
    connection.health_check_done = False
    with in_city(home):
        assert one("SELECT pg_backend_pid()")[0] != pid


def test_content_types_are_cached_per_schema(home: City, stranger: City) -> None:
    """F10: the same model has another number in another city."""
    with in_city(home):
        known = ContentType.objects.get_for_model(Role)
    with in_city(stranger):
        assert (
            ContentType.objects.get_for_model(Role).pk
            == one("SELECT id FROM django_content_type WHERE model = 'role' AND app_label = 'accounts'")[0]
        )
        assert ContentType.objects._cache is not None
    assert isinstance(vars(type(ContentType.objects))["_cache"], CachePerSchema)
    caches = vars(ContentType.objects)["_caches_by_schema"]
    assert {home.schema_name, stranger.schema_name} <= set(caches)
    assert caches[home.schema_name] is not caches[stranger.schema_name]
    assert known.pk


def test_sequences_may_be_used_but_not_set(home: City) -> None:
    """F15: nothing of ours needs setval."""
    with in_city(home):
        assert one("SELECT nextval('audit_auditentry_id_seq')")[0] > 0
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            one("SELECT setval('audit_auditentry_id_seq', 1)")


def _login() -> dict[str, Any]:
    wanted = ("host", "port", "user", "password", "dbname")
    return {key: value for key, value in connection.get_connection_params().items() if key in wanted}
