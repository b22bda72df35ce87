"""In whose name a city writes: its own address, the key that signs for it, and what the DNS says of both."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import SYSTEM, Actor
from madoguchi.notifications import signing
from madoguchi.notifications.channels import mail, names
from madoguchi.notifications.models import SenderDomain
from madoguchi.tenancy import current_city

SEALED_AT = "notifications_senderdomain.sealed"
Check = SenderDomain.Check
_PUBLISHED_KEY = re.compile(r"(?:^|;)\s*p=([^;]*)")


class SenderNotFound(NotFound):
    """The city has no address of its own."""

    code = "sender_not_found"
    message = _("差出人のアドレスがまだありません。")


class NotProven(DomainError):
    """The DNS does not yet show that the city may write in this name."""

    code = "sender_not_proven"
    message = _("DNSの設定を確認できるまで、このアドレスは使えません。")


@dataclass(frozen=True)
class Sender:
    """In whose name mails leave now."""

    address: str
    signer: signing.Signer | None


@dataclass(frozen=True)
class Record:
    """One line that the city's network people put into the DNS."""

    title: str
    name: str
    type: str
    value: str
    state: Check

    @property
    def state_label(self) -> str:
        """Say in words what the last look found."""
        return str(self.state.label)


def current() -> Sender:
    """Find in whose name mails leave: the city's own address once it is proven and in use."""
    row = newest()
    if row is None or not row.is_in_use:
        return Sender("", None)
    key = str(vault.open_sealed(sealed=bytes(row.sealed), place=SEALED_AT, row=row.id)["key"])
    return Sender(row.address, signing.Signer(row.domain, row.selector, key))


def current_address() -> str:
    """Name the address that residents let through on their telephones."""
    row = newest()
    return row.address if row and row.is_in_use else mail.usual_sender(current_city())


def newest() -> SenderDomain | None:
    """Find the address that the city set up last."""
    return SenderDomain.objects.order_by("-made_at").first()


def set_up(*, address: str, actor: Actor, now: datetime) -> SenderDomain:
    """Prepare an address of the city's own with a fresh key; nothing changes before it is taken into use."""
    row = uuid.uuid4()
    domain = address.rpartition("@")[2].lower()
    secret, public = signing.new_key()
    made = SenderDomain.objects.create(
        id=row,
        address=address.strip(),
        domain=domain,
        selector=f"madoguchi{now:%Y%m%d%H%M}",
        public_key=public,
        sealed=vault.seal(fields={"key": secret}, place=SEALED_AT, row=row),
        made_at=now,
        made_by=actor.name,
    )
    _record("notifications.sender_set_up", made, actor, now)
    return made


def take_into_use(*, actor: Actor, now: datetime) -> None:
    """Write in the city's own name from now on.

    Raises SenderNotFound, and NotProven while the DNS does not show the key.
    """
    row = _newest()
    if row.dkim != Check.FOUND or row.spf != Check.FOUND:
        raise NotProven
    row.is_in_use = True
    row.save(update_fields=["is_in_use"])
    _record("notifications.sender_used", row, actor, now)


def give_up(*, actor: Actor, now: datetime) -> None:
    """Write in the usual name again; the key stays, so that the address can be used again.

    Raises SenderNotFound.
    """
    row = _newest()
    row.is_in_use = False
    row.save(update_fields=["is_in_use"])
    _record("notifications.sender_given_up", row, actor, now)


def records(row: SenderDomain) -> tuple[Record, ...]:
    """List the records of the DNS that make the city's mails believed."""
    return (
        Record(
            str(_("SPF（このサービスからの送信を許す）")),
            row.domain,
            "TXT",
            f"v=spf1 {settings.MADOGUCHI['MAIL_SPF']} ~all",
            Check(row.spf),
        ),
        Record(
            str(_("DKIM（電子署名の鍵）")),
            f"{row.selector}._domainkey.{row.domain}",
            "TXT",
            f"v=DKIM1; k=rsa; p={row.public_key}",
            Check(row.dkim),
        ),
        Record(
            str(_("DMARC（なりすましの扱い。おすすめ）")),
            f"_dmarc.{row.domain}",
            "TXT",
            "v=DMARC1; p=quarantine; adkim=r; aspf=r",
            Check(row.dmarc),
        ),
    )


def check(*, sender_id: UUID, now: datetime) -> None:
    """Look into the DNS for what the city should have set, and note it; a key that is gone ends its use."""
    row = SenderDomain.objects.filter(pk=sender_id).first()
    if row is None:
        return
    row.spf, row.dkim, row.dmarc = _spf(row), _dkim(row), _dmarc(row)
    row.checked_at = now
    if row.is_in_use and row.dkim in (Check.MISSING, Check.WRONG):
        # A signature that nobody can check is worse than none.
        row.is_in_use = False
        _record("notifications.sender_lost", row, SYSTEM, now)
    row.save(update_fields=["spf", "dkim", "dmarc", "checked_at", "is_in_use"])


def _spf(row: SenderDomain) -> Check:
    return _look(row.domain, "v=spf1", lambda text: settings.MADOGUCHI["MAIL_SPF"] in text.split())


def _dkim(row: SenderDomain) -> Check:
    name = f"{row.selector}._domainkey.{row.domain}"
    return _look(name, "", lambda text: _published(text) == row.public_key)


def _dmarc(row: SenderDomain) -> Check:
    return _look(f"_dmarc.{row.domain}", "v=DMARC1", lambda text: "p=" in text.replace(" ", ""))


def _published(text: str) -> str:
    found = _PUBLISHED_KEY.search(text)
    return "".join(found.group(1).split()) if found else ""


def _look(name: str, start: str, is_right: "names.Judge") -> Check:
    try:
        texts = [text for text in names.texts_of(name) if text.startswith(start)]
    except names.Unanswered:
        return Check.FAILED
    if not texts:
        return Check.MISSING
    return Check.FOUND if any(is_right(text) for text in texts) else Check.WRONG


def _newest() -> SenderDomain:
    row = newest()
    if row is None:
        raise SenderNotFound
    return row


def _record(action: str, row: SenderDomain, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="notifications.sender",
        object_ids=[str(row.pk)],
        details={"address": row.address},
        now=now,
    )
