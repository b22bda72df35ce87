"""A newer key for a city: begun by an operator, carried through every row in the background."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.errors import DomainError
from madoguchi.jobs import services as jobs
from madoguchi.jobs.models import Job
from madoguchi.ledger import vault
from madoguchi.ledger.audit import services as audit
from madoguchi.ledger.audit.actors import Actor
from madoguchi.ledger.vault import keyring, rotation
from madoguchi.tenancy import City, directory, in_city, is_operators
from tenants.keys.declarations import BEGUN, RESEALED, RETIRED, VIEW_KEYS

JOB_KIND: Final = "tenants.reseal"
# As long as backups and the journal still hold what the older key sealed.
KEPT_AFTER: Final = timedelta(days=40)
ORDERS: Final = rotation.SealedColumn(
    table="tenants_provisioningrequest",
    column="sealed_code",
    row="uuid",
    place="provisioningrequest.sealed_code",
)
Tell = Callable[[int, int], None]


class StoreIsReadOnly(DomainError):
    """This process may read the keys and not write them."""

    code = "key_store_read_only"
    message = gettext_lazy(
        "この画面からは鍵を作れません。サーバーで manage.py rotate_keys を実行してください。"
    )


class OlderKeyNeeded(DomainError):
    """Something that an older key sealed is still there, or a copy of it may be."""

    code = "older_key_needed"

    def __str__(self) -> str:
        return str(self.details.get("because", ""))


@dataclass(frozen=True, slots=True)
class KeyState:
    """How the keys of one city stand."""

    city: City
    newest: int
    held: int
    since: datetime | None

    @property
    def older(self) -> int:
        """Count the older keys that are still held."""
        return max(0, self.held - 1)


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a run did: rows sealed anew, rows that do not open, rows still under an older key."""

    done: int
    broken: int
    left: int


def key_states(*, cities: list[City]) -> Iterator[KeyState]:
    """Read how the keys of some cities stand from the key store."""
    for city in cities:
        held = vault.generations_of(city.uuid)
        newest = held[-1] if held else 0
        yield KeyState(city=city, newest=newest, held=len(held), since=_made_at(city, newest))


def begin(*, city: City, actor: Actor, now: datetime) -> Job:
    """Make a newer key for a city and queue the sealing of its rows; in the operators' transaction.

    Raises StoreIsReadOnly and CityKeyMissing.
    """
    if not may_write():
        raise StoreIsReadOnly
    generation = vault.begin_generation(city=city)
    audit.record(
        actor=actor,
        action=BEGUN,
        object_type="tenants.city",
        object_ids=[city.code],
        details={"generation": generation},
        now=now,
    )
    return jobs.queue(
        kind=JOB_KIND,
        title=_("暗号の鍵の更新：%(city)s") % {"city": city.name},
        permission=VIEW_KEYS,
        return_url=reverse("key_list", urlconf=settings.MADOGUCHI["URLCONFS"]["operators"]),
        actor=actor,
        now=now,
    )


def may_write() -> bool:
    """Tell whether this process may make keys."""
    return os.access(Path(settings.MADOGUCHI["KEY_STORE"]), os.W_OK)


def reseal(*, city: City, actor: Actor, tell: Tell, now: datetime) -> Resealed:
    """Seal every row of a city with its newest key, a thousand a transaction; it may stop anywhere."""
    columns = columns_of(city)
    total = left(city=city)
    done = broken = 0
    for _column, batch in rotation.reseal_city(city=city, columns=columns):
        done += batch.done
        broken += batch.broken
        tell(done, total)
    result = Resealed(done=done, broken=broken, left=left(city=city))
    if done or broken:
        with in_city(city):
            audit.record(
                actor=actor,
                action=RESEALED,
                object_type="tenants.city",
                object_ids=[city.code],
                details={"rows": done, "broken": broken, "left": result.left},
                now=now,
            )
    return result


def left(*, city: City) -> int:
    """Count the rows of a city that an older key sealed."""
    with in_city(city):
        return sum(rotation.remaining(column=column) for column in columns_of(city))


def columns_of(city: City) -> tuple[rotation.SealedColumn, ...]:
    """List the sealed columns of a city; our operators seal one beside their schema."""
    own = rotation.sealed_columns()
    return (*own, ORDERS) if is_operators(city) else own


def retire(*, city: City, actor: Actor, kept_after: timedelta, now: datetime) -> list[int]:
    """Destroy the older keys of a city once nothing needs them; tell which went.

    Raises OlderKeyNeeded while a row, the journal or a backup may still need one.
    """
    (state,) = key_states(cities=[city])
    if state.held < 2 or state.since is None:
        return []
    rows = left(city=city)
    if rows:
        raise OlderKeyNeeded(because=f"{rows} rows are still sealed with an older key: run reseal_keys first")
    until = state.since + kept_after
    if now < until:
        raise OlderKeyNeeded(because=f"backups and the journal may need the older key until {until:%Y-%m-%d}")
    gone = vault.retire_generations(city=city)
    with in_city(city):
        audit.record(
            actor=actor,
            action=RETIRED,
            object_type="tenants.city",
            object_ids=[city.code],
            details={"generations": list(gone)},
            now=now,
        )
    return gone


def unfinished() -> Iterator[City]:
    """List the cities that hold more than one key and still have rows under an older one."""
    known = directory()
    for city in (*known.all(), known.operators()):
        if len(vault.generations_of(city.uuid)) > 1 and left(city=city):
            yield city


def _made_at(city: City, generation: int) -> datetime | None:
    file = keyring.generation_file(city.uuid, generation)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.exists() else None


def recent_jobs() -> list[Job]:
    """List the newest renewals, for the console."""
    return list(Job.objects.filter(kind=JOB_KIND).order_by("-created_at")[:10])
