import hashlib
import re
import secrets
import unicodedata
from typing import Final
from uuid import UUID

# No letters and digits that are confused on paper; 20 of 32 signs are 100 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS = 4
GROUP_LENGTH = 5
# What every keyboard types and every sheet leaves as it is.
_STAFF_CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z._@/\\-]*")


def normalise_staff_code(text: str) -> str:
    """Write a staff code in the one way it is stored: half-width, capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_staff_code(code: str) -> bool:
    """Tell whether somebody new may have this code, written as it is stored."""
    return _STAFF_CODE.fullmatch(code) is not None


def new_reset_code() -> str:
    """Draw a code that can be read over the counter and typed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def digest_of(*, code: str, city: UUID) -> bytes:
    """Digest a reset code together with its city, so that no other city knows it."""
    letters = unicodedata.normalize("NFKC", code).upper()
    plain = "".join(letter for letter in letters if letter in ALPHABET)
    return hashlib.sha256(b"accounts.reset:" + city.bytes + plain.encode()).digest()
