"""The signed statement of a directory about a person (ID token), believed only after every check."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import jwt

from madoguchi.accounts.identity.errors import ProviderRefused

# Public keys only: with a shared secret, whoever reads our settings could sign for everybody.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
LEEWAY_SECONDS: Final = 120
NEEDED: Final = ("iss", "sub", "aud", "exp", "iat")


class UnknownKey(Exception):
    """The statement is signed with a key that is not among those we know: ask for the newest once."""


def read(
    token: str, *, keys: Sequence[Mapping[str, Any]], issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """Read the claims of a token after checking its signature, sender, receiver, time and nonce.

    Raises UnknownKey, and ProviderRefused.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = _key(header, keys)
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key,
            algorithms=[header["alg"]],
            audience=client_id,
            issuer=issuer,
            # The times are judged below, by our clock.
            options={"require": list(NEEDED), "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        raise ProviderRefused(reason=type(error).__name__) from error
    _check_times(claims, now)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderRefused(reason="nonce")
    if claims.get("azp", client_id) != client_id or not str(claims["sub"]):
        raise ProviderRefused(reason="azp")
    return claims


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> jwt.PyJWK:
    if header.get("alg") not in ALGORITHMS:
        raise ProviderRefused(reason="alg")
    name = header.get("kid")
    fitting = [
        key for key in keys if key.get("use", "sig") == "sig" and (name is None or key.get("kid") == name)
    ]
    if not fitting or (name is None and len(fitting) > 1):
        raise UnknownKey
    return jwt.PyJWK(dict(fitting[0]), algorithm=str(header["alg"]))


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    try:
        has_ended = float(claims["exp"]) + LEEWAY_SECONDS < moment
        is_early = float(claims["iat"]) - LEEWAY_SECONDS > moment
    except (TypeError, ValueError) as error:
        raise ProviderRefused(reason="time") from error
    if has_ended or is_early:
        raise ProviderRefused(reason="time")
