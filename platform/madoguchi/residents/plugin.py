"""What residents take part in."""

from madoguchi.hooks.markers import hookimpl
from madoguchi.hooks.values import Schedule


@hookimpl
def schedules() -> tuple[Schedule, ...]:
    return (Schedule(name="residents.purge_links", task="residents.purge_links", at="20 2 * * *"),)
