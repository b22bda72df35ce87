"""Announce an outage, change it, call it off and end it: acts of our operators, told to every city."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, Invalid, NotFound
from madoguchi.hooks.contracts.outages import OutageChanged
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.web.maintenance import digest_of
from tenants.directory import directory
from tenants.models import Consent, OutageOfCity, PlannedOutage
from tenants.outages import rules
from tenants.outages.declarations import ANNOUNCED, CHANGES, ENTRY_MADE, OBJECT
from tenants.outages.planning import CityPlan, Plan, make_plan
from tenants.outages.rules import Span
from tenants.outages.tasks import write_soon

# Somebody who fills in the form for work that begins now needs a moment for it.
LATEST_START = timedelta(minutes=15)
LONGEST = timedelta(days=7)


class BadSpan(Invalid):
    """An outage ends before it starts, starts in the past or lasts for weeks."""

    code = "bad_span"
    message = _("開始は現在より後、終了は開始より後で7日以内にしてください。")


class NoCity(Invalid):
    """None of the cities that are served was chosen."""

    code = "no_city"
    message = _("対象の自治体がありません。団体コードを確かめてください。")


class TooLate(DomainError):
    """The contract of a chosen city asks for an earlier notice."""

    code = "too_late"
    message = _("契約の予告期間に足りない自治体があります。")


class Overlapping(DomainError):
    """A chosen city has another outage at this time."""

    code = "overlapping"
    message = _("この時間に、別の計画停止がある自治体があります。")


class OutageUnknown(NotFound):
    """There is no such outage."""

    code = "outage_unknown"


class AlreadyOver(DomainError):
    """An outage that was called off or has ended stays as it is."""

    code = "already_over"
    message = _("この計画停止は、もう終わっています。")


class AlreadyBegun(DomainError):
    """Once it has begun its start is history, and it is ended instead of called off."""

    code = "already_begun"
    message = _("もう始まっています。終了予定の変更か、再開だけができます。")


class NotBegun(DomainError):
    """What has not begun cannot be ended."""

    code = "not_begun"
    message = _("まだ始まっていません。取りやめるときは「取りやめる」を使ってください。")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """An outage as operators write it; with an emergency reason the notice need not be kept."""

    span: Span
    reasons: Mapping[str, str]
    codes: Sequence[str] = ()
    emergency_reason: str = ""
    opens_by_itself: bool = False
    leaves_out: bool = False
    """Whether cities that stand against it are left out instead of refusing all."""


@dataclass(frozen=True)
class Announced:
    """An outage that was announced, and whom it leaves out."""

    id: UUID
    left_out: Sequence[CityPlan] = field(default=())


def announce(*, wish: Wish, actor: Actor, now: datetime) -> Announced:
    """Announce an outage to the chosen cities; those whose contract wants it are asked for consent.

    Raises BadSpan, NoCity, TooLate and Overlapping.
    """
    _refuse_bad_span(wish.span, now)
    with transaction.atomic():
        plan = make_plan(codes=wish.codes, span=wish.span, now=now, locks=True)
        chosen = _fitting(plan, wish)
        made = PlannedOutage.objects.create(
            uuid=uuid4(),
            starts_at=wish.span.starts_at,
            ends_at=wish.span.ends_at,
            reasons=dict(wish.reasons),
            emergency_reason=wish.emergency_reason,
            opens_by_itself=wish.opens_by_itself,
            announced_by=UUID(actor.id),
            announced_by_name=actor.name,
            announced_at=now,
            changed_at=now,
        )
        OutageOfCity.objects.bulk_create(_row(made, city, now) for city in chosen)
        _tell("announced", made, chosen, actor, now)
    kept = {city.code for city in chosen}
    return Announced(made.uuid, [city for city in plan.cities if city.code not in kept])


def reschedule(*, outage_id: UUID, span: Span, emergency_reason: str, actor: Actor, now: datetime) -> str:
    """Move, shorten or extend an outage; tell which of them it was.

    Within its old time nothing new is announced. Before its start every other time is a new outage:
    the rule of each contract counts from now and consent is asked anew. Once it has begun only its end
    moves, and what comes on top counts as failure. Raises BadSpan, TooLate, Overlapping, AlreadyOver and
    AlreadyBegun.
    """
    with transaction.atomic():
        outage = _open_outage(outage_id)
        old = Span(outage.starts_at, outage.ends_at)
        change = _kind_of_change(old, span, now)
        cities = _cities_of(outage)
        if change == "shortened":
            _shorten(outage, span)
        else:
            cities = _plan_anew(outage, span, emergency_reason, now)
            if change == "moved":
                _ask_anew(outage, span, emergency_reason, cities, now)
        PlannedOutage.objects.filter(pk=outage.pk).update(
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            emergency_reason=emergency_reason or outage.emergency_reason,
            changed_at=now,
        )
        outage.refresh_from_db()
        _tell(change, outage, cities, actor, now)
    return change


def cancel(*, outage_id: UUID, actor: Actor, now: datetime) -> None:
    """Call an outage off before it begins.

    Raises AlreadyOver and AlreadyBegun.
    """
    with transaction.atomic():
        outage = _open_outage(outage_id)
        if outage.starts_at <= now:
            raise AlreadyBegun(outage=outage_id)
        PlannedOutage.objects.filter(pk=outage.pk).update(cancelled_at=now, changed_at=now)
        _tell("cancelled", outage, _cities_of(outage), actor, now)


def reopen(*, outage_id: UUID, actor: Actor, now: datetime) -> None:
    """Open the doors again: the work is done.

    Raises AlreadyOver and NotBegun.
    """
    with transaction.atomic():
        outage = _open_outage(outage_id)
        if outage.starts_at > now:
            raise NotBegun(outage=outage_id)
        PlannedOutage.objects.filter(pk=outage.pk).update(reopened_at=now, changed_at=now)
        OutageOfCity.objects.filter(outage=outage, counted_until__gt=now).update(counted_until=now)
        _tell("reopened", outage, _cities_of(outage), actor, now)


def make_pass(*, outage_id: UUID, actor: Actor, now: datetime) -> str:
    """Make the secret with which testers enter while everybody else waits; an older one ends.

    Raises AlreadyOver.
    """
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        outage = _open_outage(outage_id)
        PlannedOutage.objects.filter(pk=outage.pk).update(pass_digest=digest_of(secret), changed_at=now)
        codes = [city.code for city in _cities_of(outage)]
        audit.record(actor=actor, action=ENTRY_MADE, object_type=OBJECT, object_ids=codes, now=now)
        transaction.on_commit(directory.tell_everybody)
    return secret


def _refuse_bad_span(span: Span, now: datetime) -> None:
    if span.ends_at <= max(span.starts_at, now) or span.ends_at - span.starts_at > LONGEST:
        raise BadSpan
    if span.starts_at < now - LATEST_START:
        raise BadSpan


def _fitting(plan: Plan, wish: Wish) -> list[CityPlan]:
    """Choose the cities in which nothing stands against it.

    Raises NoCity, Overlapping and TooLate.
    """
    if not wish.leaves_out:
        if plan.overlapping:
            raise Overlapping(plan=plan)
        if plan.too_late and not wish.emergency_reason:
            raise TooLate(plan=plan)
    passing = ("", "too_late") if wish.emergency_reason else ("",)
    chosen = [city for city in plan.cities if city.obstacle in passing]
    if not chosen:
        raise NoCity(plan=plan)
    return chosen


def _row(outage: PlannedOutage, city: CityPlan, now: datetime) -> OutageOfCity:
    return OutageOfCity(outage=outage, city_id=city.uuid, **_terms(outage.starts_at, outage, city, now))


def _terms(starts_at: datetime, outage: PlannedOutage, city: CityPlan, now: datetime) -> dict[str, object]:
    """Say what the contract of a city makes of an outage announced now."""
    is_forced = bool(outage.emergency_reason) and (city.obstacle == "too_late" or city.rule.needs_consent)
    must_agree = city.rule.needs_consent and not is_forced
    return {
        "notice_days": city.rule.days,
        "consent": Consent.ASKED if must_agree else Consent.NOT_NEEDED,
        "told_from": rules.told_from(starts_at=starts_at, rule=city.rule, now=now),
        "counted_from": None if is_forced else outage.starts_at,
        "counted_until": None if is_forced else outage.ends_at,
        "answered_at": None,
        "answered_by_name": "",
        "answer_reason": "",
    }


def _open_outage(outage_id: UUID) -> PlannedOutage:
    outage = PlannedOutage.objects.select_for_update().filter(pk=outage_id).first()
    if outage is None:
        raise OutageUnknown(outage=outage_id)
    if outage.cancelled_at or outage.reopened_at:
        raise AlreadyOver(outage=outage_id)
    return outage


def _kind_of_change(old: Span, new: Span, now: datetime) -> str:
    has_begun = old.starts_at <= now
    if has_begun and new.starts_at != old.starts_at:
        raise AlreadyBegun
    if new.ends_at <= max(new.starts_at, now) or new.ends_at - new.starts_at > LONGEST:
        raise BadSpan
    if old.starts_at <= new.starts_at and new.ends_at <= old.ends_at:
        return "shortened"
    if has_begun:
        return "extended"
    _refuse_bad_span(new, now)
    return "moved"


def _shorten(outage: PlannedOutage, span: Span) -> None:
    counted = OutageOfCity.objects.filter(outage=outage, counted_from__isnull=False)
    counted.filter(counted_from__lt=span.starts_at).update(counted_from=span.starts_at)
    counted.filter(counted_until__gt=span.ends_at).update(counted_until=span.ends_at)


def _plan_anew(outage: PlannedOutage, span: Span, emergency_reason: str, now: datetime) -> list[CityPlan]:
    codes = [city.code for city in _cities_of(outage)]
    plan = make_plan(codes=codes, span=span, now=now, beside=outage.pk, locks=True)
    if plan.overlapping:
        raise Overlapping(plan=plan)
    if plan.too_late and not emergency_reason and outage.starts_at > now:
        raise TooLate(plan=plan)
    return list(plan.cities)


def _ask_anew(
    outage: PlannedOutage, span: Span, emergency_reason: str, cities: Collection[CityPlan], now: datetime
) -> None:
    outage.starts_at, outage.ends_at = span.starts_at, span.ends_at
    outage.emergency_reason = emergency_reason
    for city in cities:
        terms = _terms(span.starts_at, outage, city, now)
        # Who has read of the old time reads of the new one at once.
        row = OutageOfCity.objects.filter(outage=outage, city_id=city.uuid)
        was_told = row.filter(told_from__lte=now).exists()
        row.update(**{**terms, **({"told_from": now} if was_told else {})})


def _cities_of(outage: PlannedOutage) -> list[CityPlan]:
    span = Span(outage.starts_at, outage.ends_at)
    codes = OutageOfCity.objects.filter(outage=outage).values_list("city__code", flat=True)
    return list(make_plan(codes=codes, span=span, now=outage.announced_at, beside=outage.pk).cities)


def _tell(
    change: str, outage: PlannedOutage, cities: Iterable[CityPlan], actor: Actor, now: datetime
) -> None:
    """Write a change down, here and in every city it meets, and let every process know."""
    chosen = list(cities)
    details = {
        "starts_at": outage.starts_at.isoformat(),
        "ends_at": outage.ends_at.isoformat(),
        **({"emergency_reason": outage.emergency_reason} if outage.emergency_reason else {}),
    }
    audit.record(
        actor=actor,
        action=CHANGES.get(change, ANNOUNCED),
        object_type=OBJECT,
        object_ids=[city.code for city in chosen],
        details=details,
        now=now,
    )
    for city in chosen:
        event = OutageChanged(
            schema_name=city.schema_name,
            change=change,
            starts_at=outage.starts_at,
            ends_at=outage.ends_at,
            emergency_reason=outage.emergency_reason,
        )
        outbox.publish(event=event, actor=actor, now=now)
    transaction.on_commit(directory.tell_everybody)
    transaction.on_commit(write_soon)
