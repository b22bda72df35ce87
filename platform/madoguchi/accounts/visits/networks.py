"""The places from which our operators work: known addresses, and no other opens the console or a city."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings

from madoguchi.ledger.audit import oddities
from madoguchi.ledger.audit.actors import Actor

REFUSED = "accounts.network_refused"
NOBODY = Actor(kind="operator", id="", name="")
HOUR = timedelta(hours=1)


def is_allowed(*, address: str) -> bool:
    """Tell whether our operators may come from an address; from anywhere where no network is named."""
    known = allowed()
    if not known:
        return True
    try:
        place = ip_address(address)
    except ValueError:
        return False
    return any(place in ip_network(network) for network in known)


def allowed() -> tuple[str, ...]:
    """List the networks from which our operators work."""
    networks: tuple[str, ...] = settings.MADOGUCHI["OPERATORS_NETWORKS"]
    return networks


def alert(*, who: Actor, address: str, now: datetime) -> None:
    """Raise an alert about an attempt from elsewhere, once an hour for each person or address."""
    actor = who if who.id else Actor(kind="operator", id=f"address:{address}", name=address)
    oddities.raise_alert(kind=oddities.FOREIGN_NETWORK, who=actor, count=1, now=now)
