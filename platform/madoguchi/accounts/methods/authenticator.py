"""Six digits from an app (TOTP, RFC 6238): good for half a minute, and never twice."""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

from madoguchi.accounts.credentials import AuthenticatorApp
from madoguchi.accounts.models import Staff
from madoguchi.ledger import vault
from madoguchi.tenancy import current_city, is_operators

SEALED_AT = "accounts_authenticatorapp.sealed"
STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
# Clocks of phones go wrong by seconds, not by minutes.
TOLERANCE = 1


def new_secret() -> str:
    """Draw a secret and write it as apps read it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def address_of(*, secret: str, staff: Staff) -> str:
    """Write the address that a phone reads from the square on the screen."""
    city = current_city()
    issuer = "Madoguchi" if is_operators(city) else city.name
    label = quote(f"{issuer}:{staff.staff_code}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def digits_at(*, secret: str, step: int) -> str:
    """Compute the digits of one half minute."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(now: datetime) -> int:
    """Number the half minute of a moment."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(*, secret: str, digits: str, after: int, now: datetime) -> int | None:
    """Find the half minute around now whose digits these are, among those not used yet."""
    this = step_of(now)
    found = None
    # Whoever types with an input method sends kana: as bytes anything may be compared.
    typed = digits.encode()
    for step in range(this - TOLERANCE, this + TOLERANCE + 1):
        if hmac.compare_digest(digits_at(secret=secret, step=step).encode(), typed) and step > after:
            found = step
    return found


def add(*, staff: Staff, secret: str, step: int, now: datetime) -> AuthenticatorApp:
    """Keep the secret of a person's app, sealed, in the place of an earlier one."""
    AuthenticatorApp.objects.filter(staff=staff).delete()
    app = AuthenticatorApp(staff=staff, last_step=step, added_at=now)
    app.sealed = vault.seal(fields={"secret": secret}, place=SEALED_AT, row=app.id)
    app.save(force_insert=True)
    return app


def accept(*, staff: Staff, digits: str, now: datetime) -> bool:
    """Tell whether these are the digits of the person's app now, and use them up."""
    app = AuthenticatorApp.objects.select_for_update().filter(staff=staff).first()
    if app is None:
        return False
    secret = str(vault.open_sealed(sealed=app.sealed, place=SEALED_AT, row=app.id)["secret"])
    step = matching_step(secret=secret, digits=digits, after=app.last_step, now=now)
    if step is None:
        return False
    AuthenticatorApp.objects.filter(id=app.id).update(last_step=step, last_used_at=now)
    return True
