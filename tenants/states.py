"""Change the state of a city: an act of our operators, written down in both worlds."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.city_states import CityStateChanged
from madoguchi.hooks.values import AuditPhrase
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.standing import standing
from madoguchi.tenancy import City as CityLike
from madoguchi.tenancy import current_city
from tenants.directory import directory
from tenants.models import City, State
from tenants.rules import life
from tenants.trial.remaining import has_trial_data

CHANGED = "tenants.state_changed"
AUDIT_PHRASES = (
    AuditPhrase(action=CHANGED, phrase=_("自治体の利用状態を変更した"), terms=dict(State.choices)),
)


class ImpossibleChange(DomainError):
    """The table of moves has no step from this state to that one."""

    code = "impossible_change"
    message = _("この状態からは、その状態に変更できません。")


class TrialDataLeft(ImpossibleChange):
    """The city's administrator has not thrown away what the trial left behind."""

    code = "trial_data_left"
    message = _("試行中のデータが残っています。自治体の管理者が「公開の準備」で消すと、公開できます。")


def possible_states(*, state: str) -> tuple[tuple[str, str], ...]:
    """List the states that a city may enter next, with the names people read."""
    return tuple((move.end, str(State(move.end).label)) for move in life.moves_from(state))


def change_state(*, city: CityLike, to: str, actor: Actor, now: datetime) -> None:
    """Move a city to another state of its life, from the operators' world.

    Raises ImpossibleChange when the table of moves has no such step, and TrialDataLeft when a city
    would go live with the rows of its trial.
    """
    with transaction.atomic():
        row = City.objects.select_for_update().get(uuid=city.uuid)
        if life.find_move(start=row.state, end=to) is None:
            raise ImpossibleChange(city=row.code, state=row.state, to=to)
        if standing(row.state).is_trial and to == State.ACTIVE and has_trial_data(city=city):
            raise TrialDataLeft(city=row.code)
        City.objects.filter(uuid=row.uuid).update(state=to)
        event = CityStateChanged(schema_name=row.schema_name, from_state=row.state, to_state=to)
        _record(code=row.code, event=event, actor=actor, now=now)
        outbox.publish(event=event, actor=actor, now=now)
        transaction.on_commit(directory.tell_everybody)


def hear_change(*, event: CityStateChanged, key: UUID, actor: Actor, now: datetime) -> None:
    """Write the change down in the city itself, where its staff can read it."""
    _record(code=current_city().code, event=event, actor=actor, now=now)


def _record(*, code: str, event: CityStateChanged, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=CHANGED,
        object_type="tenants.city",
        object_ids=[code],
        details={"from": event.from_state, "to": event.to_state},
        now=now,
    )
