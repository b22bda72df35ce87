"""A small sum that a browser does before it is heard: self-hosted, no picture to read, no third party.

The library draws and checks the sums; the moment of their end is our clock's, and each counts once. A sum
belongs to the network it was drawn for and is worth the work it cost: nobody gathers cheap ones for later.
"""

import hmac
import json
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any, Final

import altcha
from django.conf import settings
from django.db import connection

from madoguchi.residents.models import SpentProof
from madoguchi.tenancy import current_city

ALGORITHM: Final = "SHA-256"
LASTS: Final = timedelta(minutes=15)
LONGEST: Final = 4_000
# The price may have risen while somebody was still typing.
SLACK: Final = 4


def draw(*, purpose: str, work: int, now: datetime, network: bytes = b"") -> str:
    """Draw a sum for a page, as JSON: a browser counts up to ``work`` at most to solve it."""
    drawn = altcha.create_challenge(
        ALGORITHM,
        1,
        counter=secrets.randbelow(work),
        data={"purpose": purpose, "until": int((now + LASTS).timestamp()), "work": work},
        hmac_secret=_secret(network),
    )
    return json.dumps(drawn.to_dict(), separators=(",", ":"))


def spend(*, solution: str, purpose: str, now: datetime, network: bytes = b"", work: int = 0) -> bool:
    """Accept a solved sum of ours, once; one of another network, or of far less work, is none."""
    parameters = _parameters(solution)
    if not isinstance(parameters, dict) or not altcha.verify_solution(solution, _secret(network)).verified:
        return False
    known = parameters.get("data") or {}
    if known.get("purpose") != purpose or int(known.get("until", 0)) < now.timestamp():
        return False
    if int(known.get("work", 0)) * SLACK < work:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO residents_spentproof (nonce, ends_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [bytes.fromhex(parameters["nonce"]), now + LASTS],
        )
        return bool(cursor.rowcount)


def purge(*, now: datetime) -> None:
    """Delete the sums that nobody can hand in again."""
    SpentProof.objects.filter(ends_at__lt=now - LASTS).delete()


def _parameters(solution: str) -> Any:
    """Read what the browser sent; the signature is checked by the library."""
    if len(solution) > LONGEST:
        return None
    try:
        return json.loads(b64decode(solution, validate=True))["challenge"]["parameters"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _secret(network: bytes) -> bytes:
    world = f"madoguchi|{current_city().uuid}|proof-of-work|{network.hex()}"
    return hmac.digest(str(settings.SECRET_KEY).encode(), world.encode(), "sha256")
