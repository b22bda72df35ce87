"""The host names of a city and of our operators below the platform's two domains."""

# Labels below the platform's domains that are never a city's.
RESERVED = frozenset({"operators", "staff"})


def resident_host(slug: str, *, base: str) -> str:
    """Name the host on which a city's residents arrive."""
    return f"{slug}.{base}"


def staff_host(slug: str, *, base: str, staff_base: str) -> str:
    """Name the host on which a city's staff arrive.

    A domain of their own, as in LGWAN, needs no prefix; below the residents' domain it does.
    """
    return f"{slug}.{staff_base}" if staff_base != base else f"staff.{slug}.{base}"


def operators_host(*, staff_base: str) -> str:
    """Name the host of our operators, who arrive over the staff's network."""
    return f"operators.{staff_base}"
