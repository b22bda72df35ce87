"""Rough visitors on a real site: no answer from 500, no traceback, no word of another city, anywhere.

python -m tests.fuzz.hostile [--cases 50000] [--seed 7] [--only 4711]

Every address of every zone, with values, headers, cookies, uploads and languages that nobody expects, by
people who stray into the other city; then what the site has logged, cached, queued, mailed and stored is
searched for words of the wrong city.
"""

import argparse
import random
import re
import socket
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fuzz.mischief import ZONES, Author, Mischief
from tests.fuzz.search import leftovers
from tests.fuzz.site import Site, serving, stage

if TYPE_CHECKING:
    from tests.isolation.doors import Door
    from tests.isolation.worlds import World

BATCH = 200
CLIENTS = 8
ANSWER_SECONDS = 120
# Pages that repeat what visitors typed earlier: addresses that were refused, and reasons of visits.
REPEATING = ("/audit/", "/cities/%(code)s/visits/")
NAME = re.compile(r"""<(?:input|select|textarea|button)[^>]*?\sname=["']([^"']{1,60})["']""")


@dataclass
class Findings:
    """What went wrong, and what came back."""

    failures: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    # By city, the words of the other one that visitors have typed there.
    typed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def main() -> int:
    """Send the cases, search what is left behind, and fail on anything found."""
    wanted = _arguments()
    numbers = [wanted.only] if wanted.only is not None else range(wanted.cases)
    with stage() as site:
        from tests.fuzz.mixed import furnish_two
        from tests.isolation.worlds import operators_world

        worlds, operators = furnish_two(), operators_world()
        with serving(site, with_mail=True):
            began = time.monotonic()
            doors = {zone: _doors(zone) for zone in ZONES}
            fields = {str(door): names for door, names in _fields(site, doors, worlds[0], operators)}
            author = Author(seed=wanted.seed, worlds=worlds, operators=operators, doors=doors, fields=fields)
            found = _send_all(site, author, numbers, (*worlds, operators))
            seconds = time.monotonic() - began
            time.sleep(2)
        found.failures += leftovers(site, worlds)
    return _judge(found, seconds, len(fields))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.hostile")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--only", type=int, help="the number of one case to send again")
    wanted = parser.parse_args()
    print("command: python", *sys.orig_argv[1:], "; seed", wanted.seed, flush=True)
    return wanted


def _doors(zone: str) -> Sequence["Door"]:
    from tests.isolation.doors import doors

    return [door for door in doors(zone) if not door.template.startswith("/mixed/")]


def _fields(
    site: Site, doors: Mapping[str, Sequence["Door"]], world: "World", operators: "World"
) -> Iterator[tuple["Door", Sequence[str]]]:
    """Read the names of the fields from every page that opens."""
    for zone in ("resident", "staff", "operators"):
        owner = operators if zone == "operators" else world
        role = {"resident": "", "operators": "operator_admin"}.get(zone, "city_admin")
        cookies = [f"sessionid={owner.sessions[role]}"] if role else [f"booking={owner.cookies['booking']}"]
        for door in doors[zone]:
            address = door.address(owner.keys)
            request = (
                f"GET {address} HTTP/1.1\r\nHost: {owner.host(zone)}\r\n"
                f"Cookie: {'; '.join(cookies)}\r\nConnection: close\r\n\r\n"
            )
            names = set(NAME.findall(_exchange(site.port, request.encode()).decode(errors="replace")))
            if names - {"csrfmiddlewaretoken"}:
                yield door, sorted(names - {"csrfmiddlewaretoken"})


def _send_all(site: Site, author: Author, numbers: Sequence[int], worlds: Sequence["World"]) -> Findings:
    found = Findings()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for first in range(0, len(numbers), BATCH):
            _let_everybody_in_again(worlds)
            batch = [author.write(number) for number in numbers[first : first + BATCH]]
            for case in batch:
                _note_typed(found, case, worlds)
            for case, answer in zip(batch, clients.map(lambda one: _try(site, one), batch), strict=True):
                _examine(found, case, answer, worlds)
    return found


def _let_everybody_in_again(worlds: Sequence["World"]) -> None:
    """Visitors sign out, change passwords and take rights away: the next ones need people with rights."""
    from madoguchi.accounts.models import Role, Staff
    from madoguchi.tenancy import in_city
    from tests.isolation.worlds import session_of

    for world in worlds:
        with in_city(world.city):
            Staff.objects.filter(staff_code__startswith="Z-").update(
                is_active=True, must_change_password=False
            )
            for role in world.sessions:
                staff = Staff.objects.filter(staff_code=f"Z-{role}").first()
                if staff is not None:
                    staff.roles.set(Role.objects.filter(key=role))
                    world.sessions[role] = session_of(staff)


def _try(site: Site, case: Mischief) -> bytes:
    try:
        return _exchange(site.port, case.sent)
    except OSError as error:
        return f"HTTP/1.1 599 {error!r}\r\n\r\n".encode()


def _exchange(port: int, sent: bytes) -> bytes:
    received = b""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)) as connection:
        # A server may answer before it has read everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(sent)
        while piece := connection.recv(1 << 16):
            received += piece
    return received


def _examine(found: Findings, case: Mischief, answer: bytes, worlds: Sequence["World"]) -> None:
    words = answer[:12].split()
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    found.statuses[status] += 1
    if status >= 500 or not status:
        found.failures.append(f"case {case.number}, {case.label}: {status} {answer[:80]!r}")
    text, sent = answer.decode(errors="replace"), case.sent.decode(errors="replace")
    for world in worlds[:2]:
        if world is case.world and case.zone not in ("index", "mail"):
            continue
        repeated = found.typed[case.world.mark] if case.label.endswith(REPEATING) else set()
        for word in _forbidden(case, world):
            if word in text and word not in sent and word not in repeated:
                found.failures.append(f"case {case.number}, {case.label} at {case.world.mark}: shows {word}")


def _note_typed(found: Findings, case: Mischief, worlds: Sequence["World"]) -> None:
    """Keep which words visitors type where: at the operators' all type into the same pages."""
    sent = case.sent.decode(errors="replace")
    where = worlds[:2] if case.zone == "operators" else (case.world,)
    for world in worlds[:2]:
        typed = {word for word in (world.mark, *world.words) if word in sent}
        for place in where:
            found.typed[place.mark] |= typed


def _forbidden(case: Mischief, world: "World") -> tuple[str, ...]:
    """List the words of a world that this zone may not show: operators and the demo's list know the names."""
    if case.zone in ("resident", "staff"):
        return world.words
    return (world.mark,) if case.zone != "mail" else ()


def _judge(found: Findings, seconds: float, forms: int) -> int:
    for line in found.failures[:60]:
        print(line[:400])
    total = sum(found.statuses.values())
    print(
        f"hostile: {total} cases in {seconds:.0f} s on {forms} forms, {len(found.failures)} failures;"
        f" {dict(sorted(found.statuses.items()))}"
    )
    return 1 if found.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
