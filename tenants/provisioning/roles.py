"""Database roles: one owner for all DDL, one login for the application, one role per city.

The application's login is NOINHERIT: it may become a city, but is none by itself.
"""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from madoguchi.database.base import role_of
from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import PersonalTable
from madoguchi.ledger.values import APPEND_ONLY_TABLES

PUBLIC_TABLES = (
    "tenants_city",
    "tenants_domain",
    "tenants_pluginswitch",
    "tenants_contract",
    "tenants_contractalert",
    "tenants_watchday",
    "tenants_watchsweep",
    "tenants_plannedoutage",
    "tenants_outageofcity",
    "tenants_registerentry",
    "tenants_registercheck",
)
# What only our operators read: the application by itself has no business there.
OPERATORS_TABLES = ("tenants_provisioningrequest",)
# Only the owner writes down what a city keeps: the application and our operators read it.
CHOICES_TABLES = ("tenants_bookingdatachoice",)
# The ledger of fleet migrations is the owner's: our operators read it.
FLEET_TABLES = (
    *("tenants_schemaversion", "tenants_fleetrun", "tenants_fleetstep"),
    # So is the list of cities that were erased.
    "tenants_cityerasure",
)

# The newest choice of what a city keeps of the people who book.
KEPT = """
SELECT personal_data FROM public.tenants_bookingdatachoice AS choice
  JOIN public.tenants_city AS city ON city.uuid = choice.city_id
 WHERE city.schema_name = %s ORDER BY chosen_at DESC LIMIT 1
"""


def prepare_server(*, admin_url: str, owner_url: str, app_url: str) -> None:
    """Create the database and its two logins on a server, or bring them up to date."""
    owner, app = urlsplit(owner_url), urlsplit(app_url)
    database = owner.path.lstrip("/")
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _ensure_login(connection, owner.username or "", unquote(owner.password or ""), "CREATEROLE INHERIT")
        _ensure_login(connection, app.username or "", unquote(app.password or ""), "NOCREATEROLE NOINHERIT")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                ).format(sql.Identifier(database), sql.Identifier(owner.username or ""))
            )
    in_database = urlsplit(admin_url)._replace(path=f"/{database}").geturl()
    with psycopg.connect(in_database, autocommit=True) as connection:
        _close_doors(connection, database=database, owner=owner.username or "", app=app.username or "")


def _ensure_login(connection: psycopg.Connection[Any], name: str, password: str, attributes: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    connection.execute(
        sql.SQL(f"{verb} ROLE {{}} LOGIN NOSUPERUSER {attributes} PASSWORD {{}}").format(
            sql.Identifier(name), sql.Literal(password or None)
        )
    )


def _close_doors(connection: psycopg.Connection[Any], *, database: str, owner: str, app: str) -> None:
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {app}",
        "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "ALTER SCHEMA public OWNER TO {owner}",
        # Large objects lie outside every schema: nobody of ours needs them.
        "REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def grant_public(cursor: Any) -> None:
    """Let the application read the list of cities, and nothing else of the public schema."""
    app = _app_login()
    tables = sql.SQL(", ").join(
        sql.Identifier("public", table) for table in (*PUBLIC_TABLES, *CHOICES_TABLES)
    )
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(tables, app))


def create_role(cursor: Any, *, schema_name: str) -> None:
    """Create the role of a city, which the application may become."""
    role = role_of(schema_name)
    names = {"role": sql.Identifier(role), "app": _app_login()}
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    missing = () if cursor.fetchone() else ("CREATE ROLE {role} NOLOGIN NOINHERIT",)
    # Roles belong to the whole server: another database may be making the same one at this moment.
    for statement in (*missing, "GRANT {role} TO {app}"):
        unless_there = sql.SQL(
            f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        cursor.execute(unless_there.format(**names))


def grant_city(cursor: Any, *, schema_name: str) -> None:
    """Give a city's role its rows: all of them to read and write, the ledger only to add to."""
    names = {"role": sql.Identifier(role_of(schema_name)), "schema": sql.Identifier(schema_name)}
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        "REVOKE ALL ON {schema}.django_migrations FROM {role}",
        "GRANT SELECT ON {schema}.django_migrations TO {role}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
    cursor.execute(restricting_sql(schema_name=schema_name))


def restricting_sql(*, schema_name: str) -> sql.Composed:
    """Write what takes changes of the ledger back from a city's role: default privileges give them."""
    role, schema = sql.Identifier(role_of(schema_name)), sql.Identifier(schema_name)
    tables = sql.SQL(", ").join(
        sql.SQL("{}.{}").format(schema, sql.Identifier(t)) for t in APPEND_ONLY_TABLES
    )
    return sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(tables, role)


def close_personal_tables(cursor: Any, *, schema_name: str) -> None:
    """Take writing from a city's role where its newest choice says that no such data is kept."""
    cursor.execute(KEPT, [schema_name])
    row = cursor.fetchone()
    closed = PersonalData(row[0]).closed if row else frozenset()
    role = sql.Identifier(role_of(schema_name))
    for table in personal_tables(closed):
        named = sql.Identifier(schema_name, table)
        cursor.execute(sql.SQL("REVOKE INSERT, UPDATE ON {} FROM {}").format(named, role))


def open_personal_tables(cursor: Any, *, schema_name: str) -> None:
    """Give writing back to a city's role on all such tables, before its newest choice closes some."""
    role = sql.Identifier(role_of(schema_name))
    for table in personal_tables(frozenset({"name", "address"})):
        named = sql.Identifier(schema_name, table)
        cursor.execute(sql.SQL("GRANT INSERT, UPDATE ON {} TO {}").format(named, role))


def personal_tables(kinds: frozenset[str]) -> list[str]:
    """List the tables of some kinds of data about people who book."""
    return [each.table for _plugin, each in personal_data(kinds) if each.table]


def personal_data(kinds: frozenset[str]) -> list[tuple[str, PersonalTable]]:
    """List what plugins keep of people who book, with the plugin that keeps it."""
    declared = plugins.declared_by("personal_tables")
    return [(plugin, each) for plugin, each in declared if each.kind in kinds]


def has_operators(cursor: Any) -> bool:
    """Tell whether the world of our operators exists already."""
    cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [settings.MADOGUCHI["OPERATORS_SCHEMA"]])
    return cursor.fetchone() is not None


def grant_operators(cursor: Any) -> None:
    """Let our operators read and change the list of cities."""
    role = sql.Identifier(role_of(settings.MADOGUCHI["OPERATORS_SCHEMA"]))
    tables = sql.SQL(", ").join(
        sql.Identifier("public", table) for table in (*PUBLIC_TABLES, *OPERATORS_TABLES)
    )
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    cursor.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE ON {} TO {}").format(tables, role))
    ledger = sql.SQL(", ").join(sql.Identifier("public", table) for table in (*FLEET_TABLES, *CHOICES_TABLES))
    cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(ledger, role))


def _app_login() -> sql.Identifier:
    return sql.Identifier(settings.MADOGUCHI["APP_LOGIN"])
