"""Which network somebody comes from, as a keyed index; and which networks a city trusts."""

from ipaddress import IPv6Address, ip_address, ip_network

from madoguchi.ledger import vault

INDEX_BYTES = 16
PURPOSE = "residents.network"


def name_of(address: str) -> str:
    """Name the network of an address: the /24, or the /64 that one household has."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return name_of(str(known.ipv4_mapped))
        return str(ip_network(f"{known}/64", strict=False))
    return str(ip_network(f"{known}/24", strict=False))


def index_of(name: str) -> bytes:
    """Compute the keyed index of a network: who reads the table learns no address."""
    return vault.blind_index(value=name, purpose=PURPOSE)[:INDEX_BYTES]


def is_among(address: str, *, trusted: str) -> bool:
    """Tell whether an address belongs to one of the networks of a list; what cannot be read is skipped."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        return is_among(str(known.ipv4_mapped), trusted=trusted)
    for written in trusted.replace(",", " ").split():
        try:
            if known in ip_network(written, strict=False):
                return True
        except ValueError:
            continue
    return False
