"""The directories of a city: what they say of themselves, kept, tried and switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from madoguchi.accounts.credentials import IdentityProvider, ProviderAccount
from madoguchi.accounts.identity import wire
from madoguchi.accounts.identity.errors import NotTested, ProviderNotFound, ProviderUnreachable, SecretNeeded
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

SEALED_AT: Final = "accounts_identityprovider.sealed_secret"
OBJECT: Final = "accounts.provider"
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
FRESH: Final = timedelta(days=1)
# What makes a former trial worth nothing.
RISKY: Final = ("issuer", "client_id", "staff_code_claim", "matches_mail")
# What makes it another directory: its secret and the people it knows are no longer those of before.
IDENTITY: Final = ("issuer", "client_id")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What an administrator writes down of a directory; an empty secret keeps the one there is."""

    label: str
    issuer: str
    client_id: str
    secret: str
    staff_code_claim: str
    matches_mail: bool
    adds_staff: bool
    counts_as_two: bool


def list_all() -> list[IdentityProvider]:
    """List the directories of the city."""
    return list(IdentityProvider.objects.order_by("label", "id"))


def list_active() -> list[IdentityProvider]:
    """List the directories that the sign-in page offers."""
    return list(IdentityProvider.objects.filter(is_active=True).order_by("label", "id"))


def find(*, provider_id: UUID) -> IdentityProvider:
    """Find one directory of the city.

    Raises ProviderNotFound.
    """
    found = IdentityProvider.objects.filter(id=provider_id).first()
    if found is None:
        raise ProviderNotFound
    return found


def discover(*, issuer: str) -> dict[str, Any]:
    """Ask a directory for its addresses and public keys.

    Raises ProviderUnreachable.
    """
    wire.ensure_askable(issuer)
    said = wire.ask(url=issuer.rstrip("/") + "/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise ProviderUnreachable(reason="issuer")
    known = {name: str(said.get(name, "")) for name in ENDPOINTS}
    for address in known.values():
        wire.ensure_askable(address)
    keys = wire.ask(url=known["jwks_uri"]).get("keys", [])
    posts = "client_secret_post" in (said.get("token_endpoint_auth_methods_supported") or [])
    return {**known, "issuer": str(said["issuer"]), "keys": keys, "posts_secret": posts}


def is_another(provider: IdentityProvider, *, issuer: str, client_id: str) -> bool:
    """Tell whether these settings would speak of another directory than the one that is kept."""
    return (provider.issuer, provider.client_id) != (issuer, client_id)


def count_links(*, provider: IdentityProvider) -> int:
    """Count the people who are tied to an account of a directory."""
    return ProviderAccount.objects.filter(provider=provider).count()


def save(
    *,
    provider: IdentityProvider | None,
    entry: Entry,
    metadata: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> IdentityProvider:
    """Keep a directory; with other settings it is switched off until it has been tried again.

    Another directory under the same entry asks for its own secret, and nobody stays tied to the former one.

    Raises SecretNeeded.
    """
    is_new = provider is None
    row = provider or IdentityProvider(id=uuid4())
    values = {each.name: getattr(entry, each.name) for each in fields(entry) if each.name != "secret"}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    details: dict[str, Any] = {"fields": changed}
    if not is_new and any(name in IDENTITY for name in changed):
        if not entry.secret:
            raise SecretNeeded
        details["links_ended"] = ProviderAccount.objects.filter(provider=row).delete()[0]
    for name in changed:
        setattr(row, name, values[name])
    if entry.secret:
        row.sealed_secret = vault.seal(fields={"secret": entry.secret}, place=SEALED_AT, row=row.id)
        changed.append("secret")
    if is_new or any(name in RISKY for name in changed):
        row.is_active, row.tested_at = False, None
    row.metadata, row.metadata_at, row.changed_at = dict(metadata), now, now
    row.save(force_insert=is_new)
    action = "accounts.provider_added" if is_new else "accounts.provider_changed"
    _record(row, action, actor, now, details)
    return row


def switch(*, provider: IdentityProvider, is_on: bool, actor: Actor, now: datetime) -> None:
    """Offer a directory on the sign-in page, or no longer.

    Raises NotTested when nobody has tried it.
    """
    if is_on and provider.tested_at is None:
        raise NotTested
    if provider.is_active == is_on:
        return
    IdentityProvider.objects.filter(id=provider.id).update(is_active=is_on)
    action = "accounts.provider_switched_on" if is_on else "accounts.provider_switched_off"
    _record(provider, action, actor, now, {})


def remove(*, provider: IdentityProvider, actor: Actor, now: datetime) -> None:
    """Take a directory away, with everybody's link to it."""
    _record(provider, "accounts.provider_removed", actor, now, {"issuer": provider.issuer})
    provider.delete()


def note_trial(*, provider: IdentityProvider, actor: Actor, now: datetime) -> None:
    """Note that somebody has signed in for a trial."""
    IdentityProvider.objects.filter(id=provider.id).update(tested_at=now, tested_by=actor.name)
    _record(provider, "accounts.provider_tried", actor, now, {})


def secret_of(provider: IdentityProvider) -> str:
    """Open the secret that the directory knows us by."""
    opened = vault.open_sealed(sealed=provider.sealed_secret, place=SEALED_AT, row=provider.id)
    return str(opened["secret"])


def keep_metadata(*, provider: IdentityProvider, metadata: Mapping[str, Any], now: datetime) -> None:
    """Keep what a directory says of itself now."""
    IdentityProvider.objects.filter(id=provider.id).update(metadata=dict(metadata), metadata_at=now)


def is_stale(provider: IdentityProvider, *, now: datetime) -> bool:
    """Tell whether what we know of a directory is older than a day."""
    return provider.metadata_at is None or now - provider.metadata_at > FRESH


def _record(
    provider: IdentityProvider, action: str, actor: Actor, now: datetime, details: dict[str, Any]
) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type=OBJECT,
        object_ids=[str(provider.id)],
        details=details,
        now=now,
    )
