"""The term of a city's contract: who is told of its end and when, and what follows."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import Invalid
from madoguchi.hooks.values import AuditPhrase
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import services as notifications
from madoguchi.residents import services as residents
from madoguchi.tenancy import City as CityLike
from madoguchi.web import dates
from tenants.letters import CONTRACT_ENDING
from tenants.models import Contract, ContractAlert, State
from tenants.rules import terms

TERM_CHANGED = "tenants.term_changed"
AUDIT_PHRASES = (AuditPhrase(action=TERM_CHANGED, phrase=_("契約期間を変更した")),)
OVER = (State.CLOSING, State.CLOSED)


class ImpossibleTerm(Invalid):
    """A contract cannot end before it starts."""

    code = "impossible_term"
    message = _("終了日は開始日より後にしてください。")


@dataclass(frozen=True, kw_only=True)
class EndingContract:
    """A contract near its end, or past it while the city goes on."""

    city: UUID
    code: str
    name: str
    state: str
    starts_on: date
    ends_on: date
    days_left: int
    alert: int
    """The most urgent alert whose day has come: 180, 90, 30 or 0."""

    @property
    def is_over(self) -> bool:
        """Tell whether the last day has passed: the contract is renewed now, or the city closes."""
        return self.days_left < 0


def ending_soon(today: date) -> tuple[EndingContract, ...]:
    """List the contracts whose end is at hand, the nearest first; cities that close are left out."""
    nearest = Contract.objects.select_related("city").exclude(city__state__in=OVER)
    found = [_ending(contract, today) for contract in nearest.order_by("ends_on", "city__code")]
    return tuple(each for each in found if each is not None)


def alert_operators(*, now: datetime) -> int:
    """Mail our operators about every contract that nears its end, each alert once; count the mails."""
    with transaction.atomic():
        return sum(_alert(ending, now) for ending in ending_soon(clock.local(now).date()))


def change_term(*, city: CityLike, starts_on: date, ends_on: date, actor: Actor, now: datetime) -> None:
    """Write down a new term; a later end is alerted anew.

    Raises ImpossibleTerm.
    """
    if ends_on < starts_on:
        raise ImpossibleTerm(starts_on=starts_on, ends_on=ends_on)
    with transaction.atomic():
        contract = Contract.objects.select_for_update().get(city_id=city.uuid)
        before = [contract.starts_on.isoformat(), contract.ends_on.isoformat()]
        Contract.objects.filter(pk=contract.pk).update(starts_on=starts_on, ends_on=ends_on)
        audit.record(
            actor=actor,
            action=TERM_CHANGED,
            object_type="tenants.city",
            object_ids=[city.code],
            details={"from": before, "to": [starts_on.isoformat(), ends_on.isoformat()]},
            now=now,
        )


def _ending(contract: Contract, today: date) -> EndingContract | None:
    reached = terms.reached_alerts(ends_on=contract.ends_on, today=today)
    if not reached:
        return None
    return EndingContract(
        city=contract.city.uuid,
        code=contract.city.code,
        name=contract.city.name,
        state=contract.city.state,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        days_left=terms.days_left(ends_on=contract.ends_on, today=today),
        alert=reached[-1],
    )


def _alert(ending: EndingContract, now: datetime) -> int:
    """Write down the alerts that are due; only the most urgent one is mailed, and only when it is new."""
    contract = Contract.objects.select_for_update().get(city_id=ending.city)
    known = ContractAlert.objects.filter(contract=contract, ends_on=ending.ends_on)
    told = set(known.values_list("days", flat=True))
    today = clock.local(now).date()
    due = terms.due_alerts(ends_on=ending.ends_on, today=today, told=told)
    ContractAlert.objects.bulk_create(
        ContractAlert(contract=contract, ends_on=ending.ends_on, days=days, told_at=now) for days in due
    )
    if ending.alert not in due:
        return 0
    address = settings.MADOGUCHI["OPERATORS_MAIL"]
    notifications.notify(
        kind=CONTRACT_ENDING.name,
        contact=residents.staff_contact_for(email=address, language="ja", now=now),
        values={
            "municipality": ending.name,
            "code": ending.code,
            "ends_on": dates.full_date(ending.ends_on),
            "days": str(ending.days_left),
        },
        key=f"{CONTRACT_ENDING.name}:{contract.pk}:{ending.ends_on.isoformat()}:{ending.alert}",
        now=now,
    )
    return 1
