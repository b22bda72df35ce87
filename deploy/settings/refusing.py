"""What production reads from the environment: each helper refuses what must not serve a real city.

Every refusal names the variable and says what to do; nothing falls back to what a laptop uses.
"""

import os
import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

from deploy.settings import environment
from madoguchi.web.addresses import Networks

SECRET_LENGTH: Final = 50
SECRET_VARIETY: Final = 10
KNOWN_SECRETS: Final = ("local-only", "tests-only", "django-insecure-", "change-me", "changeme")
DEBUG_SWITCHES: Final = ("MADOGUCHI_DEBUG", "DJANGO_DEBUG", "DEBUG")
CHECKED_TLS: Final = ("verify-full", "verify-ca")
HOUR: Final = 3600
YEAR: Final = 365 * 24 * HOUR
HOST_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
MARK_OF_A_CLUSTER: Final = "PG_VERSION"


def secret_key(name: str) -> str:
    """Read a secret that is long, varied and none of ours."""
    value = environment.text(name)
    if len(value) < SECRET_LENGTH or len(set(value)) < SECRET_VARIETY:
        raise ImproperlyConfigured(
            f"{name} is too weak: at least {SECRET_LENGTH} random characters, e.g. openssl rand -base64 48"
        )
    if value.lower().startswith(KNOWN_SECRETS):
        raise ImproperlyConfigured(f"{name} is a published one: make your own, openssl rand -base64 48")
    return value


def former_secret_keys(name: str) -> list[str]:
    """Read the secrets that still open what they signed, newest first."""
    return [part for part in environment.text(name, "").split() if part]


def refuse_debugging() -> None:
    """Stop the process when somebody asks for error pages that show settings and data."""
    for name in DEBUG_SWITCHES:
        if os.environ.get(name, "").lower() not in ("", "0", "no", "false", "off"):
            raise ImproperlyConfigured(f"{name} is on: production never shows its insides; unset it")


def said_yes(name: str) -> bool:
    """Tell whether the environment expressly allows what is refused otherwise."""
    return environment.choice(name, of=("yes", "no"), default="no") == "yes"


def scheme(name: str) -> str:
    """Read how browsers reach us: https and nothing else."""
    value = environment.text(name, "https")
    if value != "https":
        raise ImproperlyConfigured(f"{name} is {value!r}: residents and staff are served over https only")
    return value


def domain(name: str, default: str | None = None) -> str:
    """Read a domain of the platform: a full name, not an address, a wildcard or this machine."""
    return _host_name(name, environment.text(name, default))


def extra_hosts(name: str) -> list[str]:
    """Read the domains that cities brought along: full names, never a wildcard."""
    return [_host_name(name, word) for word in environment.words(name)]


def _host_name(name: str, value: str) -> str:
    if "*" in value:
        raise ImproperlyConfigured(f"{name} is {value!r}: a wildcard would believe any Host header")
    if not HOST_NAME.fullmatch(value) or value.endswith(("localhost", ".localdomain")):
        raise ImproperlyConfigured(f"{name} is {value!r}: a full domain name is needed")
    return value


def database_url(name: str, *, without_tls: str) -> str:
    """Read a database address whose server proves who it is; `without_tls` names what allows another."""
    value = environment.text(name)
    parts = urlsplit(value)
    if not parts.hostname or not parts.username:
        raise ImproperlyConfigured(f"{name} needs a user and a host: postgresql://user:password@host/name")
    modes = parse_qs(parts.query).get("sslmode", [""])
    if modes[-1] not in CHECKED_TLS and not said_yes(without_tls):
        raise ImproperlyConfigured(
            f"{name} has no sslmode=verify-full: passwords and residents' rows would cross the network"
            f" unprotected. Add it, or set {without_tls}=yes where the network itself is encrypted"
        )
    return value


def refuse_foreign_rights(*names: str) -> None:
    """Stop a process that serves people when it holds an address with more rights than it needs."""
    for name in names:
        if environment.given(name):
            raise ImproperlyConfigured(
                f"{name} is set: a process that serves people must not hold the owner's rights; unset it"
            )


