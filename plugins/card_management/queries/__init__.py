"""What can be asked about cards; what several rooms need stands here."""

from plugins.card_management.queries.card_list import (
    MOST_HITS,
    CardSearch,
    CardView,
    cards,
    count,
    find,
    named,
    of_holder,
    site_names,
    within,
)
from plugins.card_management.queries.ledger import (
    Waiting,
    called,
    describe_pickups,
    find_pickup,
    locate_pickups,
    mask,
    movements,
    read_for_health,
    waiting,
)

__all__ = [
    "MOST_HITS",
    "CardSearch",
    "CardView",
    "Waiting",
    "called",
    "cards",
    "count",
    "describe_pickups",
    "find",
    "find_pickup",
    "locate_pickups",
    "mask",
    "movements",
    "named",
    "of_holder",
    "read_for_health",
    "site_names",
    "waiting",
    "within",
]
