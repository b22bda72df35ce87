"""What can be asked about cards; what several rooms need stands here."""

from plugins.card_management.queries.ledger import (
    MOST_HITS,
    CardSearch,
    CardView,
    Waiting,
    cards,
    count,
    describe_pickups,
    find,
    find_pickup,
    locate_pickups,
    mask,
    movements,
    named,
    read_for_health,
    waiting,
)

__all__ = [
    "MOST_HITS",
    "CardSearch",
    "CardView",
    "Waiting",
    "cards",
    "count",
    "describe_pickups",
    "find",
    "find_pickup",
    "locate_pickups",
    "mask",
    "movements",
    "named",
    "read_for_health",
    "waiting",
]
