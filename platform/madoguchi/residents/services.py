"""Contacts of residents and the links mailed to them: public API of this room."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound
from madoguchi.hooks.contracts.bookings import personal_data_of
from madoguchi.ledger import vault
from madoguchi.ledger.values import JSON
from madoguchi.residents import tokens
from madoguchi.residents.models import Contact, Link, StaffAddress
from madoguchi.residents.queries import EMAIL, STAFF_EMAIL, address_of
from madoguchi.tenancy import current_city

logger = logging.getLogger(__name__)

SEALED = "residents_link.sealed"
REPEAT_WITHIN = timedelta(minutes=30)


class LinkUnknown(NotFound):
    """No such link was mailed by this city, or it was mailed for something else."""

    code = "link_unknown"
    message = _("このリンクは使えません。メールのリンクをもう一度確かめてください。")


class LinkExpired(DomainError):
    """The link was mailed too long ago."""

    code = "link_expired"
    status = 410
    message = _("リンクの期限が切れました。はじめからやり直してください。")


class LinkUsed(DomainError):
    """The link was used before, and it works once."""

    code = "link_used"
    status = 410
    message = _("このリンクはすでに使われました。はじめからやり直してください。")


class AddressesNotKept(DomainError):
    """This city keeps no address of a resident, and its database would refuse it."""

    code = "addresses_not_kept"
    message = _("この自治体では、住民のメールアドレスをお預かりしていません。")


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link was mailed for."""

    id: UUID
    contact_id: UUID | None
    subject: UUID | None
    payload: Mapping[str, JSON]
    expires_at: datetime


def email_index(email: str) -> bytes:
    """Compute the keyed index under which an address can be found again."""
    return vault.blind_index(value=email.strip().lower(), purpose="residents.email")


def contact_for(*, email: str, language: str, now: datetime) -> UUID:
    """Find or make the contact of a resident's address in a language.

    Raises AddressesNotKept in a city that keeps none.
    """
    if not personal_data_of(current_city().rules).keeps_addresses:
        raise AddressesNotKept
    return _address_for(Contact, EMAIL, email=email, language=language, now=now)


def staff_contact_for(*, email: str, language: str, now: datetime) -> UUID:
    """Find or make the contact of an address of the city's own staff, which every city keeps."""
    return _address_for(StaffAddress, STAFF_EMAIL, email=email, language=language, now=now)


def _address_for(
    model: type[Contact] | type[StaffAddress], place: str, *, email: str, language: str, now: datetime
) -> UUID:
    index = email_index(email)
    known = model.objects.filter(email_index=index, language=language).values_list("id", flat=True)
    found = known.first()
    if found is not None:
        return found
    contact_id = uuid4()
    sealed = vault.seal(fields={"email": email.strip()}, place=place, row=contact_id)
    row = model(id=contact_id, email=sealed, email_index=index, language=language, created_at=now)
    model.objects.bulk_create([row], ignore_conflicts=True)  # type: ignore[list-item]
    return known.get()


def speaking(*, contact_id: UUID, language: str, now: datetime) -> UUID:
    """Find or make the contact of the same address in the language its owner reads now.

    Raises ContactNotFound once the contact is erased.
    """
    known = address_of(contact_id)
    if known.language == language:
        return contact_id
    return contact_for(email=known.email, language=language, now=now)


def count_links(*, contact_id: UUID, purpose: str, since: datetime, subject: UUID | None = None) -> int:
    """Count the links mailed to an address since a moment, in whatever language, about one thing or any."""
    index = Contact.objects.filter(pk=contact_id).values("email_index")
    found = Link.objects.filter(contact__email_index__in=index, purpose=purpose, created_at__gte=since)
    return (found if subject is None else found.filter(subject=subject)).count()


def count_links_about(*, subject: UUID, purpose: str, since: datetime) -> int:
    """Count the links mailed about something since a moment, to whatever address."""
    return Link.objects.filter(subject=subject, purpose=purpose, created_at__gte=since).count()


def was_mailed_to(*, link_id: UUID, email: str) -> bool:
    """Tell whether a link was mailed to this address, in whatever language."""
    return Link.objects.filter(pk=link_id, contact__email_index=email_index(email)).exists()


def issue(
    *,
    purpose: str,
    contact_id: UUID | None,
    expires_at: datetime,
    now: datetime,
    subject: UUID | None = None,
    payload: Mapping[str, JSON] | None = None,
) -> str:
    """Make a link and give back its token, which is stored nowhere: mail it, show it or lose it."""
    token = tokens.new_token()
    link_id = uuid4()
    sealed = None if payload is None else vault.seal(fields=payload, place=SEALED, row=link_id)
    Link.objects.create(
        id=link_id,
        purpose=purpose,
        token_hash=_hash(token, purpose),
        contact_id=contact_id,
        subject=subject,
        sealed=sealed,
        created_at=now,
        expires_at=expires_at,
    )
    return token


def peek(*, token: str, purpose: str, now: datetime) -> OpenedLink:
    """Open a link without using it up.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    link = _find(token, purpose)
    if link.used_at is not None:
        raise LinkUsed
    return _opened(link, now)


def consume(*, token: str, purpose: str, visit: str, now: datetime) -> OpenedLink:
    """Use up a link; the same visit may press the button twice within half an hour.

    Raises LinkUnknown, LinkUsed or LinkExpired.
    """
    link = _find(token, purpose)
    visitor = _hash(visit, purpose)
    used = Link.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    if used.update(used_at=now, used_by=visitor):
        return _opened(link, now)
    link.refresh_from_db()
    is_repeat = (
        bool(visit)
        and link.used_at is not None
        and link.used_by is not None
        and compare_digest(bytes(link.used_by), visitor)
        and now - link.used_at < REPEAT_WITHIN
    )
    if link.used_at is not None and not is_repeat:
        raise LinkUsed
    return _opened(link, now)


def prolong(*, purpose: str, subject: UUID, expires_at: datetime) -> None:
    """Let the links that were mailed about something work until a new moment."""
    Link.objects.filter(purpose=purpose, subject=subject).update(expires_at=expires_at)


def purge_links(*, before: datetime) -> int:
    """Delete the links that ended before a moment, and count them."""
    deleted, _by_model = Link.objects.filter(expires_at__lt=before).delete()
    return deleted


def forget_everybody() -> int:
    """Delete every resident's address with the links mailed to it, and count the addresses."""
    addresses = Contact.objects.count()
    Contact.objects.all().delete()
    return addresses


def _hash(token: str, purpose: str) -> bytes:
    return tokens.hash_of(token, city=current_city().uuid, purpose=purpose)


def _find(token: str, purpose: str) -> Link:
    link = Link.objects.filter(token_hash=_hash(token, purpose), purpose=purpose).first()
    if link is None:
        logger.warning("a link that was never mailed was opened: %s", purpose)
        raise LinkUnknown
    return link


def _opened(link: Link, now: datetime) -> OpenedLink:
    if link.expires_at <= now:
        raise LinkExpired
    payload: Mapping[str, JSON] = {}
    if link.sealed is not None:
        payload = vault.open_sealed(sealed=bytes(link.sealed), place=SEALED, row=link.id)
    return OpenedLink(
        id=link.id,
        contact_id=link.contact_id,
        subject=link.subject,
        payload=payload,
        expires_at=link.expires_at,
    )
