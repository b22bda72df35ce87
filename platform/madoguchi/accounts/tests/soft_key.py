"""A key made of software, which answers as a browser with a security key does."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One credential on one origin; ``flags`` say whether its owner was checked."""

    origin: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""

    def create(self, options: dict[str, Any]) -> str:
        """Make the credential that the server asks for."""
        self.handle = options["user"]["id"].encode()
        public = ES256.from_cryptography_key(self.private.public_key())
        attested = b"\0" * 16 + struct.pack(">H", len(self.credential_id)) + self.credential_id
        data = self._proof(options["rp"]["id"], self.flags | ATTESTED) + attested + cbor.encode(public)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        said = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", options["challenge"])),
            "attestationObject": websafe_encode(attestation),
        }
        return self._answer(said, {"credProps": {"rk": True}})

    def sign(self, options: dict[str, Any], *, origin: str = "") -> str:
        """Answer a question of the server."""
        self.count += 1
        client = self._client("webauthn.get", options["challenge"], origin)
        data = self._proof(options["rpId"], self.flags)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.handle.decode(),
        }
        return self._answer(said, {})

    def _proof(self, party: str, flags: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: str, origin: str = "") -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin or self.origin}).encode()

    def _answer(self, said: dict[str, str], extensions: dict[str, Any]) -> str:
        number = websafe_encode(self.credential_id)
        answer = {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "response": said,
            "clientExtensionResults": extensions,
        }
        return json.dumps(answer)
