from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.notifications import (
    allowed,
    pacing,
    reasons,
    rendering,
    return_paths,
    senders,
    suppressions,
    wordings,
)
from madoguchi.notifications.channels import mail
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.masking import masked, without_address
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.preferences import MailSettings
from madoguchi.preferences import queries as preferences
from madoguchi.residents import queries as residents
from madoguchi.tenancy import current_city

ENDINGS: Mapping[type[Exception], tuple[DeliveryState, "str | Promise"]] = MappingProxyType(
    {
        allowed.NotAllowed: (DeliveryState.HELD, gettext_lazy("試行中の送信先にありません。")),
        residents.ContactNotFound: (DeliveryState.FAILED, gettext_lazy("連絡先が消去されています。")),
        wordings.NoLongerConcerned: (DeliveryState.DROPPED, gettext_lazy("対象ではなくなりました。")),
        mail.Undeliverable: (DeliveryState.BOUNCED, ""),
        mail.Unsendable: (DeliveryState.FAILED, ""),
    }
)
"""How a delivery ends that was not sent: its state, and our words or those of the error."""


def send_delivery(*, event: Event, key: UUID, actor: Actor, now: datetime) -> None:
    """Send one queued message; a second call finds it settled and does nothing.

    Raises whatever asks for a later try: no connection, or a mail server that is busy.
    """
    assert isinstance(event, DeliveryQueued)
    delivery = Delivery.objects.select_for_update().filter(id=event.delivery_id).first()
    if delivery is None or delivery.state != DeliveryState.QUEUED:
        return
    try:
        post(delivery=delivery, now=now)
    except pacing.TooFast as pause:
        delivery.state, delivery.due_at = DeliveryState.WAITING, pause.until
        delivery.save(update_fields=["state", "due_at"])
    except tuple(ENDINGS) as error:
        state, words = ENDINGS[type(error)]
        settle(delivery=delivery, state=state, error=str(words or error), now=now)
        _mark_address(delivery, now)
    except suppressions.Suppressed as refused:
        why = str(refused.reason.label)
        settle(delivery=delivery, state=DeliveryState.SUPPRESSED, error=why, now=now)
    else:
        delivery.sealed = b""
        settle(delivery=delivery, state=DeliveryState.SENT, error="", now=now)


def post(*, delivery: Delivery, now: datetime) -> None:
    """Write the message out in its reader's language and hand it to the mail server.

    Raises NotAllowed in a city in trial for an address that is not on its list, Suppressed for an
    address to which nothing is sent, and NoLongerConcerned where the message has lost its object.
    """
    reader = residents.address_of(delivery.contact_id)
    delivery.language = reader.language
    delivery.masked_address = masked(reader.email)
    allowed.ensure_allowed(email=reader.email)
    message = wordings.of_delivery(delivery, language=reader.language, now=now)
    suppressions.ensure_wanted(
        contact_id=delivery.contact_id,
        is_mailing=delivery.mailing_id is not None,
        is_asked_for=message.is_asked_for,
    )
    if delivery.mailing_id:
        pacing.ensure_slow(email=reader.email, now=now)
    rendered = rendering.render(wording=message.wording, values=message.values, language=reader.language)
    if message.is_sample:
        rendered = replace(rendered, subject=_("【テスト送信】%(subject)s") % {"subject": rendered.subject})
    chosen = preferences.current(MailSettings)
    sender = senders.current()
    envelope = mail.Envelope(
        city=current_city(),
        to=reader.email,
        message_id=delivery.id.hex,
        at=delivery.created_at,
        sender=sender.address,
        sender_name=chosen.sender_name,
        reply_to=chosen.reply_to,
        stop_url=message.stop_url,
    )
    letter = mail.compose(rendered=rendered, envelope=envelope, attachments=message.attachments)
    mail.send(mail=letter, return_path=return_paths.write(delivery_id=delivery.id), signer=sender.signer)


def _mark_address(delivery: Delivery, now: datetime) -> None:
    """Send nothing more to an address that is itself at fault."""
    if delivery.state == DeliveryState.BOUNCED and reasons.is_lasting(delivery.error):
        bounced = suppressions.Reason.BOUNCED
        cause = suppressions.Cause(bounced, delivery.masked_address, delivery.error, delivery.id)
        suppressions.suppress(contact_id=delivery.contact_id, cause=cause, actor=SYSTEM, now=now)


def settle(*, delivery: Delivery, state: DeliveryState, error: str, now: datetime) -> None:
    """Write down how a delivery ended."""
    delivery.state = state
    delivery.error = without_address(error)
    delivery.settled_at = now
    delivery.save(update_fields=["state", "error", "settled_at", "sealed", "language", "masked_address"])
