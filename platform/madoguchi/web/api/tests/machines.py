"""Programs with tokens, for tests of every room."""

from datetime import timedelta
from typing import Any

from django.test import Client

from madoguchi import clock
from madoguchi.ledger.audit.actors import Actor
from madoguchi.web.api import tokens

MAKER = Actor(kind="staff", id="00000000-0000-0000-0000-000000000001", name="管理 花子")


def token_for(*scopes: str, **wished: Any) -> tokens.MadeToken:
    """Make a token of the current city."""
    now = clock.now()
    wish = {"label": "表示盤", "expires_at": now + timedelta(days=90), **wished}
    return tokens.issue(wish=tokens.Wish(scopes=scopes, **wish), actor=MAKER, now=now)


def program(text: str, *, host: str = "staff.midori.localhost") -> Client:
    """Give a client that shows a token with every request."""
    return Client(headers={"host": host, "authorization": f"Bearer {text}"}, raise_request_exception=False)
