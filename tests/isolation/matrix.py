"""Every address × method × person × way of straying, each with the answer that its declaration promises."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from madoguchi.accounts import permissions
from madoguchi.tenancy import in_city
from madoguchi.web.errors import PROBLEM_JSON
from tests.isolation.doors import Door, doors
from tests.isolation.programs import PROGRAMS
from tests.isolation.worlds import World

NOBODY = ("anonymous", "resident")
WAYS = ("own", "their_ids", "their_session", "their_host")
METHODS = ("GET", "POST", "PUT", "DELETE")


@dataclass(frozen=True)
class Case:
    """Who asks for what, and how far he strays."""

    door: Door
    method: str
    role: str
    way: str

    def __str__(self) -> str:
        return f"{self.method} {self.door} as {self.role}, {self.way}"


@dataclass(frozen=True)
class Answer:
    """What came back: the kind of answer, its status, and words that should not be there."""

    kind: str
    status: int
    leaked: tuple[str, ...]


class Log(logging.Handler):
    """Keeps the lines of one request."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line and its traceback."""
        self.lines.append(logging.Formatter().format(record))


@dataclass
class Matrix:
    """Requests of people of one city, and what they see of the other."""

    here: World
    there: World
    operators: World
    failures: list[str] = field(default_factory=list)
    # Doors that somebody of the own city could really open: without one, a refusal proves nothing.
    opened: set[str] = field(default_factory=set)
    count: int = 0

    def run(self, cases: Iterable[Case]) -> None:
        """Ask every case; write down what was not as promised."""
        log = Log()
        logging.getLogger().addHandler(log)
        try:
            for case in cases:
                log.lines.clear()
                self._judge(case, self._ask(case, log))
                self.count += 1
        finally:
            logging.getLogger().removeHandler(log)

    def _judge(self, case: Case, answer: Answer) -> None:
        promised = self.promised(case)
        if answer.kind not in promised:
            self.failures.append(f"{case}: {answer.kind} {answer.status}, promised {sorted(promised)}")
        if answer.leaked:
            self.failures.append(f"{case}: shows {answer.leaked}")
        if case.way == "own" and answer.kind in ("open", "moved", "sign_in", "refused"):
            self.opened.add(str(case.door))

    def promised(self, case: Case) -> set[str]:
        """List the kinds of answer that the declaration of the view allows."""
        access = case.door.access
        if access is None:
            return {"a declaration of who may use it"}
        if access.kind == "public":
            open_to_all = {"open", "moved", "sign_in", "missing", "denied", "method"}
            return {"missing", "method"} if self._strays(case) else open_to_all
        if access.kind == "token":
            return self._promised_to_programs(case, access.detail)
        if self._is_stranger(case):
            return {"sign_in", "method"}
        if access.kind == "requires" and not self._holds(case.role, access.detail):
            return {"denied", "method"}
        if self._strays(case):
            # An answer that leads away without a word has shown nothing.
            return {"missing", "method", "moved", *(("denied",) if access.kind == "signed_in" else ())}
        # Wagtail has finer rights of its own behind our gate.
        more = {"denied", "missing"} if case.door.is_cms or access.kind == "signed_in" else set()
        if not case.door.is_known(self._keys(case)):
            more = more | {"missing"}
        return {"open", "moved", "method", *more}

    def _promised_to_programs(self, case: Case, asked: str) -> set[str]:
        """List what a program is answered; a session of staff is no token."""
        if case.role not in PROGRAMS:
            return {"no_token"}
        if case.way in ("their_session", "their_host"):
            return {"missing"}
        scopes = dict(part.split("=") for part in asked.split())
        if case.method not in scopes:
            return {"method"}
        if scopes[case.method] not in self.here.scopes[case.role]:
            return {"denied"}
        if self._strays(case):
            return {"missing", "refused"}
        return {"open", "refused", *(() if case.door.is_known(self._keys(case)) else ("missing",))}

    def _is_stranger(self, case: Case) -> bool:
        is_operator = case.role in self.operators.sessions
        is_elsewhere = is_operator != (case.door.zone == "operators")
        return (
            is_elsewhere or case.role in (*NOBODY, *PROGRAMS) or case.way in ("their_session", "their_host")
        )

    def _strays(self, case: Case) -> bool:
        """Tell whether the address names a row that is in the other city only."""
        own = self.there.own_keys
        parameters = case.door.parameters
        if case.way == "their_host":
            return False
        return case.way == "their_ids" and any(case.door.value(name, own) for name in parameters)

    def _holds(self, role: str, permission: str) -> bool:
        return permission in permissions.names_for(role)

    def _ask(self, case: Case, log: Log) -> Answer:
        host = self.there if case.way == "their_host" else self.here
        foreign = self.here if case.way == "their_host" else self.there
        address = case.door.address(self._keys(case))
        client = self._browser(case)
        world = self.operators if case.door.zone == "operators" else host
        with in_city(world.city, rollback=True):
            response: Any = client.generic(case.method, address, headers={"host": world.host(case.door.zone)})
            body = b"".join(response.streaming_content) if response.streaming else response.content
        seen = "\n".join([body.decode(errors="replace"), str(response.headers), *log.lines])
        words = foreign.words if world is host else (self.here.mark, self.there.mark)
        leaked = tuple(word for word in words if word in seen and word not in address)
        return Answer(_kind(response), response.status_code, leaked)

    def _keys(self, case: Case) -> dict[str, str]:
        """Find the values for an address: of the world that is asked, or of the one strayed into."""
        world = self.there if case.way == "their_host" else self.here
        if case.door.zone == "operators":
            world = self.operators
        return world.keys | (self.there.own_keys if case.way == "their_ids" else {})

    def _browser(self, case: Case) -> Client:
        client = Client(raise_request_exception=False)
        owner = self.there if case.way == "their_session" else self.here
        if case.role == "resident":
            for name, value in owner.cookies.items():
                client.cookies[name] = value
        elif case.role in self.operators.sessions:
            client.cookies["sessionid"] = self.operators.sessions[case.role]
        elif case.role in PROGRAMS:
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {owner.tokens[case.role]}"
        elif case.role != "anonymous":
            client.cookies["sessionid"] = owner.sessions[case.role]
        return client


def _kind(response: Any) -> str:
    status = response.status_code
    if status in (301, 302, 303, 307) and urlsplit(response["Location"]).path == "/sign-in/":
        return "sign_in"
    if status >= 500:
        return "broken"
    kinds = {401: "no_token", 403: "denied", 404: "missing", 405: "method", 410: "missing"}
    if response.get("Content-Type", "").startswith(PROBLEM_JSON) and status in (400, 409, 412, 415, 422):
        return "refused"
    return kinds.get(status, "moved" if 300 <= status < 400 else "open")


def cases(
    *, zone: str, roles: Iterable[str], ways: Iterable[str] = WAYS, methods: Iterable[str] = METHODS
) -> Iterator[Case]:
    """List the cases of a zone; a way that changes nothing for a door is left out.

    In the operators' world somebody of a city is a stranger by his role alone.
    """
    ways = ("own",) if zone == "operators" else tuple(ways)
    # Straying comes last: refusals are written down, and the lists of them are pages too.
    for way, door, method, role in product(ways, doors(zone), methods, roles):
        if way == "their_ids" and not door.parameters:
            continue
        yield Case(door, method, role, way)
