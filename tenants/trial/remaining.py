"""Whether a trial left anything behind, asked from outside the city: a yes or no, never a row."""

from psycopg import sql

from madoguchi.database.base import binding_sql
from madoguchi.tenancy import City
from tenants import public
from tenants.trial.kinds import kinds


def has_trial_data(*, city: City) -> bool:
    """Tell whether rows of residents are left in a city, on a short connection bound to it."""
    tables = [table for kind in kinds() for table in kind.tables]
    one_row = sql.SQL("EXISTS (SELECT FROM {})")
    question = sql.SQL(" OR ").join(one_row.format(sql.Identifier(table)) for table in tables)
    with public.beside() as own:
        own.execute(binding_sql(city.schema_name).encode())
        found = own.execute(sql.SQL("SELECT {} AS found").format(question)).fetchone()
    return bool(found and found["found"])
