"""Programs of a city with their tokens, and an address that is told of events."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4, uuid5

from madoguchi import clock
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.api import scopes, sending, tokens
from madoguchi.web.api.events import TOLD
from madoguchi.web.api.models import Webhook
from plugins.card_reservation.models import Reference

PROGRAMS = {"program": "予約端末", "looking_program": "掲示板"}


def furnish_programs(world: Any, *, same: Any, now: datetime) -> None:
    """Give one program every scope and the other those that only look; leave an address behind."""
    offered = scopes.offered()
    held = {
        "program": [one.name for one in offered],
        "looking_program": [one.name for one in offered if ".view_" in one.name],
    }
    actor = Actor(kind="staff", id=str(same), name=world.mark)
    for role, names in held.items():
        wish = tokens.Wish(
            label=f"{world.mark} {PROGRAMS[role]}",
            scopes=names,
            sees=[column.name for column in scopes.columns()],
            expires_at=now + timedelta(days=90),
        )
        made = tokens.issue(wish=wish, actor=actor, now=now)
        world.tokens[role] = made.text
        world.scopes[role] = frozenset(names)
    # The report of a month is a page of every city; its address is the month.
    world.keys["log-reports.month"] = f"{clock.local(now):%Y-%m}"
    spare = tokens.issue(wish=wish, actor=actor, now=now)
    for keys, number in ((world.keys, uuid5(same, "webhook")), (world.own_keys, uuid4())):
        Webhook.objects.create(
            id=number,
            label=world.mark,
            address="https://kiosk.example.jp/",
            events=sorted(TOLD),
            sealed=vault.seal(fields={"secret": world.mark}, place=sending.PLACE, row=number),
            made_at=now,
            made_by=world.mark,
        )
        keys.update({"webhook_id": str(number), "api-access.tokens.token_id": str(spare.id)})
    _notices(world, same=same, now=now)


def _notices(world: Any, *, same: Any, now: datetime) -> None:
    for keys, number in ((world.keys, uuid5(same, "notice")), (world.own_keys, uuid4())):
        Reference.objects.create(
            id=number,
            number_index=number.bytes * 2,
            birthday_index=number.bytes * 2,
            import_job=number,
            created_at=now,
        )
        keys["notice_id"] = str(number)
