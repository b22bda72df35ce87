"""What card_management declares, contributes and answers."""

from uuid import UUID

from madoguchi.hooks.contracts.pickups import Ambiguous, Found, MonthDay, PickupDescription, Unknown
from madoguchi.hooks.markers import hookimpl
from plugins.card_management import queries


@hookimpl
def find_pickup(reference: str, birthday: MonthDay) -> Found | Ambiguous | Unknown:
    """Find the card that waits under a notice number and birthday."""
    return queries.find_pickup(reference=reference, birthday=birthday)


@hookimpl
def describe_pickups(pickups: tuple[UUID, ...]) -> dict[UUID, PickupDescription]:
    """Name the people behind pick-ups."""
    return queries.describe_pickups(pickups=pickups)
