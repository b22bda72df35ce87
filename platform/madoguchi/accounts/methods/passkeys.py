"""Keys that a device or a token holds (WebAuthn), bound to the staff host of the city."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from madoguchi.accounts.credentials import Passkey
from madoguchi.accounts.errors import PasskeyRefused
from madoguchi.accounts.models import Staff
from madoguchi.tenancy import current_city, is_operators

STATE = "passkey_state"
STATE_AT = "passkey_asked_at"
STATE_SECONDS = 300
MOST = 10
LONGEST_ANSWER = 20_000


def server() -> Fido2Server:
    """Speak for the staff host of this city, and for no other origin."""
    city = current_city()
    address = urlsplit(city.staff_url)
    origin = f"{address.scheme}://{address.netloc}"
    name = "Madoguchi" if is_operators(city) else city.name
    party = PublicKeyCredentialRpEntity(name=name, id=address.hostname or "")
    return Fido2Server(party, verify_origin=lambda asked: asked == origin)


def begin_adding(request: HttpRequest, *, staff: Staff, now: datetime) -> dict[str, Any]:
    """Ask the browser to make a new key for this person."""
    user = PublicKeyCredentialUserEntity(id=staff.id.bytes, name=staff.staff_code, display_name=staff.name)
    options, state = server().register_begin(
        user,
        credentials=_descriptors(staff),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        extensions={"credProps": True},
    )
    _remember(request, state, now)
    return dict(options["publicKey"])


def finish_adding(request: HttpRequest, *, staff: Staff, answer: str, name: str, now: datetime) -> Passkey:
    """Keep the public half of the key that the browser made.

    Raises PasskeyRefused.
    """
    content = _content(answer)
    try:
        made = server().register_complete(_recall(request, now), RegistrationResponse.from_dict(content))
    except (ValueError, TypeError, KeyError) as error:
        raise PasskeyRefused from error
    data = made.credential_data
    known = Passkey.objects.filter(staff=staff).count()
    if data is None or known >= MOST:
        raise PasskeyRefused
    if Passkey.objects.filter(credential_id=data.credential_id).exists():
        raise PasskeyRefused
    extensions = content.get("clientExtensionResults") or {}
    is_found = bool((extensions.get("credProps") or {}).get("rk"))
    return Passkey.objects.create(
        staff=staff,
        name=name,
        credential_id=data.credential_id,
        public_key=bytes(data),
        sign_count=made.counter,
        is_passwordless=is_found and made.is_user_verified(),
        added_at=now,
    )


def begin_asking(request: HttpRequest, *, staff: Staff | None, now: datetime) -> dict[str, Any]:
    """Ask the browser for a key: one of this person's, or whichever the device knows for this host."""
    needed = UserVerificationRequirement.REQUIRED if staff is None else UserVerificationRequirement.PREFERRED
    credentials = None if staff is None else _descriptors(staff)
    options, state = server().authenticate_begin(credentials, user_verification=needed)
    _remember(request, state, now)
    return dict(options["publicKey"])


def finish_asking(request: HttpRequest, *, staff: Staff | None, answer: str, now: datetime) -> Passkey:
    """Find the key that signed the answer; without a person, one that needs no password beside it.

    Raises PasskeyRefused, one answer for whatever was wrong.
    """
    content = _content(answer)
    try:
        state = _recall(request, now)
        response = AuthenticationResponse.from_dict(content)
        key = _key_of(response, staff)
        data = AttestedCredentialData(bytes(key.public_key))
        server().authenticate_complete(state, [data], response)
    except (ValueError, TypeError, KeyError, Passkey.DoesNotExist) as error:
        raise PasskeyRefused from error
    count = response.response.authenticator_data.counter
    # A counter that does not grow means that somebody copied the key.
    if (count or key.sign_count) and count <= key.sign_count:
        raise PasskeyRefused
    Passkey.objects.filter(id=key.id).update(sign_count=count, last_used_at=now)
    return key


def _key_of(response: AuthenticationResponse, staff: Staff | None) -> Passkey:
    known = Passkey.objects.select_for_update(of=("self",)).select_related("staff")
    key: Passkey = known.get(credential_id=response.raw_id, staff__is_active=True)
    handle = response.response.user_handle
    if staff is None:
        if not key.is_passwordless or handle != key.staff_id.bytes:
            raise ValueError("this key opens nothing by itself")
    elif key.staff_id != staff.id:
        raise ValueError("the key of somebody else")
    return key


def _descriptors(staff: Staff) -> list[PublicKeyCredentialDescriptor]:
    known = Passkey.objects.filter(staff=staff).values_list("credential_id", flat=True)
    return [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(each))
        for each in known
    ]


def _remember(request: HttpRequest, state: Any, now: datetime) -> None:
    request.session[STATE] = {
        "challenge": state["challenge"],
        "user_verification": state["user_verification"],
    }
    request.session[STATE_AT] = now.timestamp()


def _recall(request: HttpRequest, now: datetime) -> Any:
    """Give the challenge back once, while it is fresh."""
    state, asked_at = request.session.pop(STATE, None), request.session.pop(STATE_AT, 0.0)
    if state is None or now.timestamp() - float(asked_at) > STATE_SECONDS:
        raise ValueError("no fresh challenge")
    return state


def _content(answer: str) -> dict[str, Any]:
    try:
        content = json.loads(answer[:LONGEST_ANSWER])
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(content, dict):
        raise PasskeyRefused
    return content
