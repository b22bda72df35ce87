"""What one delivery says: by its kind and the values it was queued with, or by the mailing it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.ledger import vault
from madoguchi.notifications import audiences, kinds, opting_out, rendering
from madoguchi.notifications.declarations import MAILING
from madoguchi.notifications.messages import Attachment
from madoguchi.notifications.models import Delivery, Mailing
from madoguchi.notifications.rendering import Wording
from madoguchi.notifications.services import SEALED_AT


class NoLongerConcerned(Exception):
    """What the message tells of is no longer so: the booking was cancelled, or the mailing."""


@dataclass(frozen=True)
class Message:
    """The words of one delivery before they are filled in."""

    wording: Wording
    values: Mapping[str, str]
    attachments: tuple[Attachment, ...] = field(default=())
    is_sample: bool = False
    is_asked_for: bool = False
    stop_url: str = ""


def of_delivery(delivery: Delivery, *, language: str, now: datetime) -> Message:
    """Find what a delivery says in a language.

    Raises NoLongerConcerned where there is nothing left to say.
    """
    if delivery.mailing_id:
        return _of_mailing(delivery, language, now)
    if delivery.kind == MAILING:
        return _test_of_mailing(delivery)
    kind = kinds.find(delivery.kind)
    sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
    values = sealed["values"]
    if kind.fresh and not sealed["is_sample"]:
        values = kind.fresh(about=delivery.about, queued=values, language=language, now=now)
        if values is None:
            raise NoLongerConcerned
    # What was queued before a release knows nothing of a name that came with it.
    unsaid = {each.name: "" for each in kind.placeholders if not each.is_required}
    return Message(
        wording=rendering.wording(kind=kind, language=language),
        values={**unsaid, **values},
        attachments=tuple(Attachment(**each) for each in sealed["attachments"]),
        is_sample=sealed["is_sample"],
        is_asked_for=kind.is_asked_for or sealed["is_sample"],
    )


def _test_of_mailing(delivery: Delivery) -> Message:
    sealed = vault.open_sealed(sealed=bytes(delivery.sealed), place=SEALED_AT, row=delivery.id)
    wording = Wording(sealed["subject"], sealed["body"], is_default=False)
    return Message(wording=wording, values=sealed["values"], is_sample=True, is_asked_for=True)


def _of_mailing(delivery: Delivery, language: str, now: datetime) -> Message:
    mailing = Mailing.objects.filter(pk=delivery.mailing_id).first() if delivery.mailing_id else None
    if mailing is None or mailing.state == Mailing.State.STOPPED:
        raise NoLongerConcerned
    try:
        audience = audiences.find(mailing.audience)
    except audiences.UnknownAudience as unknown:
        raise NoLongerConcerned from unknown
    values = audience.values(about=delivery.about, language=language, now=now)
    if values is None:
        raise NoLongerConcerned
    stop_url = opting_out.address(contact_id=delivery.contact_id, language=language, now=now)
    return Message(
        wording=mailing_wording(mailing.texts, language=language),
        values={**values, opting_out.STOP: stop_url},
        stop_url=stop_url,
    )


def mailing_wording(texts: Mapping[str, Mapping[str, str]], *, language: str) -> Wording:
    """Choose the words of a mailing in a language; Japanese where it was not written in it.

    The way to end such mails stands below them, whoever wrote them.
    """
    used = language if texts.get(language, {}).get("body") else rendering.FALLBACK
    chosen = texts[used]
    body = f"{chosen['body'].strip()}\n\n{opting_out.FOOTERS[used]}"
    return Wording(chosen["subject"], body, is_default=False)
