"""Change the state of a city: an act of our operators, written down in both worlds."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.tenancy import City as CityLike
from tenants.directory import directory
from tenants.events import CityStateChanged
from tenants.models import City, State
from tenants.rules import life


class ImpossibleChange(DomainError):
    """The table of moves has no step from this state to that one."""

    code = "impossible_change"
    message = _("この状態からは、その状態に変更できません。")


def possible_states(*, state: str) -> tuple[tuple[str, str], ...]:
    """List the states that a city may enter next, with the names people read."""
    return tuple((move.end, str(State(move.end).label)) for move in life.moves_from(state))


def change_state(*, city: CityLike, to: str, actor: Actor, now: datetime) -> None:
    """Move a city to another state of its life, from the operators' world.

    Raises ImpossibleChange when the table of moves has no such step.
    """
    with transaction.atomic():
        row = City.objects.select_for_update().get(uuid=city.uuid)
        if life.find_move(start=row.state, end=to) is None:
            raise ImpossibleChange(city=row.code, state=row.state, to=to)
        City.objects.filter(uuid=row.uuid).update(state=to)
        audit.record(
            actor=actor,
            action="tenants.state_changed",
            object_type="tenants.city",
            object_ids=[row.code],
            details={"from": row.state, "to": to},
            now=now,
        )
        event = CityStateChanged(schema_name=row.schema_name, from_state=row.state, to_state=to)
        outbox.publish(event=event, actor=actor, now=now)
        # Other processes notice when they read the list anew.
        transaction.on_commit(directory.forget)
