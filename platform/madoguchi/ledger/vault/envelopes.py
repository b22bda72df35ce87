"""Large contents outside the database: each under a key of its own, which lies sealed in its row.

Turning the city's key over seals the small keys anew and leaves the files as they are; whoever forgets
a row's key has shredded its file, also where a store or a backup keeps a copy of it.
"""

import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from madoguchi.ledger.vault.providers import KEY_BYTES, NONCE_BYTES
from madoguchi.ledger.vault.sealing import SealBroken


def put_in(*, content: bytes, name: str) -> tuple[str, bytes]:
    """Encrypt a content under a new key, bound to its name: the key as text, and what the store gets."""
    key, nonce = AESGCM.generate_key(KEY_BYTES * 8), os.urandom(NONCE_BYTES)
    return b64encode(key).decode(), nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def take_out(*, key: str, stored: bytes, name: str) -> bytes:
    """Decrypt what a store gave back.

    Raises SealBroken when it is not what was put in under this key and name.
    """
    try:
        cipher = AESGCM(b64decode(key))
        return cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as refusal:
        raise SealBroken(place="envelope", row=name) from refusal
