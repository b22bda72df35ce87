"""Where personal data of a city comes from, lies and goes: made from what is switched on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import URLResolver
from django.utils.translation import gettext as _

from madoguchi.exchange import formats
from madoguchi.hooks import rights
from madoguchi.hooks.registry import plugins
from madoguchi.hooks.values import ImportFormat
from madoguchi.ledger.vault.rotation import sealed_columns
from madoguchi.notifications import kinds
from madoguchi.privacy import classes
from madoguchi.privacy.classes import Kept
from madoguchi.tenancy import current_city
from madoguchi.web.api.models import ApiToken, Webhook
from tenants.registers import queries


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One class of data: what it is, where it lies, and how long."""

    kept: Kept
    sealed: int
    """How many of its columns are sealed with the city's key."""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Another company that works for the city, and whether the city has consented to it in writing."""

    label: str
    purpose: str
    is_consented: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one part of the product that is on here does with personal data."""

    label: str
    columns: Sequence[str]
    asks_residents: bool
    files: Sequence[str]
    holdings: Sequence[Holding]
    mails: Sequence[str]
    receivers: Sequence[Receiver]

    @property
    def is_empty(self) -> bool:
        """Tell whether no personal data comes by here."""
        return not (self.columns or self.files or self.holdings)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The whole flow of a city."""

    parts: Sequence[Part]
    off: Sequence[str]
    """Plugins that are installed and switched off here."""
    tokens: Sequence[ApiToken]
    webhooks: Sequence[Webhook]


def sheet(*, today: date, now: datetime) -> Sheet:
    """Draw the flow of personal data in the current city."""
    labels, doors = plugins.labels(), set(_plugins_for_residents())
    active = [name for name in plugins.names if plugins.is_active(name)]
    parts = [
        _part(frozenset([name]), str(labels.get(name, name)), asks_residents=name in doors, today=today)
        for name in active
    ]
    shared = _part(_shared_rooms(), _("どの業務にも共通の部分"), asks_residents=False, today=today)
    return Sheet(
        parts=[part for part in (*parts, shared) if not part.is_empty],
        off=[str(labels.get(name, name)) for name in plugins.names if name not in active],
        tokens=list(ApiToken.objects.filter(revoked_at=None, expires_at__gt=now)),
        webhooks=list(Webhook.objects.filter(stopped_at=None)),
    )


def _shared_rooms() -> frozenset[str]:
    named = {each.name.partition(".")[0] for each in classes.declared()}
    return frozenset(named | {owner for owner, _column in rights.declared_columns()}) - set(plugins.names)


def _part(names: frozenset[str], label: str, *, asks_residents: bool, today: date) -> Part:
    return Part(
        label=label,
        columns=[str(one.label) for owner, one in rights.declared_columns() if owner in names],
        asks_residents=asks_residents,
        files=[str(one.label) for one in formats.active_formats() if _maker(one) in names],
        holdings=[_holding(kept) for kept in classes.all_kept() if _owner(kept.name) in names],
        mails=[str(kind.label) for kind in kinds.of_this_city() if _owner(kind.name) in names],
        receivers=[receiver for name in sorted(names) for receiver in _receivers(name, today)],
    )


def _owner(name: str) -> str:
    return name.partition(".")[0]


def _maker(layout: ImportFormat) -> str:
    return plugins.owner_of(getattr(layout.parser, "__module__", ""))


def _holding(kept: Kept) -> Holding:
    tables = frozenset(kept.declared.tables)
    return Holding(kept=kept, sealed=sum(column.table in tables for column in sealed_columns()))


def _receivers(name: str, today: date) -> Iterator[Receiver]:
    missing = queries.without_consent(city=current_city(), plugin=name, today=today)
    for need in queries.needed_by(name):
        yield Receiver(label=str(need.label), purpose=str(need.purpose), is_consented=need not in missing)


def _plugins_for_residents() -> Iterator[str]:
    """Name the plugins that have pages for residents."""
    waiting: list[Any] = list(import_module(settings.MADOGUCHI["URLCONFS"]["resident"]).urlpatterns)
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, URLResolver):
            waiting += pattern.url_patterns
        else:
            yield plugins.owner_of(getattr(pattern.callback, "__module__", ""))
