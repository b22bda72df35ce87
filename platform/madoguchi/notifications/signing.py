"""Sign a mail for its domain (DKIM, RFC 6376), with the rules of dkimpy and the speed of cryptography.

dkimpy computes RSA in Python: 20 ms a mail, where the relay sends hundreds a second.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from dkim import fold, rfc822_parse
from dkim.canonicalization import CanonicalizationPolicy, Relaxed

HEADERS = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"mime-version",
    b"content-type",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
KEY_BITS = 2048
NAME = b"DKIM-Signature"


@dataclass(frozen=True)
class Signer:
    """The key with which a domain signs its mails, and the name under which its other half is published."""

    domain: str
    selector: str
    key: str


def new_key() -> tuple[str, str]:
    """Make a key: its secret half as PEM, its public half as the text of a DNS record."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return secret.decode(), b64encode(public).decode()


def sign(written: bytes, *, signer: Signer, now: datetime) -> bytes:
    """Put the signature of a domain before a mail."""
    headers, body = rfc822_parse(written)
    rules = CanonicalizationPolicy(Relaxed, Relaxed)
    present = {name.lower() for name, _value in headers}
    names = [name for name in HEADERS if name in present]
    digest = b64encode(hashlib.sha256(rules.canonicalize_body(body)).digest())
    fields = b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=%b; s=%b; t=%d; h=%b; bh=%b; b=" % (
        signer.domain.encode(),
        signer.selector.encode(),
        int(now.timestamp()),
        b":".join(names),
        digest,
    )
    value = b" " + fold(fields, namelen=len(NAME))
    # The last of several headers of one name is the one that counts; we write each of them once.
    chosen = [(name, content) for name, content in headers if name.lower() in names]
    chosen.sort(key=lambda header: names.index(header[0].lower()))
    said = b"".join(name + b":" + content for name, content in rules.canonicalize_headers(chosen))
    [(own_name, own_value)] = rules.canonicalize_headers([(NAME, value)])
    signature = _key(signer).sign(
        said + own_name + b":" + own_value.rstrip(b"\r\n"), padding.PKCS1v15(), hashes.SHA256()
    )
    letters = b64encode(signature)
    lines = b"\r\n ".join(letters[start : start + 72] for start in range(0, len(letters), 72))
    signed: bytes = NAME + b":" + value + b"\r\n " + lines + b"\r\n" + written
    return signed


def _key(signer: Signer) -> rsa.RSAPrivateKey:
    # It comes out of the vault, which vouches for it; checking its primes anew costs 50 ms.
    found = serialization.load_pem_private_key(
        signer.key.encode(), password=None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(found, rsa.RSAPrivateKey)
    return found
