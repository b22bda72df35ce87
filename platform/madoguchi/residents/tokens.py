"""Tokens of mailed links: 256 random bits that exist only in the mail."""

import hashlib
import secrets
from uuid import UUID

BYTES = 32


def new_token() -> str:
    """Draw a token that nobody can guess."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str, *, city: UUID, purpose: str) -> bytes:
    """Compute what is stored of a token; another city or purpose gives another hash."""
    return hashlib.sha256(f"{city}\n{purpose}\n{token}".encode()).digest()
