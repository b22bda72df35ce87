"""Search what a run leaves behind for words of the wrong city: logs, cache, queues, mails, files, rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from tests.fuzz.site import Site

if TYPE_CHECKING:
    from tests.isolation.worlds import World

TRACEBACK = "Traceback (most recent call last)"


def leftovers(site: Site, worlds: Sequence["World"]) -> list[str]:
    """List what was found where it must not be."""
    pairs = [(worlds[0], worlds[1]), (worlds[1], worlds[0])]
    found = [*_log(site, worlds)]
    for here, there in pairs:
        found += _rows(site, here, there)
        found += _cache(site, here, there)
        found += _mails(site, here, there)
        found += _files(here, there)
    return found


def _log(site: Site, worlds: Sequence["World"]) -> Iterator[str]:
    text = site.logged()
    endings = Counter(_last_words(part) for part in text.split(TRACEBACK)[1:])
    for ending, count in endings.most_common():
        yield f"{count} tracebacks in the log: {ending}"
    for world in worlds:
        for line in text.splitlines():
            if world.mark in line:
                yield f"a word of a city in the log: {line[:200]}"


def _last_words(part: str) -> str:
    """Give the line of an error below its frames, and the last frame."""
    lines = part.splitlines()[1:] or [""]
    end = next((at for at, line in enumerate(lines) if line and not line.startswith(" ")), len(lines) - 1)
    frame = next((line.strip() for line in reversed(lines[:end]) if line.strip().startswith("File")), "")
    return f"{lines[end][:200]} in {frame}"


def _rows(site: Site, here: "World", there: "World") -> Iterator[str]:
    """Read every row of a city as text; what visitors typed themselves never holds the other's mark."""
    with psycopg.connect(site.owner_url) as owner:
        tables = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [here.city.schema_name]
        ).fetchall()
        for (table,) in tables:
            statement = sql.SQL(
                "SELECT line FROM (SELECT t::text AS line FROM {} AS t) AS lines WHERE line LIKE %s"
            )
            name = sql.Identifier(here.city.schema_name, table)
            for (row,) in owner.execute(statement.format(name), [f"%{there.mark}%"]).fetchall():
                yield f"{there.mark} in {here.city.schema_name}.{table}: {row[:200]}"


def _cache(site: Site, here: "World", there: "World") -> Iterator[str]:
    """Read every key and value of Valkey: each belongs to one city, or to none and names none."""
    import redis

    client: Any = redis.Redis.from_url(site.valkey_url)
    own = f"{here.city.schema_name}:".encode()
    for key in client.scan_iter():
        value = _value(client, key)
        if key.startswith(own) and there.mark.encode() in value:
            yield f"{there.mark} in the cache under {key!r}"
        if not key.startswith((b"c_", b"operators:", b"public:")) and here.mark.encode() in value:
            yield f"{here.mark} in a queue or cache of nobody: {key!r}"


def _value(client: Any, key: bytes) -> bytes:
    kind = client.type(key)
    if kind == b"string":
        return bytes(client.get(key) or b"")
    if kind == b"list":
        return b"\n".join(client.lrange(key, 0, -1))
    if kind == b"hash":
        return repr(client.hgetall(key)).encode()
    return b"\n".join(client.smembers(key)) if kind == b"set" else b""


def _mails(site: Site, here: "World", there: "World") -> Iterator[str]:
    """Read the mails whose links lead to a city."""
    for path in site.mail.rglob("*"):
        if not path.is_file():
            continue
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = "\n".join([str(mail.items()), *(_text(part) for part in mail.walk())])
        if here.host("resident") in text and any(word in text for word in (there.mark, there.city.name)):
            yield f"a mail of {here.city.name} holds words of {there.city.name}: {path.name}"


def _text(part: Any) -> str:
    if part.get_content_maintype() != "text":
        return ""
    return str(part.get_content())


def _files(here: "World", there: "World") -> Iterator[str]:
    from django.conf import settings

    folder = Path(settings.MEDIA_ROOT) / str(here.city.uuid)
    for path in folder.rglob("*"):
        if path.is_file() and (there.mark in path.name or there.mark.encode() in path.read_bytes()):
            yield f"{there.mark} in a file of {here.city.name}: {path}"
