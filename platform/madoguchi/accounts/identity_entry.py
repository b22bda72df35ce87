"""From the statement of a directory to a session, and from a form to a directory's row."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from madoguchi.accounts import entering, services
from madoguchi.accounts.credentials import IdentityProvider
from madoguchi.accounts.identity import providers, signing_in
from madoguchi.accounts.identity.errors import NobodyMatches
from madoguchi.accounts.identity.providers import Entry
from madoguchi.accounts.identity.signing_in import Statement
from madoguchi.accounts.models import Staff
from madoguchi.ledger.audit.actors import SYSTEM, Actor

BOXES = ("matches_mail", "adds_staff", "counts_as_two")


def enter(*, request: HttpRequest, statement: Statement, now: datetime) -> Staff:
    """Sign in the person whom a statement is about.

    Raises NobodyMatches, ProviderNotFound for a directory that was switched off, and SecondStepNeeded.
    """
    if not providers.find(provider_id=statement.provider.id).is_active:
        raise NobodyMatches
    staff = signing_in.match(statement, now=now) or _add(statement, now)
    if staff is None:
        raise NobodyMatches
    signing_in.link(statement, staff=staff, now=now)
    if statement.proved_twice:
        entering.admit(request=request, staff=staff, how="provider", now=now)
    else:
        entering.enter(request=request, staff=staff, how="provider", now=now)
    return staff


def keep(*, provider: IdentityProvider | None, entry: Entry, actor: Actor, now: datetime) -> IdentityProvider:
    """Keep a directory that answers under its address.

    Raises ProviderUnreachable.
    """
    metadata = providers.discover(issuer=entry.issuer)
    return providers.save(provider=provider, entry=entry, metadata=metadata, actor=actor, now=now)


def as_typed(provider: IdentityProvider | None, *, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Fill the form of a directory, without its secret, with what was typed before or with what is kept."""
    if typed:
        # A box that was left empty is not among what was sent.
        return {**dict.fromkeys(BOXES, False), **typed}
    if provider is None:
        return {}
    names = [each.name for each in fields(Entry) if each.name != "secret"]
    return {name: getattr(provider, name) for name in names}


def _add(statement: Statement, now: datetime) -> Staff | None:
    """Add somebody whom nobody wrote down, without any role, where the city wants that."""
    code, name = signing_in.code_said(statement), statement.claims.get("name")
    if not statement.provider.adds_staff or not code or not isinstance(name, str) or not name.strip():
        return None
    if Staff.objects.filter(staff_code=code).exists():
        return None
    return services.add_staff(
        staff_code=code, name=name.strip()[:60], name_kana="", section="", actor=SYSTEM, now=now
    )
