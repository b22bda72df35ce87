"""A reminder by mail to whoever booked for a card before and has not fetched it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.registry import NobodyAnswers, plugins
from madoguchi.hooks.values import MessageKind
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications.messages import Enclosed
from madoguchi.notifications.services import notify
from madoguchi.residents import queries as residents
from madoguchi.web import dates
from madoguchi.words import days
from plugins.card_management.declarations import reminders
from plugins.card_management.models import Card
from plugins.card_management.rules.shelves_radar import Step
from plugins.card_management.services import shelves_radar
from plugins.card_management.services.forms_facts import facts_of_city


class NoAddress(DomainError):
    """Nobody has told us an address for this card."""

    code = "reminder_no_address"
    message = _("メールアドレスがわかりません。手紙か電話で案内してください。")


class NoDeadline(DomainError):
    """The mail says by when, which nobody knows here."""

    code = "reminder_no_deadline"
    message = _("受取期限のないカードです。通知を送った日を記録すると、受取期限が付きます。")


class HasVisit(DomainError):
    """Whoever has a visit before them is not written to."""

    code = "reminder_has_visit"
    message = _("来庁の予約がある方です。催促のメールは送りません。")


def remind(*, card_id: UUID, actor: Actor, now: datetime) -> None:
    """Send the reminder of a card, and write the step down.

    Raises CardNotFound, NotOnRadar, StepDone, NoDeadline, HasVisit and NoAddress.
    """
    shelves_radar.check(card_id=card_id, step=Step.NUDGE)
    card = Card.objects.get(pk=card_id)
    if card.deadline_on is None:
        raise NoDeadline
    if _has_visit(card, now):
        raise HasVisit
    contact, language = _reader(card_id)
    step = shelves_radar.act(card_id=card_id, step=Step.NUDGE, actor=actor, now=now)
    notify(
        kind=reminders.REMINDER.name,
        contact=contact,
        values=_values(card, language, now),
        key=f"{reminders.REMINDER.name}:{step}",
        now=now,
        enclosed=Enclosed(about=card_id),
    )


def fresh(
    *, about: UUID, queued: Mapping[str, str], language: str, now: datetime
) -> Mapping[str, str] | None:
    """Write the reminder as it is true when it leaves; nothing once the card is fetched or booked."""
    card = Card.objects.filter(pk=about, state__in=shelves_radar.ON_RADAR, deadline_on__isnull=False).first()
    return None if card is None or _has_visit(card, now) else _values(card, language, now)


def _has_visit(card: Card, now: datetime) -> bool:
    return card.wanted_on is not None and card.wanted_on >= clock.local(now).date()


def _reader(card_id: UUID) -> tuple[UUID, str]:
    try:
        contact = plugins.ask("contacts_of_pickups", pickups=(card_id,)).get(card_id)
        return contact, residents.language_of(contact)
    except (NobodyAnswers, residents.ContactNotFound) as nobody:
        raise NoAddress(card=str(card_id)) from nobody


def _values(card: Card, language: str, now: datetime) -> dict[str, str]:
    assert card.deadline_on is not None
    facts = facts_of_city(site=card.site, now=now)
    until = dates.full_date(card.deadline_on, language=language)
    return {
        "deadline": days.with_readings(until) if language == "ja-easy" else until,
        "link": facts["city.link"],
        "phone": facts["city.phone"],
    }


KIND: Final[MessageKind] = replace(reminders.REMINDER, fresh=fresh)