def broker_url(name: str, *, unprotected: str) -> str:
    """Read the address of a Valkey that asks for a password or speaks TLS."""
    value = environment.text(name)
    parts = urlsplit(value)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ImproperlyConfigured(f"{name} looks like rediss://user:password@host:6379/0")
    if parts.scheme == "redis" and not parts.password and not said_yes(unprotected):
        raise ImproperlyConfigured(
            f"{name} has neither a password nor TLS: whoever reaches it reads the cache."
            f" Add one, or set {unprotected}=yes where nobody else can reach it"
        )
    return value


def folder(name: str) -> Path:
    """Read a folder or file that must be named: none is taken for granted."""
    value = environment.text(name)
    if not Path(value).is_absolute():
        raise ImproperlyConfigured(f"{name} is {value!r}: give the whole path")
    return Path(value).resolve()


def refuse_inside(name: str, place: Path, others: Iterable[tuple[str, Path]]) -> None:
    """Stop the process when a folder lies in another from which it must be apart."""
    for other_name, other in others:
        if place.is_relative_to(other):
            raise ImproperlyConfigured(f"{name} lies inside {other_name} ({other}): keep them apart")


def refuse_beside_the_database(name: str, place: Path) -> None:
    """Stop the process when keys lie on the database's own volume, and so in its backups."""
    declared = os.environ.get("PGDATA")
    for parent in (place, *place.parents):
        if (parent / MARK_OF_A_CLUSTER).exists() or (declared and parent == Path(declared).resolve()):
            raise ImproperlyConfigured(
                f"{name} lies in the database's own volume ({parent}): whoever copies the database"
                " would hold the keys to it. Use another volume"
            )


def proxies(name: str, *, needed_by: str) -> Networks:
    """Read the networks from which our own proxies ask, for the headers that they alone may set."""
    networks = tuple(_network(name, word) for word in environment.words(name))
    if not networks and environment.given(needed_by):
        raise ImproperlyConfigured(
            f"{needed_by} is set and {name} is not: anybody could send that header; name your proxies"
        )
    return Networks(networks)


def operators_networks(name: str, *, zones: Iterable[str]) -> tuple[str, ...]:
    """Read from where our operators work; a process that serves their console must know."""
    found = tuple(str(_network(name, word)) for word in environment.words(name))
    if not found and "operators" in zones:
        raise ImproperlyConfigured(
            f"{name} is not set: name the addresses and networks from which your operators work;"
            " their console and their visits to cities open from nowhere else"
        )
    return found


def _network(name: str, word: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(word)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {word!r} is neither an address nor a network") from error
    if network.prefixlen == 0:
        raise ImproperlyConfigured(f"{name}: {word!r} is everybody; name the networks that you mean")
    return network


def proxy_header(name: str) -> tuple[str, str] | None:
    """Read the one header by which our proxy says that a request came over https; none unless named."""
    value = environment.text(name, "")
    if not value:
        return None
    if not re.fullmatch(r"X-[A-Za-z-]+", value):
        raise ImproperlyConfigured(f"{name} is {value!r}: the name of a header, as X-Forwarded-Proto")
    return f"HTTP_{value.upper().replace('-', '_')}", "https"


def hsts_seconds(name: str) -> int:
    """Read for how long browsers insist on https: a year unless a roll-out starts with less."""
    seconds = environment.whole_number(name, YEAR)
    if seconds < HOUR:
        raise ImproperlyConfigured(
            f"{name} is {seconds}: browsers should insist on https for at least an hour"
        )
    return seconds


def mail_server(name: str) -> str:
    """Read the mail server's host."""
    value = environment.text(name)
    try:
        is_loopback = ip_address(value).is_loopback
    except ValueError:
        is_loopback = value == "localhost"
    if is_loopback and not said_yes("MADOGUCHI_SMTP_WITHOUT_TLS"):
        raise ImproperlyConfigured(f"{name} is this machine: in production mail goes to a mail server")
    return value


def plugins_left_out(name: str, *, installed: Iterable[str], release: str) -> tuple[str, ...]:
    """Read which plugins this release leaves out: installed ones, and only in a release of one zone."""
    wanted = environment.words(name)
    unknown = sorted(set(wanted) - set(installed))
    if unknown:
        raise ImproperlyConfigured(f"{name}: not installed: {', '.join(unknown)}")
    if wanted and release == "all":
        raise ImproperlyConfigured(
            f"{name} is set in the release `all`: relay and worker must know every plugin, or events are lost"
        )
    return wanted
