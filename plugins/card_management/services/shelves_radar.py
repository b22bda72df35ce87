"""The radar of deadlines: by when a card should be fetched, and what was done about it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit.actors import Actor
from madoguchi.preferences import queries as preferences
from plugins.card_management.declarations.settings import CardSettings
from plugins.card_management.models import Card
from plugins.card_management.models.shelves import RadarAct
from plugins.card_management.rules.life_cycle import WAITING, State
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services.moving import CardNotFound
from plugins.card_management.services.shelves_reading import seen_by
from plugins.card_management.services.shelves_records import record

ON_RADAR: Final = (*WAITING, State.REDO)
# As rules/shelves_radar.deadline says it, for all cards at once.
_REFRESH: Final = """
    UPDATE card_management_card AS card
       SET deadline_on = fresh.deadline_on
      FROM (
            SELECT id, (CASE WHEN %s AND notice_resent_on > notice_sent_on
                             THEN notice_resent_on ELSE notice_sent_on END
                        + make_interval(months => %s))::date AS deadline_on
              FROM card_management_card
             WHERE notice_sent_on IS NOT NULL AND state = ANY(%s)
               AND NOT EXISTS (SELECT 1 FROM card_management_cardchange
                                WHERE card_id = card_management_card.id AND fact = 'deadline_on')
           ) AS fresh
     WHERE card.id = fresh.id AND card.deadline_on IS DISTINCT FROM fresh.deadline_on
"""


class StepDone(DomainError):
    """This step was done for this card."""

    code = "radar_step_done"
    message = _("この案内は、もう記録されています。")


class NotOnRadar(DomainError):
    """Nobody is to be asked to come for this card."""

    code = "not_on_radar"
    message = _("交付・廃棄の済んだカードには、案内を記録できません。")


def refresh_deadlines() -> int:
    """Set the deadline of every waiting card whose notice was sent, and count those that changed.

    A deadline that staff set by hand stays.
    """
    chosen = preferences.current(CardSettings)
    states = [state.value for state in ON_RADAR]
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [chosen.deadline_counts_resent, chosen.deadline_months, states])
        changed: int = cursor.rowcount
    return changed


def offsets() -> Mapping[Step, int]:
    """Tell how many days from the deadline each step is due, those before it with a minus."""
    chosen = preferences.current(CardSettings)
    return {
        Step.LETTER: -chosen.radar_letter_days,
        Step.NUDGE: -chosen.radar_nudge_days,
        Step.CALL: -chosen.radar_call_days,
        Step.CANDIDATE: chosen.radar_candidate_days,
    }


def due(*, step: Step, today: date, eyes: Eyes) -> "QuerySet[Card]":
    """List the cards for which a step is due: its day has come, and neither it nor a later one was done."""
    days = offsets()
    later = _steps_from(step, days)
    done = RadarAct.objects.filter(card=OuterRef("pk"), step__in=later, taken_back_at=None)
    until = today - timedelta(days=days[step])
    found = Card.objects.filter(state__in=ON_RADAR, deadline_on__lte=until).exclude(Exists(done))
    # Whoever has a visit before them is not written to.
    found = found.filter(Q(wanted_on=None) | Q(wanted_on__lt=today))
    following = [each for each in later if each is not step and days[each] > days[step]]
    for each in following:
        found = found.filter(deadline_on__gt=today - timedelta(days=days[each]))
    return seen_by(found, eyes=eyes)


def all_with_deadline(*, eyes: Eyes) -> "QuerySet[Card]":
    """List every waiting card that has a deadline."""
    return seen_by(Card.objects.filter(state__in=ON_RADAR, deadline_on__isnull=False), eyes=eyes)


def act(*, card_id: UUID, step: Step, actor: Actor, now: datetime) -> int:
    """Write down that a step was done for a card.

    Raises CardNotFound, NotOnRadar and StepDone.
    """
    check(card_id=card_id, step=step)
    try:
        with transaction.atomic():
            made = RadarAct.objects.create(
                card_id=card_id, step=step, acted_at=now, actor_id=actor.id, actor_name=actor.name
            )
    except IntegrityError as twice:
        raise StepDone(step=step.value) from twice
    record("radar_step", "card", [card_id], actor=actor, now=now, step=step.value)
    return made.pk


def check(*, card_id: UUID, step: Step) -> None:
    """Refuse a step for a card that is not on the radar, or for which it was done.

    Raises CardNotFound, NotOnRadar and StepDone.
    """
    state = Card.objects.filter(pk=card_id).values_list("state", flat=True).first()
    if state is None:
        raise CardNotFound(card=str(card_id))
    if state not in ON_RADAR:
        raise NotOnRadar(state=state)
    if RadarAct.objects.filter(card_id=card_id, step=step, taken_back_at=None).exists():
        raise StepDone(step=step.value)


def act_many(*, cards: Collection[UUID], step: Step, actor: Actor, now: datetime) -> list[UUID]:
    """Write down that a step was done for many cards; those that are done or for which it was, are left."""
    with transaction.atomic():
        open_ones = Card.objects.filter(id__in=cards, state__in=[state.value for state in ON_RADAR])
        done = RadarAct.objects.filter(card=OuterRef("pk"), step=step, taken_back_at=None)
        # Locked in one order, so that two who note the same step wait for each other.
        found = list(
            open_ones.exclude(Exists(done)).select_for_update().order_by("id").values_list("id", flat=True)
        )
        acted = {"acted_at": now, "actor_id": actor.id, "actor_name": actor.name}
        RadarAct.objects.bulk_create(
            (RadarAct(card_id=card, step=step, **acted) for card in found),
            batch_size=1000,
            ignore_conflicts=True,
        )
        if found:
            record("radar_step", "card", found, actor=actor, now=now, step=step.value, count=len(found))
    return found


def take_back_many(
    *, cards: Iterable[UUID], step: Step, acted_at: datetime, actor: Actor, now: datetime
) -> list[UUID]:
    """Take back a step that was written down for many cards at one moment, and name those cards."""
    with transaction.atomic():
        ours = RadarAct.objects.filter(card_id__in=cards, step=step, acted_at=acted_at, taken_back_at=None)
        found = list(ours.select_for_update().order_by("card_id").values_list("card_id", flat=True))
        ours.update(taken_back_at=now)
        if found:
            record("radar_taken_back", "card", found, actor=actor, now=now, step=step.value)
    return found


def take_back(*, card_id: UUID, step: Step, actor: Actor, now: datetime) -> None:
    """Take a step back that was written down by mistake; the entry stays and says so."""
    with transaction.atomic():
        RadarAct.objects.filter(card_id=card_id, step=step, taken_back_at=None).update(taken_back_at=now)
        record("radar_taken_back", "card", [card_id], actor=actor, now=now, step=step.value)


def acts_of(cards: Iterable[UUID]) -> dict[UUID, list[tuple[Step, datetime]]]:
    """List the steps that were done for some cards, in order."""
    rows = RadarAct.objects.filter(card_id__in=list(cards), taken_back_at=None).order_by("acted_at", "id")
    found: dict[UUID, list[tuple[Step, datetime]]] = {}
    for card_id, step, acted_at in rows.values_list("card_id", "step", "acted_at"):
        found.setdefault(card_id, []).append((Step(step), acted_at))
    return found


def counts(*, today: date, eyes: Eyes) -> dict[Step, int]:
    """Count the cards for which each step is due."""
    return {step: due(step=step, today=today, eyes=eyes).count() for step in Step}


def _steps_from(step: Step, days: Mapping[Step, int]) -> list[Step]:
    order = list(Step)
    return order[order.index(step) :]
