"""What rough visitors send: every address with values, headers, cookies and bodies that nobody expects.

A case is made from the seed and its number alone, so that any of them can be sent again.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes
from uuid import uuid4

if TYPE_CHECKING:
    from tests.isolation.doors import Door
    from tests.isolation.worlds import World

CSRF = "c" * 32
ZONES = ("resident", "staff", "operators", "index", "mail")
ZONE_WEIGHTS = (6, 9, 3, 1, 1)
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X")
METHOD_WEIGHTS = (40, 40, 3, 3, 3, 3, 3, 1, 1, 1, 1)
LANGUAGES = (
    "ja",
    "en",
    "ja-easy",
    "*",
    "zh-TW;q=9",
    "a" * 3000,
    "en;q=nan",
    "\xff\xfe",
    ",,,;;;",
    "ja-easy-x" * 40,
)
TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "x" * 300,
    "application/json",
    "text/plain; charset=utf-99",
    "application/x-www-form-urlencoded; charset=shift_jis",
    "application/octet-stream",
    "",
)
VALUES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\0",
    b"a\0b",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xc3\x28",
    b"%",
    b"%00",
    b"%zz",
    b"&",
    b"\r\nX: y",
    "\u202e\u2067右から左\u2069".encode(),
    "𠮷野家\U000e0101".encode(),
    "か\u3099\u309a".encode(),
    "ｱｲｳ①㈱髙".encode(),
    "令和99年13月40日".encode(),
    "昭和64年1月8日".encode(),
    b"2026-02-30",
    b"0001-01-01",
    b"9999-12-31",
    b"-1-1-1",
    b"24:61",
    b"0",
    b"-1",
    b"1",
    b"2147483648",
    b"9223372036854775808",
    b"9" * 400,
    b"1e309",
    b"NaN",
    b"Infinity",
    "１２３".encode(),
    "٣".encode(),
    b"0x10",
    b"true",
    b"null",
    b"[]",
    b"{}",
    b'{"a":' * 50,
    b"<script>alert(1)</script>",
    b"{{7*7}}{% load x %}",
    b"' OR 1=1 --",
    b"'; DROP SCHEMA c_999997 CASCADE; --",
    b"../../../../etc/passwd",
    b"..\\..\\x",
    b"http://evil.example/",
    b"//evil.example",
    b"javascript:alert(1)",
    b"a@b",
    b"a@b.example\nBcc: c@d.e",
    "あ".encode() * 5000,
    b"x" * 70_000,
    b"0" * 5000,
    b"on",
    b"123456789018",
    b"__proto__",
    b"$(id)",
    b"|cat",
    "\ufeff".encode(),
    "\u2028\u2029\u0085".encode(),
    "\uffff".encode(),
    "🏛️👨‍👩‍👧‍👦".encode(),
    b"\x1b[31m",
    b"\x7f\x80",
)
FILES: tuple[tuple[bytes, bytes], ...] = (
    (b"list.csv", b""),
    (b"list.csv", b"\0" * 5000),
    (b"list.csv", b"a,b\r\n" * 3000),
    (b"list.csv", "交付通知書番号,氏名\r\n".encode("cp932") + b"\x81\r\n" * 50),
    (b"../../x.csv", b"\xff\xfe\x00\xd8" * 100),
    (b"x" * 500 + b".xlsx", b"PK\x03\x04" + b"\0" * 300),
    (b"a\0b.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 64),
    ("名\u202e簿.exe".encode(), b"MZ"),
    (b"", b"<svg onload=alert(1)>"),
)
HEADERS: tuple[tuple[str, bytes], ...] = (
    ("X-Forwarded-Host", b"midori.localhost"),
    ("X-Forwarded-For", b"1.2.3.4, evil"),
    ("X-Real-IP", b"999.1.1.1"),
    ("X-Real-IP", b"::ffff:1.2.3.4"),
    ("HX-Request", b"true"),
    ("HX-Current-URL", b"http://[::1"),
    ("HX-Trigger-URI-AutoEncoded", b"true"),
    ("HX-Target", b"%ff"),
    ("If-Modified-Since", b"yesterday"),
    ("If-None-Match", b'"' + b"x" * 3000 + b'"'),
    ("Range", b"bytes=99999999999-1"),
    ("Range", b"bytes=-"),
    ("Referer", b"http://evil.example/\xff"),
    ("Origin", b"null"),
    ("Accept", b"*/*;q=x, application/\xff"),
    ("Authorization", b"Basic ////"),
    ("Authorization", b"Bearer \xff"),
    ("X-Background", b"1"),
    ("Content-Encoding", b"gzip"),
    ("Expect", b"200-ok"),
    ("Sec-Fetch-Site", b"cross-site"),
)


@dataclass(frozen=True)
class Mischief:
    """One request, ready to be sent, with all that was put into it."""

    number: int
    world: "World"
    zone: str
    label: str
    sent: bytes


class Author:
    """Writes the cases of a run."""

    def __init__(
        self,
        *,
        seed: int,
        worlds: Sequence["World"],
        operators: "World",
        doors: Mapping[str, Sequence["Door"]],
        fields: Mapping[str, Sequence[str]],
    ) -> None:
        self._seed = seed
        self._worlds = worlds
        self._operators = operators
        self._doors = doors
        self._fields = fields
        self._names = sorted({name for names in fields.values() for name in names}) or ["q"]

    def write(self, number: int) -> Mischief:
        """Write the case of this number."""
        chance = random.Random(f"{self._seed}:{number}")
        world = chance.choice(self._worlds)
        zone = chance.choices(ZONES, ZONE_WEIGHTS)[0]
        door = chance.choice(self._doors[zone])
        method = chance.choices(METHODS, METHOD_WEIGHTS)[0]
        target = self._target(chance, world, door)
        body, kind = self._body(chance, door, world) if method not in ("GET", "HEAD") else (b"", "")
        head = [f"{method} ".encode() + target + b" HTTP/1.1", *self._headers(chance, world, zone)]
        if body or kind:
            head += [b"Content-Type: " + kind.encode(), b"Content-Length: " + str(len(body)).encode()]
        sent = b"\r\n".join([*head, b"Connection: close", b"", b""]) + body
        return Mischief(number, world, zone, f"{method} {door}", sent)

    def _target(self, chance: random.Random, world: "World", door: "Door") -> bytes:
        keys = dict(self._operators.keys if door.zone == "operators" else world.keys)
        if chance.random() < 0.3:
            keys |= chance.choice(self._worlds).own_keys
        values = {name: self._part(chance, keys, door, name) for name in door.parameters}
        address = (door.template % values).encode()
        if door.zone == "resident" and chance.random() < 0.3:
            address = chance.choice((b"/en", b"/ja-easy", b"/fr", b"/%ff")) + address
        if chance.random() < 0.5:
            names = self._fields.get(str(door)) or self._names
            pairs = [self._pair(chance, world, names) for _ in range(chance.randint(1, 4))]
            address += b"?" + b"&".join(pairs)[:4000]
        return address

    def _part(self, chance: random.Random, keys: Mapping[str, str], door: "Door", name: str) -> str:
        if chance.random() < 0.75:
            return door.value(name, keys) or door.samples[name]
        return quote_from_bytes(chance.choice(VALUES)[:300], safe="")

    def _pair(self, chance: random.Random, world: "World", names: Sequence[str]) -> bytes:
        name = (
            chance.choice(names)
            if chance.random() < 0.9
            else chance.choice(("page", "q", "next", "\x00", "day"))
        )
        return quote_from_bytes(name.encode()).encode() + b"=" + self._value(chance, world)

    def _value(self, chance: random.Random, world: "World") -> bytes:
        roll = chance.random()
        if roll < 0.15:
            return quote_from_bytes(chance.choice([*world.keys.values()]).encode()).encode()
        if roll < 0.25:
            return quote_from_bytes(
                chance.choice([*chance.choice(self._worlds).own_keys.values()]).encode()
            ).encode()
        if roll < 0.3:
            return quote_from_bytes(chance.randbytes(chance.randint(1, 60))).encode()
        return quote_from_bytes(chance.choice(VALUES)).encode()

    def _body(self, chance: random.Random, door: "Door", world: "World") -> tuple[bytes, str]:
        kind = chance.choices(TYPES, (50, 25, 1, 1, 6, 1, 1, 1, 1))[0]
        names = list(self._fields.get(str(door)) or self._names)
        count = chance.randint(0, 8) if chance.random() < 0.98 else 1500
        pairs = [self._pair(chance, world, names) for _ in range(count)]
        if chance.random() < 0.003:
            pairs.append(names[0].encode() + b"=" + b"%E3%81%82" * 1_200_000)
        if kind == TYPES[1]:
            return self._multipart(chance, names), kind
        if kind == "application/json":
            return chance.choice((b"{", b"[]", b'{"a":"\\ud800"}', b"[" * 20_000, b"1e999", b"\xff")), kind
        if chance.random() < 0.9:
            pairs.append(f"csrfmiddlewaretoken={CSRF}".encode())
        return b"&".join(pairs), kind

    def _multipart(self, chance: random.Random, names: Sequence[str]) -> bytes:
        parts = [(b"csrfmiddlewaretoken", b"", CSRF.encode())]
        for _turn in range(chance.randint(0, 5)):
            parts.append((chance.choice(names).encode(), b"", chance.choice(VALUES)))
        if chance.random() < 0.6:
            name, content = chance.choice(FILES)
            parts.append((chance.choice(("file", *names)).encode(), b'; filename="' + name + b'"', content))
        body = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="'
            + name
            + b'"'
            + more
            + b"\r\n\r\n"
            + value
            + b"\r\n"
            for name, more, value in parts
        )
        return body + (b"--b--\r\n" if chance.random() < 0.9 else b"")

    def _headers(self, chance: random.Random, world: "World", zone: str) -> list[bytes]:
        hosts = {"index": "localhost", "mail": "mail.localhost", "operators": self._operators.host("staff")}
        host = hosts.get(zone) or world.host(zone)
        headers = [b"Host: " + host.encode()]
        if chance.random() < 0.6:
            headers.append(b"Accept-Language: " + chance.choice(LANGUAGES).encode("latin-1"))
        for name, value in chance.sample(HEADERS, chance.choice((0, 0, 1, 2))):
            headers.append(name.encode() + b": " + value)
        if chance.random() < 0.9:
            headers.append(b"X-CSRFToken: " + CSRF.encode())
        headers.append(b"Cookie: " + b"; ".join(self._cookies(chance, world, zone)))
        return headers

    def _cookies(self, chance: random.Random, world: "World", zone: str) -> list[bytes]:
        cookies = [f"csrftoken={CSRF}".encode()]
        owner = world if chance.random() < 0.85 else chance.choice(self._worlds)
        if zone == "operators" and chance.random() < 0.9:
            owner = self._operators
        powerful = [value for role, value in owner.sessions.items() if role.endswith("_admin")]
        session = chance.choice([*owner.sessions.values(), *powerful * 6, uuid4().hex, "'", "x" * 5000])
        cookies.append(f"sessionid={session}".encode())
        if owner.cookies and chance.random() < 0.7:
            cookies.append(f"booking={owner.cookies['booking']}".encode())
        if chance.random() < 0.1:
            name = chance.choice((b"booking", b"language", b"csrftoken", b"messages", b"\xff"))
            cookies.append(name + b"=" + chance.choice((b'"\\', b"\xff\xfe", b"a.b.c", b"e30.AAAA", b"=;=")))
        return cookies
