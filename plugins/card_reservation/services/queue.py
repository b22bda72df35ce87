"""The queue of the day at a place: check in, come without a booking, call, serve, and take each step back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.accounts.desk.undoing import MovedOn
from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.eyes import Eyes
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from plugins.card_reservation.models import Booking, Turn
from plugins.card_reservation.queries.bookings import BookingNotFound
from plugins.card_reservation.queries.turns import in_order
from plugins.card_reservation.rules.queue import Step, due, state_after
from plugins.card_reservation.services import visits
from plugins.card_reservation.services.moving import AlreadyCancelled

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.card_reservation.turns.' || %s))"
_KEPT: Final = ("state", "counter", "called_at", "calls", "served_at", "ended_at")
_MOMENTS: Final = frozenset({"called_at", "served_at", "ended_at"})


class TurnNotFound(NotFound):
    """No queue of this reader's places has this number."""

    code = "turn_not_found"
    message = _("この受付番号が見つかりません。画面を新しくして確かめてください。")


class WrongDay(DomainError):
    """Only whoever is booked for today joins today's queue."""

    code = "check_in_wrong_day"
    message = _("この予約は今日ではありません。予約の日にちを確かめてください。")


class NobodyWaits(DomainError):
    """The queue is empty."""

    code = "nobody_waits"
    message = _("待っている方はいません。")


class StepRefused(DomainError):
    """A colleague was quicker, or the number is not where this step begins."""

    code = "turn_step_refused"
    message = _("この番号は、ほかの窓口で処理されています。画面を新しくして確かめてください。")


def check_in(*, booking_id: UUID, actor: Actor, now: datetime, eyes: Eyes) -> tuple[Turn, str | None]:
    """Give somebody who was booked for today a number; return it with the mark that the visit had.

    A second time gives the same number and no mark. Raises BookingNotFound, AlreadyCancelled or WrongDay.
    """
    with transaction.atomic():
        booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
        if booking is None or not eyes.has_place(booking.slot.place_id):
            raise BookingNotFound(booking_id=booking_id)
        known = Turn.objects.select_for_update().filter(booking=booking).first()
        today = clock.local(now).date()
        if known is not None and (known.day, known.place_id) == (today, booking.slot.place_id):
            return known, None
        if booking.state == Booking.State.CANCELLED:
            raise AlreadyCancelled
        if booking.slot.day != today:
            raise WrongDay
        if known is not None:
            _let_go(known, actor, now)
        before = visits.mark(booking_id=booking_id, visit="arrived", actor=actor, now=now, eyes=eyes)
        placed = due(starts_at=booking.slot.starts_at, arrived_at=now)
        turn = Turn(
            place_id=booking.slot.place_id,
            service_id=booking.slot.service_id,
            booking=booking,
            party_size=booking.party_size,
            due_at=placed.at,
            is_late=placed.is_late,
        )
        _join(turn, actor, now)
    return turn, before


def walk_in(*, place_id: UUID, service_id: UUID | None, party_size: int, actor: Actor, now: datetime) -> Turn:
    """Give somebody without a booking a number in the same queue."""
    with transaction.atomic():
        turn = Turn(place_id=place_id, service_id=service_id, party_size=party_size, due_at=now)
        _join(turn, actor, now)
    return turn


def ensure_turn(*, turn_id: UUID, eyes: Eyes) -> None:
    """Refuse a number that is not there, or not for this reader.

    Raises TurnNotFound.
    """
    place_id = Turn.objects.filter(pk=turn_id).values_list("place_id", flat=True).first()
    if place_id is None or not eyes.has_place(place_id):
        raise TurnNotFound(turn_id=turn_id)


def step(
    *, turn_id: UUID, step: Step, counter: str, actor: Actor, now: datetime, eyes: Eyes
) -> tuple[int, dict[str, JSON]]:
    """Make a step with a number; return it with what it takes to go back.

    Raises TurnNotFound, or StepRefused when a colleague was quicker.
    """
    with transaction.atomic():
        turn = Turn.objects.select_for_update().filter(pk=turn_id).first()
        if turn is None or not eyes.has_place(turn.place_id):
            raise TurnNotFound(turn_id=turn_id)
        return turn.number, _make(turn, step, counter, actor, now)


