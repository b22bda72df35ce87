"""Where a mail comes back to: an address that names its city and its delivery and is signed by the city."""

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from django.conf import settings

from madoguchi.ledger import vault
from madoguchi.tenancy import current_city, is_operators

PURPOSE = "notifications.return_path"
MAC_BYTES = 10
COMPLAINTS = "complaints"
# Base 32: a mail server on the way may write the name in small or capital letters.
_NAME = re.compile(r"b-([0-9a-z]+)-([a-z2-7]{26})-([a-z2-7]{16})", re.ASCII)


@dataclass(frozen=True)
class ReturnPath:
    """Whose mail came back, as the address says; nothing is proven before ``is_ours``."""

    city_code: str
    delivery_id: UUID
    mac: bytes

    def is_ours(self) -> bool:
        """Tell whether the current city wrote this address."""
        return compare_digest(self.mac, _mac(self.delivery_id))


def write(*, delivery_id: UUID) -> str:
    """Write the return address of a delivery; empty where mails come back to their sender."""
    host = settings.MADOGUCHI["BOUNCE_HOST"]
    city = current_city()
    if not host or is_operators(city):
        return ""
    return f"b-{city.code}-{_letters(delivery_id.bytes)}-{_letters(_mac(delivery_id))}@{host}"


def read(address: str) -> ReturnPath | None:
    """Read a return address, or nothing where it is none of ours."""
    name, _, host = address.strip().strip("<>").lower().rpartition("@")
    found = _NAME.fullmatch(name)
    if found is None or host != settings.MADOGUCHI["BOUNCE_HOST"].lower():
        return None
    code, delivery, mac = found.groups()
    return ReturnPath(code, UUID(bytes=_bytes(delivery)), _bytes(mac))


def is_for_complaints(address: str) -> bool:
    """Tell whether an address is the one to which mail companies send what their customers report."""
    host = settings.MADOGUCHI["BOUNCE_HOST"].lower()
    return bool(host) and address.strip().strip("<>").lower() == f"{COMPLAINTS}@{host}"


def _mac(delivery_id: UUID) -> bytes:
    return vault.blind_index(value=delivery_id.hex, purpose=PURPOSE)[:MAC_BYTES]


def _letters(value: bytes) -> str:
    return b32encode(value).decode().rstrip("=").lower()


def _bytes(letters: str) -> bytes:
    return b32decode(letters.upper() + "=" * (-len(letters) % 8))
