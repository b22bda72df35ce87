"""A page proves that it belongs to a signed-in session of the city: by a token for this connection alone.

The agent asks every connection a question of its own (random bytes); the city's server signs question,
origin and what it allows. So a token is good once, for one connection, without clocks and without a
secret on this PC: only the city's public key lies here.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from card_agent.errors import NotPaired

# The same words stand on the side of the server.
PURPOSE: Final = b"madoguchi-card-agent 1\n"


@dataclass(frozen=True, slots=True)
class Permit:
    """What the city allows this connection."""

    allows_number_b: bool


def check_token(*, token: str, key: bytes, challenge: str, origin: str) -> Permit:
    """Check a token against the question of this connection.

    Raises NotPaired.
    """
    try:
        body, _dot, signed = token.partition(".")
        content, signature = _bytes(body), _bytes(signed)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, PURPOSE + content)
        claims = json.loads(content)
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise NotPaired from error
    if (
        not isinstance(claims, Mapping)
        or claims.get("challenge") != challenge
        or claims.get("origin") != origin
    ):
        raise NotPaired
    return Permit(allows_number_b=claims.get("number_b") is True)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
