"""The way to the directory and back: what was asked waits in the session and is answered once."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest

from madoguchi.accounts.codes import normalise_staff_code
from madoguchi.accounts.credentials import IdentityProvider, ProviderAccount
from madoguchi.accounts.identity import providers, tokens, wire
from madoguchi.accounts.identity.errors import ProviderRefused, ProviderUnreachable
from madoguchi.accounts.identity.pausing import let_transaction_go
from madoguchi.accounts.models import Staff

ASKED: Final = "provider_asked"
LIFE: Final = timedelta(minutes=10)
REST_SECONDS: Final = 30


@dataclass(frozen=True)
class Journey:
    """What was asked of a directory, and why."""

    provider: IdentityProvider
    nonce: str
    verifier: str
    purpose: str
    target: str


@dataclass(frozen=True)
class Statement:
    """What the directory said of a person, checked."""

    provider: IdentityProvider
    purpose: str
    target: str
    claims: Mapping[str, Any]

    @property
    def proved_twice(self) -> bool:
        """Tell whether the directory, too, asked for two proofs."""
        ways = self.claims.get("amr")
        return self.provider.counts_as_two or (isinstance(ways, list) and "mfa" in ways)


def set_out(
    request: HttpRequest, *, provider: IdentityProvider, back: str, purpose: str, target: str, now: datetime
) -> str:
    """Note what is asked and give the address of the directory's own page.

    Raises ProviderUnreachable while a directory that did not answer has its rest.
    """
    if cache.get(_rest(provider)):
        raise ProviderUnreachable(reason="rest")
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    request.session[ASKED] = {
        "provider": str(provider.id),
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "purpose": purpose,
        "target": target,
        "at": now.timestamp(),
    }
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    address = str(provider.metadata["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def come_back(request: HttpRequest, *, back: str, now: datetime) -> Statement:
    """Take the directory's answer: fetch the statement with no transaction open, and check it.

    Raises ProviderRefused and ProviderUnreachable.
    """
    journey = _journey(request, now=now)
    provider = journey.provider
    form, basic = _exchange(journey, code=str(request.GET.get("code", "")), back=back)
    is_stale = providers.is_stale(provider, now=now)
    let_transaction_go()
    try:
        metadata = providers.discover(issuer=provider.issuer) if is_stale else dict(provider.metadata)
        answer = wire.ask(url=str(metadata["token_endpoint"]), form=form, basic=basic)
        claims, metadata = _claims(journey, str(answer.get("id_token", "")), metadata, now)
    except ProviderUnreachable as error:
        if error.details.get("reason") in ("TimeoutError", "ConnectionRefusedError"):
            # Its next visitors do not wait for it, and neither do our workers.
            cache.set(_rest(provider), 1, REST_SECONDS)
        raise
    if metadata != provider.metadata or is_stale:
        providers.keep_metadata(provider=provider, metadata=metadata, now=now)
    return Statement(provider, journey.purpose, journey.target, claims)


def match(statement: Statement, *, now: datetime) -> Staff | None:
    """Find the member of staff whom a statement is about: the known link first, then code, then mail."""
    provider, claims = statement.provider, statement.claims
    known = ProviderAccount.objects.select_related("staff").filter(
        provider=provider, subject=str(claims["sub"])
    )
    account = known.first()
    if account is not None:
        known.update(last_used_at=now)
        return account.staff if account.staff.is_active else None
    staff = _by_code(provider, claims) or _by_mail(provider, claims)
    if staff is None or ProviderAccount.objects.filter(provider=provider, staff=staff).exists():
        return None
    return staff


def link(statement: Statement, *, staff: Staff, now: datetime) -> None:
    """Remember which account of the directory belongs to a person."""
    ProviderAccount.objects.get_or_create(
        provider=statement.provider,
        subject=str(statement.claims["sub"]),
        defaults={"staff": staff, "linked_at": now, "last_used_at": now},
    )


def code_said(statement: Statement) -> str:
    """Read the staff code that a statement names, or nothing."""
    name = statement.provider.staff_code_claim
    value = statement.claims.get(name) if name else None
    return normalise_staff_code(value)[:20] if isinstance(value, str) else ""


def _by_code(provider: IdentityProvider, claims: Mapping[str, Any]) -> Staff | None:
    value = claims.get(provider.staff_code_claim) if provider.staff_code_claim else None
    if not isinstance(value, str) or not value:
        return None
    return Staff.objects.filter(staff_code=normalise_staff_code(value), is_active=True).first()


def _by_mail(provider: IdentityProvider, claims: Mapping[str, Any]) -> Staff | None:
    mail = claims.get("email")
    if not provider.matches_mail or claims.get("email_verified") is not True or not isinstance(mail, str):
        return None
    found = list(Staff.objects.filter(email__iexact=mail, is_active=True)[:2]) if mail else []
    return found[0] if len(found) == 1 else None


def _rest(provider: IdentityProvider) -> str:
    return f"accounts.provider_rests:{provider.id}"


def _journey(request: HttpRequest, *, now: datetime) -> Journey:
    asked = request.session.pop(ASKED, None)
    state = str(request.GET.get("state", ""))
    if not asked or not hmac.compare_digest(str(asked["state"]).encode(), state.encode()):
        raise ProviderRefused(reason="state")
    if now.timestamp() - float(asked["at"]) > LIFE.total_seconds():
        raise ProviderRefused(reason="late")
    provider = providers.find(provider_id=UUID(asked["provider"]))
    said = request.GET.get("iss")
    if "error" in request.GET or "code" not in request.GET or said not in (None, provider.metadata["issuer"]):
        raise ProviderRefused(reason=str(request.GET.get("error", "iss"))[:60])
    return Journey(provider, asked["nonce"], asked["verifier"], asked["purpose"], asked["target"])


def _exchange(journey: Journey, *, code: str, back: str) -> tuple[dict[str, str], str]:
    provider = journey.provider
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": journey.verifier,
        "client_id": provider.client_id,
    }
    secret = providers.secret_of(provider)
    if provider.metadata.get("posts_secret"):
        return {**form, "client_secret": secret}, ""
    both = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
    return form, base64.b64encode(both.encode()).decode()


def _claims(
    journey: Journey, token: str, metadata: dict[str, Any], now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    provider = journey.provider
    for is_last in (False, True):
        try:
            claims = tokens.read(
                token,
                keys=metadata["keys"],
                issuer=metadata["issuer"],
                client_id=provider.client_id,
                nonce=journey.nonce,
                now=now,
            )
        except tokens.UnknownKey as error:
            if is_last:
                raise ProviderRefused(reason="key") from error
            # Its keys may have changed since we asked.
            metadata = providers.discover(issuer=provider.issuer)
        else:
            return claims, metadata
    raise ProviderRefused(reason="key")
