"""Prove to the reader's program on a counter's PC that a page belongs to a session of this city."""

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from madoguchi.errors import Invalid
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor

# The same words stand in the agent's pairing.py.
PURPOSE: Final = b"madoguchi-card-agent 1\n"
LONGEST: Final = 100


class NotAChallenge(Invalid):
    """This is no question of the reader's program."""

    code = "not_a_challenge"


def public_key() -> str:
    """Write the city's public key as it stands in the configuration of the reader's program."""
    return b64encode(_key().public_key().public_bytes_raw()).decode()


def permit(*, challenge: str, origin: str, allows_number_b: bool, actor: Actor, now: datetime) -> str:
    """Sign the question of one connection, and write down who asked.

    Raises NotAChallenge.
    """
    if not challenge.isascii() or not 16 <= len(challenge) <= LONGEST:
        raise NotAChallenge
    claims = {"challenge": challenge, "origin": origin, "number_b": allows_number_b}
    content = json.dumps(claims, separators=(",", ":")).encode()
    audit.record(
        actor=actor,
        action="card_management.allow_chip",
        object_type="card_management.chip",
        object_ids=[],
        details={},
        now=now,
    )
    return f"{_text(content)}.{_text(_key().sign(PURPOSE + content))}"


def _key() -> Ed25519PrivateKey:
    # Out of the city's own index key: nothing more to keep, and no two cities have the same.
    return Ed25519PrivateKey.from_private_bytes(vault.indexer(purpose="card_management.card_agent")("key"))


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
