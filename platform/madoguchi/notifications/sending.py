from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from madoguchi.hooks.contracts.events import Event
from madoguchi.ledger import vault
from madoguchi.ledger.audit.actors import Actor
from madoguchi.notifications import allowed, kinds, rendering
from madoguchi.notifications.channels import mail
from madoguchi.notifications.events import DeliveryQueued
from madoguchi.notifications.messages import Attachment
from madoguchi.notifications.models import Delivery, DeliveryState
from madoguchi.notifications.preferences import MailSettings
from madoguchi.notifications.services import SEALED_AT
from madoguchi.preferences import queries as preferences
from madoguchi.residents import queries as residents
from madoguchi.tenancy import current_city


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
    except allowed.NotAllowed:
        settle(delivery=delivery, state=DeliveryState.HELD, error=_("試行中の送信先にありません。"), now=now)
    except residents.ContactNotFound:
        settle(delivery=delivery, state=DeliveryState.FAILED, error=_("連絡先が消去されています。"), now=now)
    except mail.Undeliverable as error:
        settle(delivery=delivery, state=DeliveryState.BOUNCED, error=str(error), now=now)
    except mail.Unsendable as error:
        settle(delivery=delivery, state=DeliveryState.FAILED, error=str(error), now=now)
    else:
        delivery.sealed = b""
        settle(delivery=delivery, state=DeliveryState.SENT, error="", now=now)


def post(*, delivery: Delivery, now: datetime) -> None:
    """Write the message out in its reader's language and hand it to the mail server.

    Raises NotAllowed in a city in trial for an address that is not on its list.
    """
    reader = residents.address_of(delivery.contact_id)
    language = reader.language
    delivery.language = language
    delivery.masked_address = masked(reader.email)
    allowed.ensure_allowed(email=reader.email)
    sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
    wording = rendering.wording(kind=kinds.find(delivery.kind), language=language)
    rendered = rendering.render(wording=wording, values=sealed["values"], language=language)
    if sealed["is_sample"]:
        rendered = replace(rendered, subject=_("【テスト送信】%(subject)s") % {"subject": rendered.subject})
    chosen = preferences.current(MailSettings)
    envelope = mail.Envelope(
        city=current_city(),
        to=reader.email,
        message_id=delivery.id.hex,
        at=delivery.created_at,
        sender_name=chosen.sender_name,
        reply_to=chosen.reply_to,
    )
    attachments = [Attachment(**each) for each in sealed["attachments"]]
    mail.send(mail=mail.compose(rendered=rendered, envelope=envelope, attachments=attachments))


def settle(*, delivery: Delivery, state: DeliveryState, error: str, now: datetime) -> None:
    """Write down how a delivery ended."""
    delivery.state = state
    delivery.error = without_address(error)
    delivery.settled_at = now
    delivery.save(update_fields=["state", "error", "settled_at", "sealed", "language", "masked_address"])


def masked(address: str) -> str:
    """Show enough of an address to recognise it and too little to use it."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}***@{host}" if name else "***"


def without_address(error: str) -> str:
    """Take every address out of a mail server's reply."""
    return " ".join("***" if "@" in word else word for word in error.split())[:200]
