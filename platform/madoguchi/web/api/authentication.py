"""Who asks: a program that shows a token of this very city."""

from typing import Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from madoguchi import clock
from madoguchi.web.addresses import client_address
from madoguchi.web.api import limits, tokens
from madoguchi.web.api.machine import Machine
from madoguchi.web.api.models import ApiToken

SCHEME: Final = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """Reads ``Authorization: Bearer …``; a token of another city is as unknown as an invented one."""

    def authenticate(self, request: Request) -> tuple[Machine, ApiToken] | None:
        """Name the program behind a token.

        Raises NotFound for a token that this city never made, Throttled for too many of those, and
        TokenRevoked, TokenExpired or WrongNetwork for one that no longer opens.
        """
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now, address = clock.now(), client_address(request._request)
        token = tokens.recognise(text=text.strip(), address=address, now=now)
        if token is None:
            _slow_down(address)
            raise exceptions.NotFound
        machine = Machine(
            token_id=token.id,
            label=token.label,
            scopes=frozenset(token.scopes),
            sees=frozenset(token.sees),
            places=None if token.places is None else frozenset(token.places),
        )
        return machine, token

    def authenticate_header(self, request: Request) -> str:
        """Say how to sign in."""
        return SCHEME


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes a token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer", "description": "A token that the city's staff made."}


def _slow_down(address: str) -> None:
    spent = limits.spend(name=f"stranger:{address}", limit=limits.STRANGERS_PER_MINUTE, now=clock.now())
    if spent.is_spent:
        raise exceptions.Throttled(wait=spent.resets_in)
