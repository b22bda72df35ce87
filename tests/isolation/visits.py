"""Wishes of operators to look into a city, alike in both."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from madoguchi.accounts.models import OperatorVisit


def furnish_visits(world: Any, *, same: UUID, now: datetime) -> None:
    """Let an operator ask to come in, under a number that both cities have and one of its own."""
    for key, number in (("keys", uuid5(same, "visit")), ("own_keys", uuid4())):
        OperatorVisit.objects.create(
            id=number,
            operator_id=uuid5(same, "operator"),
            operator_name="運用 一郎",
            # In the words of our operators, who see it again on their console.
            reason="予約一覧が開かない原因を調べるため",
            minutes=30,
            asked_at=now,
        )
        getattr(world, key)["visit_id"] = str(number)
    # Whatever token: the page has a button, and only the button asks whether it is good.
    world.keys["operator-visits.enter.token"] = "sample"
    world.keys["month"] = f"{now:%Y-%m}"
