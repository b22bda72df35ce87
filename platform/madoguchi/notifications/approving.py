"""A mailing to very many waits for a second person, and a test of it goes to the writer alone."""

from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.contracts.approvals import Decision, Person, SecondPersonWanted
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import ApprovalKind
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.ledger.outbox import services as outbox
from madoguchi.ledger.values import JSON
from madoguchi.notifications import audiences, mailings, opting_out, wordings
from madoguchi.notifications.declarations import MAILING, SEND_MAILINGS
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.mailings import NobodyToWriteTo
from madoguchi.notifications.models import Delivery, Mailing
from madoguchi.notifications.services import SEALED_AT
from madoguchi.residents import services as residents

KIND = "notifications.mailing"


def ask(*, mailing_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Let somebody else decide whether a mailing leaves; until then it rests as it is.

    Raises MailingNotFound, MailingMovedOn, NobodyToWriteTo, or that a reason is missing.
    """
    mailing = mailings.held(mailing_id, Mailing.State.DRAFT)
    reach = mailings.reach(mailing=mailing, now=now)
    if not reach.count:
        raise NobodyToWriteTo
    wanted = SecondPersonWanted(
        kind=KIND,
        subject=str(mailing.pk),
        reason=reason,
        asked_by=Person(kind=actor.kind, id=actor.id, name=actor.name),
        effects=(
            (_("件名"), mailing.subject),
            (_("本文"), str(mailing.texts.get("ja", {}).get("body", ""))),
            (_("送る相手"), str(audiences.find(mailing.audience).label)),
            (_("宛先の数"), _("%(count)s件") % {"count": reach.count}),
        ),
    )
    plugins.ask("ask_second_person", wanted=wanted, now=now)
    mailing.state = Mailing.State.ASKED
    mailing.save(update_fields=["state"])
    mailings.record("notifications.mailing_asked", mailing, actor, now)


def carry_out(*, approved: Decision, now: datetime) -> None:
    """Let a mailing leave that a second person agreed to."""
    mailing = mailings.held(UUID(approved.subject), Mailing.State.ASKED)
    if not mailings.reach(mailing=mailing, now=now).count:
        raise NobodyToWriteTo
    mailings.begin(mailing, actor=_actor(approved.asked_by), now=now)


def take_back(*, approved: Decision, now: datetime) -> None:
    """Make a draft again of a mailing that nobody agreed to."""
    mailing = Mailing.objects.select_for_update().filter(pk=UUID(approved.subject)).first()
    if mailing is not None and mailing.state == Mailing.State.ASKED:
        mailing.state = Mailing.State.DRAFT
        mailing.save(update_fields=["state"])
        mailings.record("notifications.mailing_returned", mailing, _actor(approved.decided_by), now)


def send_test(*, mailing_id: UUID, address: str, actor: Actor, now: datetime) -> int:
    """Send a mailing with invented values to an address of the staff, in each language it has; count them.

    Raises MailingNotFound.
    """
    mailing = mailings.find(mailing_id=mailing_id)
    written = [language for language, words in mailing.texts.items() if words.get("body")]
    for language in written:
        _queue_test(mailing, language, address, now)
    mailings.record("notifications.mailing_tested", mailing, actor, now)
    return len(written)


def _queue_test(mailing: Mailing, language: str, address: str, now: datetime) -> None:
    audience, row = audiences.find(mailing.audience), uuid4()
    wording = wordings.mailing_wording(mailing.texts, language=language)
    invented = {each.name: each.sample for each in audience.placeholders}
    content: dict[str, JSON] = {
        "subject": wording.subject,
        "body": wording.body,
        "values": {**invented, opting_out.STOP: opting_out.SAMPLE},
        "is_sample": True,
    }
    Delivery.objects.create(
        id=row,
        key=f"mailing-test:{row}",
        kind=MAILING,
        contact_id=residents.staff_contact_for(email=address, language=language, now=now),
        sealed=vault.seal(fields=content, place=SEALED_AT, row=row),
        created_at=now,
    )
    outbox.publish(event=DeliveryQueued(delivery_id=row), actor=SYSTEM, now=now)


def _actor(person: Person) -> Actor:
    return Actor(kind=person.kind, id=person.id, name=person.name)  # type: ignore[arg-type]


APPROVAL = ApprovalKind(
    name=KIND,
    label=gettext_lazy("一斉メールの送信"),
    permission=SEND_MAILINGS,
    carry_out=carry_out,
    when_refused=take_back,
)
