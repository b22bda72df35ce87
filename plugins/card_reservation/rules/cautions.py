"""The proof that somebody took in the cautions before confirming (KUR-56)."""

from collections.abc import Iterable


def are_all_ticked(*, required: Iterable[str], ticked: Iterable[str]) -> bool:
    """Tell whether every caution was ticked."""
    return set(required) <= set(ticked)
