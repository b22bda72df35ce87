"""Whether the list of cities changed."""

from madoguchi.ledger.outbox.freshness import LOOK_SECONDS, Freshness

__all__ = ["LOOK_SECONDS", "Freshness"]
