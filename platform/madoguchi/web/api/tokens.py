"""Tokens: made by an administrator, shown once, kept as a digest, ended by time or by hand."""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.errors import DomainError, NotFound, Refused
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.values import JSON
from madoguchi.web.api import declarations
from madoguchi.web.api.models import ApiToken

BEGINNING: Final = "mdg_"
SHAPE: Final = re.compile(rf"{BEGINNING}[A-Za-z0-9_-]{{43}}")
LONGEST_LIFE: Final = timedelta(days=366)
# The last use is written down once in so long: each writing is a lock that other requests wait for.
NOTED_EVERY: Final = timedelta(minutes=1)
MOST_TOKENS: Final = 50


class TokenNotFound(NotFound):
    """No token of this city has this number."""

    code = "token_not_found"
    message = _("このトークンは見つかりません。")


class TokenRevoked(Refused):
    """An administrator has ended the token."""

    code = "token_revoked"
    status = 401
    message = _("このトークンは無効になっています。")


class TokenExpired(Refused):
    """The token's time is over."""

    code = "token_expired"
    status = 401
    message = _("このトークンは有効期限が切れています。")


class WrongNetwork(Refused):
    """The token may not be used from here."""

    code = "wrong_network"
    status = 401
    message = _("このトークンは、この接続元からは使えません。")


class TooManyTokens(DomainError):
    """The city has more tokens than anybody can watch over."""

    code = "too_many_tokens"
    message = _("使えるトークンは50個までです。使っていないものを無効にしてください。")


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token: the only moment at which anybody can read it."""

    id: UUID
    text: str


def digest_of(text: str) -> bytes:
    """Compute what is kept of a token."""
    return hashlib.sha256(text.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a token is for, what it may do and read, from where and until when."""

    label: str
    scopes: Sequence[str]
    expires_at: datetime
    sees: Sequence[str] = ()
    places: Collection[UUID] | None = None
    networks: Sequence[str] = ()


def issue(*, wish: Wish, actor: Actor, now: datetime) -> MadeToken:
    """Make a token for a program.

    Raises TooManyTokens.
    """
    with transaction.atomic():
        if usable(now=now).count() >= MOST_TOKENS:
            raise TooManyTokens
        made = _make(
            label=wish.label,
            scopes=sorted(wish.scopes),
            sees=sorted(wish.sees),
            places=None if wish.places is None else sorted(wish.places),
            networks=list(wish.networks),
            expires_at=min(wish.expires_at, now + LONGEST_LIFE),
            made_by=actor.name,
            made_at=now,
        )
        details: dict[str, JSON] = {
            "label": wish.label,
            "scopes": [*sorted(wish.scopes)],
            "sees": [*sorted(wish.sees)],
            "networks": [*wish.networks],
        }
        _record(declarations.MADE, made.id, actor, now, details)
    return made


def rotate(*, token_id: UUID, actor: Actor, now: datetime) -> MadeToken:
    """Replace a token by a new one with the same rights; the old one ends at once.

    Raises TokenNotFound, or TokenRevoked for one that has ended already.
    """
    with transaction.atomic():
        old = _locked(token_id)
        if old.revoked_at is not None:
            raise TokenRevoked
        _end(old, actor, now)
        life = min(old.expires_at - old.made_at, LONGEST_LIFE)
        made = _make(
            label=old.label,
            scopes=old.scopes,
            sees=old.sees,
            places=old.places,
            networks=old.networks,
            expires_at=now + life,
            made_by=actor.name,
            made_at=now,
        )
        _record(declarations.ROTATED, made.id, actor, now, {"label": old.label}, old.id)
    return made


def revoke(*, token_id: UUID, actor: Actor, now: datetime) -> None:
    """End a token; a second time changes nothing.

    Raises TokenNotFound.
    """
    with transaction.atomic():
        token = _locked(token_id)
        if token.revoked_at is None:
            _end(token, actor, now)
            _record(declarations.REVOKED, token.id, actor, now, {"label": token.label})


def recognise(*, text: str, address: str, now: datetime) -> ApiToken | None:
    """Find the token of this city; None for a text that no token of this city ever was.

    Raises TokenRevoked, TokenExpired or WrongNetwork.
    """
    if SHAPE.fullmatch(text) is None:
        return None
    token = ApiToken.objects.filter(digest=digest_of(text)).first()
    if token is None:
        return None
    refusal = _refusal(token, address, now)
    if refusal is not None:
        note_refusal(token=token, reason=refusal.code, now=now)
        raise refusal
    _note_use(token, address, now)
    return token


def note_refusal(*, token: ApiToken, reason: str, now: datetime, path: str = "") -> None:
    """Write down that a token was refused, whatever becomes of the request."""
    audit.record_denied(
        actor=Actor(kind="machine", id=str(token.id), name=token.label),
        action=declarations.REFUSED,
        object_type=declarations.TOKEN,
        object_ids=[str(token.id)],
        details={"reason": reason, **({"path": path} if path else {})},
        now=now,
    )


def find(*, token_id: UUID) -> ApiToken:
    """Find a token by its number.

    Raises TokenNotFound.
    """
    found = ApiToken.objects.filter(pk=token_id).first()
    if found is None:
        raise TokenNotFound
    return found


def usable(*, now: datetime) -> QuerySet[ApiToken]:
    """List the tokens that open something today."""
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=now)


def ended(*, now: datetime) -> QuerySet[ApiToken]:
    """List the tokens that open nothing any more."""
    return ApiToken.objects.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=now))


def is_within(*, address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of the networks; no network means from anywhere."""
    listed = [ip_network(network) for network in networks]
    return not listed or any(ip_address(address) in network for network in listed)


def _refusal(token: ApiToken, address: str, now: datetime) -> DomainError | None:
    if token.revoked_at is not None:
        return TokenRevoked()
    if token.expires_at <= now:
        return TokenExpired()
    if not is_within(address=address, networks=token.networks):
        return WrongNetwork()
    return None


def _note_use(token: ApiToken, address: str, now: datetime) -> None:
    if token.used_at is None or token.used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now, used_from=address)


def _make(**values: object) -> MadeToken:
    text = BEGINNING + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(digest=digest_of(text), ending=text[-4:], **values)
    return MadeToken(id=row.id, text=text)


def _end(token: ApiToken, actor: Actor, now: datetime) -> None:
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=now, revoked_by=actor.name)


def _locked(token_id: UUID) -> ApiToken:
    found = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if found is None:
        raise TokenNotFound
    return found


def _record(
    action: str, token_id: UUID, actor: Actor, now: datetime, details: Mapping[str, JSON], *more: UUID
) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=declarations.TOKEN,
        object_ids=[str(token_id), *map(str, more)],
        details=details,
        now=now,
    )