def call_next(*, place_id: UUID, counter: str, actor: Actor, now: datetime) -> tuple[Turn, dict[str, JSON]]:
    """Call whoever has waited for the longest; two counters never call the same number.

    Raises NobodyWaits.
    """
    with transaction.atomic():
        waiting = Turn.objects.filter(
            place_id=place_id, day=clock.local(now).date(), state=Turn.State.WAITING
        )
        turn = in_order(waiting).select_for_update(skip_locked=True, of=("self",)).first()
        if turn is None:
            raise NobodyWaits
        return turn, _make(turn, Step.CALL, counter, actor, now)


def step_back(*, turn_id: UUID, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Give a number what it had before a step.

    Raises MovedOn when it has moved on since.
    """
    with transaction.atomic():
        turn = Turn.objects.select_for_update().filter(pk=turn_id).first()
        if turn is None or turn.state != values["after"] or turn.calls != values["calls_after"]:
            raise MovedOn
        before = turn.state
        for name in _KEPT:
            given = values["before"][name]
            is_moment = name in _MOMENTS and given is not None
            setattr(turn, name, datetime.fromisoformat(given) if is_moment else given)
        turn.save(update_fields=list(_KEPT))
        _record(turn, before, actor, now)


def leave_queue(*, turn_id: UUID, before: str, actor: Actor, now: datetime) -> None:
    """Take a number back that was given by mistake, with the mark of the visit.

    Raises MovedOn when it was called since.
    """
    with transaction.atomic():
        turn = Turn.objects.select_for_update().filter(pk=turn_id, state=Turn.State.WAITING).first()
        if turn is None or turn.calls:
            raise MovedOn
        if turn.booking_id is not None:
            visits.put_back(booking_id=turn.booking_id, before=before, after="arrived", actor=actor, now=now)
        turn.state = "removed"
        _record(turn, Turn.State.WAITING, actor, now)
        turn.delete()


def _let_go(turn: Turn, actor: Actor, now: datetime) -> None:
    """Take a number of another day or place off a booking that was moved since: it belongs to that queue."""
    before = turn.state
    if before in (Turn.State.WAITING, Turn.State.CALLED):
        turn.state, turn.ended_at = Turn.State.LEFT, now
    _record(turn, before, actor, now)
    turn.booking = None
    turn.save(update_fields=["booking", "state", "ended_at"])


def _make(turn: Turn, step: Step, counter: str, actor: Actor, now: datetime) -> dict[str, JSON]:
    after = state_after(step=step, state=turn.state)
    is_taken = turn.state == Turn.State.CALLED and step is Step.CALL and turn.counter != counter
    if after is None or is_taken:
        raise StepRefused(state=turn.state)
    before = {name: _written(getattr(turn, name)) for name in _KEPT}
    was = turn.state
    turn.state = after
    if step in (Step.CALL, Step.SERVE):
        turn.counter = counter
    if step is Step.CALL:
        turn.called_at, turn.calls = now, turn.calls + 1
    elif step is Step.SERVE:
        turn.served_at = now
    elif step in (Step.FINISH, Step.LEAVE):
        turn.ended_at = now
    elif step is Step.BACK:
        turn.counter, turn.ended_at = "", None
    turn.save(update_fields=list(_KEPT))
    _record(turn, was, actor, now)
    return {"before": before, "after": turn.state, "calls_after": turn.calls}


def _written(value: Any) -> JSON:
    return value.isoformat() if isinstance(value, datetime) else value


def _join(turn: Turn, actor: Actor, now: datetime) -> None:
    turn.day, turn.arrived_at = clock.local(now).date(), now
    turn.number = _next_number(turn.place_id, turn.day)
    turn.save(force_insert=True)
    _record(turn, "none", actor, now)


def _next_number(place_id: UUID, day: date) -> int:
    # Two who come at once would take the same number.
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(place_id)])
    latest = Turn.objects.filter(place_id=place_id, day=day).aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1


def _record(turn: Turn, before: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="card_reservation.turn",
        object_type="card_reservation.turn",
        object_ids=[str(turn.pk), *([str(turn.booking_id)] if turn.booking_id else [])],
        details={"turn": turn.number, "from": before, "to": turn.state, "counter": turn.counter},
        now=now,
    )
